"""A persona is nobody who works here: no query that lists, counts or finds people comes upon one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.audit import listing as audit
from forum.core.db import db
from forum.core.errors import Invalid
from forum.departments.labelling import undisclosed
from forum.identity import provisioning, signing_in
from forum.identity.claims import Claims
from forum.impact.facts.reading import read
from forum.moderation.scoping import moderators_of
from forum.needs.routing import _people as who_may_be_asked
from forum.notifications.recipients.telling import moderators
from forum.people import listing, reporting
from forum.people.joining import invite, join
from forum.people.models import Person
from forum.posts.writing import write
from forum.privacy.asking import open_requests
from forum.privacy.erasing import who_names
from forum.questions.asking import ask
from tests import factories
from tests.conftest import Browser


@pytest.fixture
def persona(kim: Person, marta: Person) -> Person:
    """As whom Kim asked something, of which a colleague told; Kim's department is shown."""
    for _ in range(4):
        factories.person(of=kim.department)
    asked = ask(
        kim,
        title="May I say this here?",
        body=write("Nobody tells me."),
        departments=[kim.department_id],
        unnamed=True,
        shows_department=True,
    )
    factories.answer(marta, asked)
    db.session.commit()
    return db.session.get_one(Person, asked.author_id)


def test_no_query_that_lists_people_comes_upon_a_persona(
    persona: Person, kim: Person, marta: Person, chris: Person, farah: Person
) -> None:
    here = persona.department
    lists: dict[str, Any] = {
        "the directory": [each for _, people in listing.directory() for each in people],
        "administrators' list": listing.everybody()[0].rows,
        "a department": listing.members_of(here),
        "nobody's department": listing.members_of(undisclosed()),
        "what is told a directory": [each.person for each in provisioning.page("", "", start=1, count=100)[1]],
        "who may be asked": who_may_be_asked(),
        "who asks to be taken out": open_requests(chris),
    }
    ids = {name: {each.id for each in people} for name, people in lists.items()}
    ids["moderators"] = {*moderators(), *moderators_of(1)}
    ids["levels"] = set(reporting.levels())
    ids["people of the figures"] = {each.id for each in read().people}
    assert [name for name, found in ids.items() if persona.id in found] == []
    working = set(
        db.session.scalars(select(Person.id).where(Person.department_id == here.id, Person.left_at.is_(None)))
    )
    assert kim.id in ids["a department"] == working
    assert listing.headcounts()[here.id] == len(working)
    assert listing.suggested(persona.handle) == listing.suggested("Asker") == []
    assert who_names(chris, kim) == []


def test_no_address_or_name_leads_to_a_persona(persona: Person, chris: Person) -> None:
    assert provisioning.find(str(persona.id)) is None
    assert provisioning.page("userName", persona.email, start=1, count=9) == (0, [])
    claims = Claims(
        issuer="https://login.example",
        subject="1",
        name="Kim",
        email=persona.email,
        email_is_verified=True,
        department="",
        roles=None,
        is_active=True,
        is_strong=True,
    )
    with pytest.raises(signing_in.NotKnownHere, match="does not say your e-mail address"):
        signing_in.enter(claims)
    for refused in (
        lambda: provisioning._check_address(persona.email),
        lambda: invite(chris, email=persona.email, department=chris.department),
        lambda: listing.named(persona.handle, "who"),
        lambda: audit.find(persona.handle),
        lambda: join(name="Kim", email=persona.email, department=chris.department, password=None),
    ):
        with pytest.raises(Invalid):
            refused()


def test_no_page_shows_the_handle_or_the_address_of_a_persona(
    persona: Person, app: Flask, browser: Callable[[Person], Browser], work_off: Callable[[], None]
) -> None:
    work_off()
    reader = factories.person("Ada Quist", persona.department, "administrator", "moderator", "champion", "stakeholder")
    window, seen = browser(reader), 0
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and "sign-out" not in rule.rule:
            text = window.get(rule.rule).text
            seen += 1
            assert persona.handle not in text, rule.rule
            assert persona.email not in text, rule.rule
            if rule.rule.startswith(("/admin", "/people")):
                assert "Asker" not in text, rule.rule
    assert seen > 40
