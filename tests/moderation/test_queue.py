"""The queue: whose it is, in which order, and what is done to several at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.paging import PER_PAGE
from forum.moderation import canned, deciding, scoping
from forum.moderation.flagging import flag
from forum.moderation.labelling import move
from forum.moderation.models import Case
from forum.moderation.queue import entries
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.notifications.conftest import notes
from tests.pages import Page


def flagged(by: Person, author: Person, number: int = 1, **given: Any) -> list[Post]:
    made: list[Post] = [factories.question(author, **given) for _ in range(number)]
    for each in made:
        flag(by, each, reason="elsewhere")
    return made


def found(person: Person) -> list[int]:
    return [item.post_id for item in entries(person).rows]


def test_a_moderator_sees_the_chosen_departments_and_what_concerns_none(
    farah: Person, second: Person, kim: Person, marta: Person, sales: Any, finance: Any
) -> None:
    of_sales = flagged(marta, kim)[0]
    of_finance = flagged(kim, marta)[0]
    of_none = flagged(marta, kim)[0]
    of_none.departments = []
    scoping.choose(farah, [finance.id])
    assert found(farah) == [of_finance.id, of_none.id]
    assert found(second) == [of_sales.id, of_finance.id, of_none.id]


def test_only_the_moderators_of_a_department_are_told(
    farah: Person, second: Person, kim: Person, marta: Person, finance: Any, work: Callable[..., None]
) -> None:
    scoping.choose(farah, [finance.id])
    flagged(marta, kim)
    work()
    assert (notes(farah), notes(second)) == ([], [("moderation", "moderates")])


def test_a_champion_sees_the_own_department_alone_and_decides_nothing(
    kim: Person, marta: Person, sales: Any, browser: Callable[[Person], Browser]
) -> None:
    champion = factories.person("Olga Champion", sales, "champion")
    mine, _, none = flagged(marta, kim)[0], flagged(kim, marta)[0], flagged(marta, kim)[0]
    none.departments = []
    assert found(champion) == [mine.id]
    case = db.session.scalars(select(Case).where(Case.post_id == mine.id)).one()
    with pytest.raises(Forbidden):
        deciding.decide(champion, case, "dismiss")
    answer = browser(champion).post("/moderation", data={"case": case.id, "act": "dismiss"})
    assert answer.status_code == 303
    db.session.refresh(case)
    assert case.outcome is None
    with pytest.raises(Forbidden):
        entries(kim)


def test_pages_follow_each_other_without_a_gap(farah: Person, kim: Person, marta: Person) -> None:
    made = [each.id for each in flagged(marta, kim, PER_PAGE + 2)]
    first = entries(farah)
    second = entries(farah, first.next_key)
    assert [item.post_id for item in [*first.rows, *second.rows]] == made
    assert second.next_key is None


def test_several_are_hidden_for_one_reason_and_what_does_not_fit_is_passed_over(
    farah: Person, kim: Person, marta: Person
) -> None:
    one, other = flagged(marta, kim, 2)
    own = flagged(kim, farah)[0]
    ids = list(db.session.scalars(select(Case.id)))
    with pytest.raises(Invalid):
        deciding.decide_several(farah, ids, "hide")
    done = deciding.decide_several(farah, ids, "hide", reason="elsewhere")
    assert (done.count, done.left) == (2, 1)
    assert [each.withheld for each in (one, other, own)] == ["hidden", "hidden", None]
    assert found(farah) == [own.id]


def test_one_entry_is_chosen_already_and_of_several_one_is_left_alone_by_its_own_button(
    farah: Person, kim: Person, marta: Person, browser: Callable[[Person], Browser]
) -> None:
    def boxes() -> dict[int, bool]:
        return {int(str(box["value"])): box.has_attr("checked") for box in page.soup.select("input[name=case]")}

    def case_of(post: Post) -> int:
        return db.session.scalars(select(Case.id).where(Case.post_id == post.id)).one()

    window, first = browser(farah), flagged(marta, kim)[0]
    page = Page(window.get("/moderation"))
    assert boxes() == {case_of(first): True}
    page = Page(window.post("/moderation", data={"act": "dismiss"}))
    assert (page.status, page.problems, boxes()) == (422, ["case"], {case_of(first): False})
    assert page.soup.find(id="case")["value"] == str(case_of(first))  # type: ignore[index]
    second = flagged(marta, kim)[0]
    page = Page(window.get("/moderation"))
    assert boxes() == {case_of(first): False, case_of(second): False}
    sent = {"case": case_of(first), "leave": case_of(second), "reason": "elsewhere"}
    assert window.post("/moderation", data=sent).status_code == 303
    assert (found(farah), second.withheld) == ([first.id], None)


def test_a_kept_text_is_put_into_the_form_without_javascript_and_nothing_is_decided(
    farah: Person, kim: Person, marta: Person, browser: Callable[[Person], Browser]
) -> None:
    kept = canned.keep(farah, "Names", "Please leave names out.")
    post = flagged(marta, kim)[0]
    page = browser(farah).post(
        "/moderation", data={"case": "1", "words": "Hello.", "canned_id": kept.id, "canned": "yes"}
    )
    assert page.status_code == 200
    assert "Hello.\n\nPlease leave names out." in page.text.replace("\r", "")
    assert post.withheld is None


def test_two_kept_texts_have_two_names_and_one_can_be_changed(farah: Person, chris: Person, kim: Person) -> None:
    kept = canned.keep(farah, "Names", "Please leave names out.")
    with pytest.raises(Invalid):
        canned.keep(chris, "Names", "Something else.")
    canned.keep(chris, "Names", "No names, please.", id=kept.id)
    assert [each.words for each in canned.kept()] == ["No names, please."]
    with pytest.raises(Forbidden):
        canned.keep(kim, "Mine", "Words.")


def test_a_question_that_is_moved_changes_hands(
    farah: Person, second: Person, kim: Person, marta: Person, finance: Any
) -> None:
    question = flagged(marta, kim)[0]
    assert isinstance(question, Question)
    scoping.choose(second, [finance.id])
    assert found(second) == []
    move(farah, question, departments=[finance.id], tags="labels", seen=question.version, reason="It is theirs")
    assert found(second) == [question.id]
    assert question.texts["departments"] == "Finance"
    with pytest.raises(Forbidden):
        move(kim, question, departments=[finance.id], tags="", seen=question.version)
