"""A second person where one alone is the way: who is proposed, why, who may ask, and that a refusal is remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid, Refused
from forum.departments.labelling import all_departments
from forum.departments.models import Tag
from forum.impact.models import Introduction
from forum.impact.silos import introducing
from forum.impact.silos.introducing import NoLongerProposed
from forum.notifications.models import Notification
from forum.people.changing import deactivate
from forum.people.hours import go_away
from forum.people.models import Person
from forum.people.skills import declare
from tests import factories
from tests.conftest import Browser
from tests.impact.conftest import Helps, half_year

Open = Callable[[Person], Browser]


@pytest.fixture
def thread(helps: Helps, kim: Person, marta: Person) -> list[Answer]:
    """Marta of Finance alone answers Sales."""
    return helps(marta, kim, 4, tags="expenses")


@pytest.fixture
def farah() -> Person:
    """A moderator of a third department."""
    return factories.person("Farah Aziz", None, "moderator")


@pytest.fixture
def paul(marta: Person) -> Person:
    return factories.person("Paul Hughes", marta.department)


@pytest.fixture
def sofia(marta: Person) -> Person:
    return factories.person("Sofia Marin", marta.department)


def now_proposed() -> tuple[Any, Any, Any]:
    """The only thread with what is proposed for it to somebody of another department: (thread, proposal, half year)."""
    both = half_year()
    (thread,) = both.threads
    found, _ = introducing.proposals(_outsider(), both, [thread], names())
    return thread, found.get((thread.asking_id, thread.answering_id)), both


def _outsider() -> Person:
    return db.session.scalars(select(Person).where(Person.name == "Kim Tran")).one()


def names() -> dict[int, str]:
    return {each.id: each.name for each in all_departments()}


def introduce(by: Person, second: Person) -> Introduction:
    thread, _, both = now_proposed()
    return introducing.introduce(by, thread, second.id, both, names())


def refuse(by: Person, second: Person) -> Introduction:
    thread, _, both = now_proposed()
    return introducing.refuse(by, thread, second.id, both, names())


def test_whoever_knows_about_it_is_proposed_with_the_reason(thread: list[Answer], paul: Person, sofia: Person) -> None:
    declare(sofia, db.session.scalars(select(Tag)).one())
    _, proposed, _ = now_proposed()
    assert (proposed.person.id, proposed.why) == (sofia.id, "knows about expenses, which Sales asks about")


def test_whoever_has_helped_there_comes_before_whoever_only_knows(
    thread: list[Answer], helps: Helps, kim: Person, paul: Person, sofia: Person
) -> None:
    declare(paul, db.session.scalars(select(Tag)).one())
    helps(sofia, kim)
    _, proposed, _ = now_proposed()
    assert (proposed.person.id, proposed.why) == (sofia.id, "has helped Sales before")


def test_else_whoever_is_asked_least(thread: list[Answer], helps: Helps, paul: Person, sofia: Person) -> None:
    helps(paul, factories.person())
    _, proposed, _ = now_proposed()
    assert proposed.person.id == sofia.id
    assert "is asked less often" in proposed.why


def test_whoever_is_away_or_gone_is_not_proposed(
    thread: list[Answer], chris: Person, paul: Person, sofia: Person
) -> None:
    go_away(paul, paul, now().date())
    deactivate(chris, sofia)
    assert now_proposed()[1] is None


def test_whoever_is_asked_gets_a_note_and_says_yes_or_no_once(
    thread: list[Answer],
    farah: Person,
    paul: Person,
    work_off: Callable[[], None],
    browser: Open,
) -> None:
    _, proposed, _ = now_proposed()
    made = introduce(farah, proposed.person)
    work_off()
    (note,) = db.session.scalars(select(Notification).where(Notification.person_id == made.person_id)).all()
    assert (note.kind, note.reason, note.page_id) == ("invitation", "second", thread[-1].question_id)
    inbox = browser(made.person).get("/inbox").text
    assert f"/impact/silos/introductions/{made.id}" in inbox
    assert "asks you to be the second one whom Sales can turn to" in inbox
    introducing.reply(made.person, made, "declined")
    db.session.commit()
    assert db.session.get_one(Notification, note.id, populate_existing=True).done_at is not None
    with pytest.raises(Refused, match="already"):
        introducing.reply(made.person, made, "agreed")
    assert made.state == "declined"


def test_nobody_is_proposed_to_themselves(thread: list[Answer], marta: Person) -> None:
    moderator = factories.person("Anna First", marta.department, "moderator")
    both = half_year()
    found, _ = introducing.proposals(moderator, both, both.threads, names())
    assert found == {}


def test_a_reply_is_yes_or_no_and_ones_own(thread: list[Answer], farah: Person, kim: Person, paul: Person) -> None:
    made = introduce(farah, now_proposed()[1].person)
    with pytest.raises(Invalid):
        introducing.reply(made.person, made, "refused")
    with pytest.raises(Forbidden):
        introducing.reply(kim, made, "agreed")


def test_a_refusal_is_remembered_and_the_next_one_is_proposed(
    thread: list[Answer], farah: Person, paul: Person, sofia: Person
) -> None:
    first = now_proposed()[1].person
    refuse(farah, first)
    assert now_proposed()[1].person.id != first.id
    with pytest.raises(NoLongerProposed):
        introduce(farah, first)


def test_while_somebody_is_asked_nobody_else_is_proposed_until_they_decline(
    thread: list[Answer], farah: Person, paul: Person, sofia: Person
) -> None:
    made = introduce(farah, now_proposed()[1].person)
    assert now_proposed()[1] is None
    introducing.reply(made.person, made, "declined")
    assert now_proposed()[1].person.id != made.person_id


def test_only_moderators_and_the_champions_of_both_departments_may(
    thread: list[Answer], kim: Person, marta: Person, paul: Person, sofia: Person
) -> None:
    second = now_proposed()[1].person
    for stranger in (kim, marta, factories.person("Noor Haddad", None, "champion")):
        with pytest.raises(Forbidden):
            introduce(stranger, second)
        with pytest.raises(Forbidden):
            refuse(stranger, second)
    refuse(factories.person(None, kim.department, "champion"), second)
    introduce(factories.person("Zoe Last", marta.department, "champion"), now_proposed()[1].person)


def test_the_page_shows_threads_to_whoever_looks_after_them_alone(
    thread: list[Answer], browser: Open, kim: Person, farah: Person, marta: Person, paul: Person
) -> None:
    assert "What hangs on one person" not in browser(kim).get("/impact/silos").text
    elsewhere = browser(factories.person(None, None, "champion")).get("/impact/silos").text
    assert "Between no two departments" in elsewhere
    assert "Introduce a second person" in browser(farah).get("/impact/silos").text


def test_one_click_asks_and_one_refuses(
    thread: list[Answer], browser: Open, farah: Person, kim: Person, marta: Person, paul: Person
) -> None:
    window, (_, proposed, _) = browser(farah), now_proposed()
    form = {"asking": kim.department_id, "answering": marta.department_id, "person": proposed.person.id}
    assert window.post("/impact/silos/introductions/refusal", data=form).status_code == 303
    assert window.post("/impact/silos/introductions", data=form).status_code == 409
    assert window.post("/impact/silos/introductions", data={**form, "asking": 999}).status_code == 409
    assert db.session.scalars(select(Introduction.state)).all() == ["refused"]
