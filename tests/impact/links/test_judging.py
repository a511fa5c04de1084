"""What is learned is joined together: how many closed questions lead somewhere, and whether rightly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.answers.answering import accept
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.departments.models import Department
from forum.impact.facts.periods import Period
from forum.impact.links.judging import A_MONTH, judge, linked, to_judge
from forum.impact.models import LinkCheck
from forum.people.models import Person
from forum.posts.removing import remove
from forum.questions.merging import merge
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.impact.conftest import Helps


def lately() -> Period:
    return Period("q1", "Months 1–3", now() - timedelta(days=90), now() + timedelta(seconds=1))


@pytest.fixture
def known(kim: Person, marta: Person) -> Question:
    """A question that others ask again; it is answered and closed."""
    made = factories.question(kim, title="Which labels go on glass?")
    accept(kim, factories.answer(marta, made))
    return made


@pytest.fixture
def again(known: Question, farah: Person) -> Callable[[int], list[Question]]:
    """Asks it again so many times."""

    def ask(times: int) -> list[Question]:
        asked = [factories.question(factories.person()) for _ in range(times)]
        for each in asked:
            merge(farah, each, known)
        return asked

    return ask


def test_a_closed_question_leads_to_a_practice_a_cause_or_the_same_question(
    helps: Helps, again: Callable[[int], list[Question]], marta: Person, farah: Person, sales: Department
) -> None:
    rita = factories.person(None, sales)
    helped = helps(marta, rita, 4)
    factories.practice(farah, helped[0])
    factories.cause(rita, helped[1].question, sales)
    again(1)
    remove(rita, factories.question(rita))  # noise: gone, and open
    factories.question(rita)
    found = linked(lately())
    assert (found.closed, found.linked) == (6, 4)  # The two halves of the merge count both.
    assert found.rate[0] == pytest.approx(4 / 6)
    assert linked(Period("q0", "", now() - timedelta(days=200), now() - timedelta(days=100))).closed == 0


def test_ten_a_month_are_drawn_the_same_ones_for_everybody(
    again: Callable[[int], list[Question]], known: Question, farah: Person
) -> None:
    again(12)
    drawn, done = to_judge(lately())
    assert (len(drawn), done) == (A_MONTH, 0)
    assert to_judge(lately())[0] == drawn
    assert {(each.kind, each.target_id, each.target_title) for each in drawn} == {("question", known.id, known.title)}
    for place, each in enumerate(drawn):
        judge(farah, each.question_id, each.target_id, is_right=place > 0)
    assert to_judge(lately()) == ([], A_MONTH)
    found = linked(lately())
    assert (found.judged, found.right) == (10, 9)
    with as_of(now() + timedelta(days=35)):
        rest, done = to_judge(lately())
        assert (len(rest), done) == (2, 0)


def test_the_latest_verdict_stands(again: Callable[[int], list[Question]], known: Question, farah: Person) -> None:
    [asked] = again(1)
    judge(farah, asked.id, known.id, is_right=True)
    judge(factories.person(None, None, "moderator"), asked.id, known.id, is_right=False)
    assert [each.is_right for each in db.session.scalars(select(LinkCheck))] == [False]


def test_what_is_no_link_cannot_be_judged(known: Question, kim: Person, farah: Person) -> None:
    assert judge(farah, factories.question(kim).id, known.id, is_right=True) is None
    with pytest.raises(Forbidden):
        judge(kim, known.id, known.id, is_right=True)


def test_a_moderator_judges_on_the_page(
    browser: Callable[[Person], Browser], again: Callable[[int], list[Question]], known: Question, farah: Person
) -> None:
    [asked] = again(1)
    window = browser(farah)
    assert "Is it joined together?" in window.get("/impact").text
    page = window.get("/impact/links").text
    assert all(words in page for words in (asked.title, known.title, "asks the same as"))
    sent = {"target": known.id, "verdict": "wrong"}
    assert window.post(f"/impact/links/{asked.id}", data=sent).status_code == 303
    assert "0 of 1 of those looked at are right" in window.get("/impact/links").text
    assert window.post(f"/impact/links/{asked.id}", data={**sent, "verdict": "perhaps"}).status_code == 400
    assert window.post(f"/impact/links/{known.id}", data=sent).status_code == 404
