"""What to write next: counted by person, one button from a practice, and what was dismissed stays away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forum.answers.answering import accept
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.needs.models import Need
from forum.needs.opening import asked_need, share
from forum.nominations.candidates import asked_again, dismiss, dismissals, put_back
from forum.nominations.nominating import nominate, refuse
from forum.people.models import Person
from forum.questions.merging import merge
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page


@pytest.fixture
def question(kim: Person, noise: None) -> Question:
    """One that two people need."""
    made = factories.question(kim, "How do we label the boxes?")
    share(factories.person(), made)
    return made


def titles(moderator: Person) -> list[str]:
    return [each.title for each in asked_again(moderator)]


def test_what_most_people_need_comes_first_and_what_one_needs_not_at_all(
    kim: Person, marta: Person, farah: Person, question: Question
) -> None:
    wanted = factories.question(marta, "Where is the torque wrench?")
    for _ in range(2):
        share(factories.person(), wanted)
    assert titles(farah) == ["Where is the torque wrench?", "How do we label the boxes?"]
    assert [each.how_often for each in asked_again(farah)] == [("3 people need it",), ("2 people need it",)]


def test_two_threads_closed_into_one_are_on_top(kim: Person, marta: Person, farah: Person, question: Question) -> None:
    canonical = factories.question(marta, "Where is the torque wrench?")
    for _ in range(2):
        merge(farah, factories.question(kim), canonical)
    assert titles(farah)[0] == "Where is the torque wrench?"
    assert "Asked in 3 wordings" in asked_again(farah)[0].how_often


def test_what_came_back_counts(kim: Person, farah: Person) -> None:
    asked = factories.question(kim, "Why does the address change?")
    need = asked_need(asked)
    assert isinstance(need, Need)
    need.came_back = True
    db.session.flush()
    assert asked_again(farah)[0].how_often == ("Came back once",)


def test_the_accepted_answer_is_offered_and_a_waiting_nomination_is_named(
    kim: Person, marta: Person, farah: Person, question: Question
) -> None:
    factories.answer(farah, question)
    best = factories.answer(marta, question)
    assert asked_again(farah)[0].answer_id is not None
    accept(kim, best)
    [row] = asked_again(farah)
    assert (row.answer_id, row.author, row.nominated) == (best.id, "Marta Silva", False)
    nominate(kim, best, why="Everybody packs.")
    assert asked_again(farah)[0].nominated


def test_an_answer_that_only_failed_is_not_offered(
    kim: Person, marta: Person, farah: Person, question: Question
) -> None:
    failed = factories.answer(marta, question)
    failed.failed = 1
    db.session.flush()
    assert asked_again(farah)[0].answer_id is None


def test_what_has_a_practice_or_was_dismissed_is_not_listed(
    kim: Person, marta: Person, farah: Person, question: Question
) -> None:
    other = factories.question(marta, "Where is the torque wrench?")
    share(kim, other)
    factories.practice(farah, factories.answer(marta, question))
    assert titles(farah) == ["Where is the torque wrench?"]
    for _ in range(2):
        dismiss(farah, other)
    assert titles(farah) == []
    [dismissed] = dismissals(farah)
    put_back(farah, dismissed.question)
    assert titles(farah) == ["Where is the torque wrench?"]


def test_what_was_refused_says_so_and_why(kim: Person, marta: Person, farah: Person, question: Question) -> None:
    answer = factories.answer(marta, question)
    assert [each.refused for each in asked_again(farah)] == [""]
    refuse(farah, nominate(kim, answer, why="It always helps me."), reason="one_case", words="Blue boxes only.")
    assert [(each.refused, each.nominated) for each in asked_again(farah)] == [("It fits one case only", False)]


def test_only_moderators_see_and_dismiss(kim: Person, question: Question) -> None:
    for listed in (asked_again, dismissals):
        with pytest.raises(Forbidden):
            listed(kim)
    with pytest.raises(Forbidden):
        dismiss(kim, question)


def test_the_page_has_one_button_for_each(
    browser: Callable[[Person], Browser], kim: Person, marta: Person, farah: Person, question: Question
) -> None:
    best = factories.answer(marta, question)
    own = factories.question(marta, "Where is the torque wrench?")
    share(kim, own)
    by_moderator = factories.answer(farah, own)
    unanswered = factories.question(marta, "Who has the other key?")
    share(kim, unanswered)
    window = browser(farah)
    links = Page(window.get("/practices/candidates")).links()
    assert links["Promote : How do we label the boxes?"] == f"/posts/{best.id}/promotion/new"
    assert links["Nominate : Where is the torque wrench?"] == f"/answers/{by_moderator.id}/nomination/new"
    assert links["Answer : Who has the other key?"].endswith("#your-answer")
    window.post(f"/questions/{unanswered.id}/dismissal")
    assert "Who has the other key?" not in Page(window.get("/practices/candidates")).links()
    page = Page(window.get("/practices/candidates?tab=dismissed"))
    assert "Who has the other key?" in page.links()
    window.post(f"/questions/{unanswered.id}/dismissal/withdrawal")
    assert "Who has the other key?" in Page(window.get("/practices/candidates")).links()


def test_the_list_costs_the_same_for_one_and_for_many(
    kim: Person, marta: Person, farah: Person, question: Question, statements: Callable[[], Any]
) -> None:
    def cost() -> int:
        db.session.expire_all()
        _ = farah.roles, farah.id
        with statements() as seen:
            asked_again(farah)
        return len(seen)

    few = cost()
    for _ in range(5):
        more = factories.question(marta)
        share(kim, more)
        factories.answer(marta, more)
    assert cost() == few <= 3
