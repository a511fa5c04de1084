"""Local variants: made by anybody, shown together, judged apart; the author of the original is thanked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Invalid
from forum.needs import check_ins
from forum.needs.opening import use_practice
from forum.people.models import Person
from forum.practices.adapting import NothingToAdapt, adapt, family
from forum.practices.models import Practice
from forum.practices.promoting import practices_of, retire, texts_of
from forum.questions.merging import merge, undo
from tests import factories
from tests.conftest import Browser
from tests.notifications.conftest import notes
from tests.pages import Page

BODY = "1. Look first.\n2. Write it on the pallet."


@pytest.fixture
def original(kim: Person, marta: Person, farah: Person, noise: None) -> Practice:
    asked = factories.question(kim)
    return factories.practice(farah, factories.answer(marta, asked), title="Look before you leap", tags="leaping")


@pytest.fixture
def vary(original: Practice) -> Callable[..., Practice]:
    def made(person: Person, of: Practice | None = None, **changed: str) -> Practice:
        texts = texts_of(
            {**original.texts, "title": f"For {person.name}", "body": f"{BODY} Says {person.name}.", **changed}
        )
        of_department = [person.department_id]
        return adapt(person, of or original, texts, departments=of_department, tags="", review_pace="fast")

    return made


def test_whoever_adapts_it_wrote_it_and_keeps_it(kim: Person, original: Practice, vary: Any) -> None:
    made = vary(kim)
    assert (made.author_id, made.owner_id, made.variant_of_id) == (kim.id, kim.id, original.id)
    assert (made.source_id, made.question_id) == (None, original.question_id)
    assert [each.id for each in made.departments] == [kim.department_id]
    assert original.texts["body"] != made.texts["body"]


def test_the_thread_leads_to_the_original_only(kim: Person, original: Practice, vary: Any) -> None:
    vary(kim)
    assert [id for id, _ in practices_of(original.question_id).values()] == [original.id]


def test_all_of_a_family_are_shown_on_each_page(kim: Person, chris: Person, original: Practice, vary: Any) -> None:
    first = vary(kim)
    second = vary(chris, first)
    assert second.variant_of_id == original.id
    assert [(each.id, each.original) for each in family(second)] == [(original.id, True), (first.id, False)]
    assert [each.id for each in family(original)] == [first.id, second.id]
    assert family(original)[0].departments == ("Sales",)


def test_each_is_judged_by_its_own_outcomes(kim: Person, chris: Person, original: Practice, vary: Any) -> None:
    made = vary(kim)
    check_ins.reply(chris, check_ins.plan(use_practice(chris, made.id)), "resolved")
    check_ins.reply(chris, check_ins.plan(use_practice(chris, original.id)), "not")
    assert family(original)[0].tally.worked == 1
    assert (family(made)[0].tally.worked, family(made)[0].tally.failed) == (0, 1)


def test_without_a_difference_there_is_nothing_to_publish(kim: Person, original: Practice) -> None:
    same = texts_of({**original.texts, "title": "Another title"})
    with pytest.raises(Invalid) as refused:
        adapt(kim, original, same, departments=[kim.department_id], tags="", review_pace="fast")
    assert refused.value.field == "body"


def test_what_is_retired_is_no_ground_to_build_on(kim: Person, farah: Person, original: Practice, vary: Any) -> None:
    made = vary(kim)
    retire(farah, made, because="Gone.")
    assert family(original) == []
    with pytest.raises(NothingToAdapt):
        vary(kim, made)


def test_the_author_of_the_original_is_thanked(
    kim: Person, marta: Person, vary: Any, work_off: Any, browser: Callable[[Person], Browser]
) -> None:
    vary(kim)
    work_off()
    assert ("practice", "inspired") in notes(marta)
    page = Page(browser(marta).get("/inbox"))
    assert "Kim Tran adapted your practice for their own department. Thank you for it" in page.words


def test_variants_go_along_when_questions_are_merged_and_taken_apart(
    kim: Person, farah: Person, original: Practice, vary: Any
) -> None:
    made, other = vary(kim), factories.question(farah)
    asked = original.question_id
    merged = merge(factories.person(None, None, "moderator"), the_question(asked), other)
    assert (reload(original).question_id, reload(made).question_id) == (other.id, other.id)
    undo(farah, merged)
    assert (reload(original).question_id, reload(made).question_id) == (asked, asked)


def the_question(id: int) -> Any:
    from forum.questions.models import Question

    return db.session.get_one(Question, id)


def reload(practice: Practice) -> Practice:
    db.session.refresh(practice, ["question_id"])
    return practice


def test_an_employee_adapts_it_on_the_page(
    chris: Person, sales: Any, original: Practice, browser: Callable[[Person], Browser]
) -> None:
    window = browser(chris)
    here = f"/practices/{original.id}"
    assert "Adapt for my department" in Page(window.get(here, follow_redirects=True)).words
    form = Page(window.get(f"{here}/adaptation")).form(f"{here}/adaptation")
    assert (form["title"], form["departments"], form["tags"]) == ("Look before you leap", str(sales.id), "leaping ")
    refused = window.post(f"{here}/adaptation", data={**form, "title": "Look twice"})
    assert refused.status_code == 422
    assert Page(refused).form(f"{here}/adaptation")["title"] == "Look twice"
    sent = {**form, "body": BODY, "minutes": "12", "is_free": "y"}
    page = Page(window.post(f"{here}/adaptation", data=sent, follow_redirects=True))
    assert "Adapted for Sales" in page.words
    assert "The original" in page.words
    made = db.session.scalars(select(Practice).where(Practice.variant_of_id == original.id)).one()
    assert (made.minutes, made.is_free, made.contact, original.minutes) == (12, True, chris.name, None)
    assert f"/practices/{made.id}" in Page(window.get(here, follow_redirects=True)).links()["Look before you leap"]
