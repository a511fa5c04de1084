"""Asking: a title, somebody whom it concerns, and nothing that cannot be answered."""

from __future__ import annotations

from typing import Any

import pytest

from forum.core.db import db
from forum.core.errors import Invalid
from forum.departments.following import following
from forum.departments.models import Tag
from forum.people.models import Person
from forum.posts.writing import write
from forum.questions.asking import address, ask
from tests import factories


def test_the_asker_follows_the_question(kim: Person) -> None:
    question = factories.question(kim)
    assert following(kim, "question", question.id) == ("watching", 0)


def test_tags_are_read_as_people_type_them_and_made_when_new(kim: Person, noise: None) -> None:
    question = factories.question(kim, tags="#Month-End, invoices  Größe month-end")
    assert [tag.slug for tag in question.tags] == ["grosse", "invoices", "month-end"]
    factories.question(kim, tags="invoices")
    assert db.session.query(Tag).filter_by(slug="invoices").count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "Help"}, "title"),
        ({"title": "x" * 200}, "title"),
        ({"departments": []}, "departments"),
        ({"tags": "one two three four five six"}, "tags"),
    ],
)
def test_what_cannot_be_asked_names_the_field_at_fault(kim: Person, given: dict[str, Any], field: str) -> None:
    asked = {"title": "How do I do it?", "body": write("Like this?"), "departments": [kim.department_id]} | given
    with pytest.raises(Invalid) as refusal:
        ask(kim, **asked)
    assert refusal.value.field == field


@pytest.mark.parametrize("body", ["", "   \n ", "\x00"])
def test_an_empty_text_is_refused(body: str, app: Any) -> None:
    with pytest.raises(Invalid):
        write(body)


def test_mentions_and_references_lead_to_people_and_questions(kim: Person, marta: Person) -> None:
    first = factories.question(kim, "Where do the invoices go?")
    second = factories.question(kim, body=f"As @{marta.handle} said in #{first.id}, see `@{marta.handle}` and #999999.")
    assert f'<a class="mention" href="/people/{marta.id}/marta-silva">@marta-silva</a>' in second.html
    assert f'href="/questions/{first.id}" title="Where do the invoices go?"' in second.html
    assert "<code>@marta-silva</code>" in second.html
    assert "#999999" in second.html


def test_an_address_carries_the_title_in_plain_letters() -> None:
    assert address(7, "Wie groß? Łódź & co.") == "/questions/7/wie-gross-lodz-co"
    assert address(8, "???") == "/questions/8/question"
