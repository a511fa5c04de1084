"""Merging two questions that ask the same: what becomes of each part of them, and that undoing it is exact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.answers.answering import accept, drifted_counts, standing_acceptance
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.departments.following import choose_level, follow, following, unfollow
from forum.departments.models import Department
from forum.needs.inviting import claim
from forum.needs.models import CheckIn, Need
from forum.needs.opening import share
from forum.people.models import Person
from forum.posts.comments import threads
from forum.posts.models import Vote
from forum.posts.removing import remove, restore
from forum.posts.votes import cast, drifted_scores
from forum.practices.promoting import practices_of
from forum.questions import listing
from forum.questions.merging import Decided, Merged, WordingRemoved, family, keep, merge, undo, wordings
from forum.questions.models import Merge, Question
from tests import factories

Work = Callable[[], None]


@pytest.fixture
def ola(sales: Department) -> Person:
    return factories.person("Ola Berg", sales)


@pytest.fixture
def known(kim: Person) -> Question:
    """The question that stays."""
    return factories.question(kim, "How do I correct a shipping address?")


@pytest.fixture
def again(ola: Person) -> Question:
    """The same, asked by somebody else in other words."""
    return factories.question(ola, "The address on a parcel is wrong, what now?")


def titles(person: Person, tab: str = "new") -> list[str]:
    return [row.title for row in listing.tab(person, tab, None).rows]


def times_asked(question: Question) -> int:
    return db.session.scalars(select(Question.times_asked).where(Question.id == question.id)).one()


def test_a_merged_question_leaves_the_lists_and_the_other_says_how_often_it_was_asked(
    farah: Person, known: Question, again: Question
) -> None:
    merge(farah, again, known, "Both ask how to change the address of an order.")
    assert titles(farah) == [known.title]
    assert [(each.title, each.author) for each in wordings(known.id)] == [(again.title, "Ola Berg")]
    assert times_asked(known) == 2
    row = listing.tab(farah, "new", None).rows[0]
    assert row.times_asked == 2


def test_whoever_asked_the_merged_one_finds_the_other_among_their_own(
    farah: Person, ola: Person, known: Question, again: Question
) -> None:
    merge(farah, again, known)
    assert titles(ola, "mine") == [known.title]
    assert titles(farah, "mine") == []


def test_a_question_asked_three_times_counts_its_wordings(farah: Person, ola: Person, marta: Person) -> None:
    first, second, third = (factories.question(by) for by in (ola, marta, ola))
    merge(farah, second, first)
    made = merge(farah, third, first)
    assert times_asked(first) == 3
    undo(farah, made)
    assert (times_asked(first), times_asked(third)) == (2, 1)
    assert drifted_counts() == {}


def test_answers_go_along_with_authors_votes_and_comments_and_come_back(
    farah: Person, kim: Person, marta: Person, known: Question, again: Question, noise: None
) -> None:
    own = factories.answer(marta, known)
    moved = factories.answer(marta, again)
    remark = factories.comment(kim, moved)
    on_question = factories.comment(kim, again)
    cast(kim, moved, 1)
    made = merge(farah, again, known)
    assert (moved.question_id, moved.score, moved.author_id) == (known.id, 1, marta.id)
    assert [node.comment.id for node in threads(known.id)[moved.id]] == [remark.id]
    assert [node.comment.id for node in threads(again.id)[again.id]] == [on_question.id]
    assert (known.answer_count, again.answer_count) == (2, 0)
    undo(farah, made)
    assert (own.question_id, moved.question_id) == (known.id, again.id)
    assert [node.comment.id for node in threads(again.id)[moved.id]] == [remark.id]
    assert (known.answer_count, again.answer_count) == (1, 1)
    assert (drifted_counts(), drifted_scores()) == ({}, {})


def test_the_mark_of_the_merged_question_does_not_become_the_others(
    farah: Person, kim: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    helped = factories.answer(marta, again)
    accept(ola, helped)
    made = merge(farah, again, known)
    assert (known.accepted_answer_id, again.accepted_answer_id) == (None, None)
    assert drifted_counts() == {}
    accept(kim, helped)  # Whoever asked the question that stays finds the same.
    assert known.accepted_answer_id == helped.id
    assert drifted_counts() == {}
    undo(farah, made)
    assert (known.accepted_answer_id, again.accepted_answer_id) == (None, helped.id)
    assert standing_acceptance(known.id) is None
    assert drifted_counts() == {}


def test_removing_and_restoring_a_moved_answer_keeps_the_counters_right(
    farah: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    helped = factories.answer(marta, again)
    accept(ola, helped)
    made = merge(farah, again, known)
    remove(farah, helped)
    assert drifted_counts() == {}
    undo(farah, made)
    assert drifted_counts() == {}
    restore(farah, helped)
    db.session.expire_all()
    assert (again.accepted_answer_id, again.answer_count) == (helped.id, 1)
    assert drifted_counts() == {}


def test_votes_stay_with_the_words_they_were_given_to(
    farah: Person, marta: Person, known: Question, again: Question
) -> None:
    cast(marta, known, 1)
    cast(marta, again, 1)
    cast(farah, again, 1)
    made = merge(farah, again, known)
    assert (known.score, wordings(known.id)[0].score) == (1, 2)
    undo(farah, made)
    assert (known.score, again.score) == (1, 2)
    assert db.session.scalar(select(func.count(Vote.id))) == 3
    assert drifted_scores() == {}


def test_followers_follow_the_other_question_too_and_only_until_it_is_undone(
    farah: Person, marta: Person, ola: Person, kim: Person, known: Question, again: Question
) -> None:
    follow(marta, "question", again.id)
    follow(marta, "question", known.id)
    made = merge(farah, again, known)
    assert [following(each, "question", known.id)[0] for each in (marta, ola, kim)] == ["watching"] * 3
    undo(farah, made)
    assert [following(each, "question", known.id)[0] for each in (marta, ola, kim)] == [
        "watching",
        "normal",
        "watching",
    ]
    assert following(ola, "question", again.id)[0] == "watching"


@pytest.mark.parametrize(
    ("of_merged", "of_other", "merged"),
    [
        ("watching", "tracking", "watching"),
        ("tracking", "normal", "tracking"),
        ("tracking", "watching", "watching"),
        ("muted", None, "muted"),
        ("watching", "muted", "muted"),
        ("muted", "watching", "muted"),
    ],
)
def test_the_stronger_level_stands_for_both_but_what_was_muted_stays_muted(
    farah: Person, marta: Person, known: Question, again: Question, of_merged: str, of_other: str | None, merged: str
) -> None:
    choose_level(marta, "question", again.id, of_merged)
    if of_other:
        choose_level(marta, "question", known.id, of_other)
    made = merge(farah, again, known)
    assert following(marta, "question", known.id)[0] == merged
    undo(farah, made)
    assert following(marta, "question", known.id)[0] == (of_other or "normal")
    assert following(marta, "question", again.id)[0] == of_merged


def test_a_level_chosen_since_the_merge_stays_when_it_is_undone(
    farah: Person, marta: Person, known: Question, again: Question
) -> None:
    choose_level(marta, "question", again.id, "watching")
    made = merge(farah, again, known)
    choose_level(marta, "question", known.id, "tracking")
    undo(farah, made)
    assert following(marta, "question", known.id)[0] == "tracking"


def test_whoever_stopped_following_meanwhile_is_not_made_to_follow_again(
    farah: Person, ola: Person, known: Question, again: Question
) -> None:
    made = merge(farah, again, known)
    unfollow(ola, "question", known.id)
    undo(farah, made)
    assert following(ola, "question", known.id)[0] == "normal"


def test_a_practice_made_of_a_moved_answer_is_shown_where_the_answer_is(
    farah: Person, marta: Person, known: Question, again: Question
) -> None:
    answer = factories.answer(marta, again)
    of_answer = factories.practice(farah, answer)
    of_another = factories.practice(farah, factories.answer(marta, again))
    made = merge(farah, again, known)
    assert {id for id, _ in practices_of(known.id).values()} == {of_answer.id, of_another.id}
    of_known = factories.practice(farah, factories.answer(marta, known))
    undo(farah, made)
    assert {id for id, _ in practices_of(again.id).values()} == {of_answer.id, of_another.id}
    assert {id for id, _ in practices_of(known.id).values()} == {of_known.id}


def test_merging_into_a_merged_one_leads_to_the_one_that_stands_for_it(
    farah: Person, marta: Person, known: Question, again: Question
) -> None:
    third = factories.question(marta)
    merge(farah, again, known)
    made = merge(farah, third, again)
    assert (made.into_id, third.merged_into_id) == (known.id, known.id)


def test_what_was_merged_before_goes_along_and_each_can_be_taken_out_alone(
    farah: Person, marta: Person, kim: Person, known: Question, again: Question
) -> None:
    third = factories.question(marta, "Wrong address on an order, who can help?")
    of_third = factories.answer(kim, third)
    of_again = factories.answer(kim, again)
    first = merge(farah, third, again)
    second = merge(farah, again, known)
    assert {of_third.question_id, of_again.question_id} == {known.id}
    assert family(again.id) == [again.id, third.id]
    assert times_asked(known) == 3
    undo(farah, first)
    assert (third.merged_into_id, of_third.question_id, of_again.question_id) == (None, third.id, known.id)
    undo(farah, second)
    assert (again.merged_into_id, of_again.question_id) == (None, again.id)
    assert (times_asked(known), times_asked(again), times_asked(third)) == (1, 1, 1)
    assert drifted_counts() == {}


def test_taking_out_one_with_others_in_it_takes_these_along(
    farah: Person, marta: Person, kim: Person, known: Question, again: Question
) -> None:
    third = factories.question(marta)
    of_third = factories.answer(kim, third)
    merge(farah, third, again)
    second = merge(farah, again, known)
    undo(farah, second)
    db.session.expire_all()
    assert (third.merged_into_id, of_third.question_id) == (again.id, again.id)
    assert (times_asked(known), times_asked(again)) == (1, 2)


@pytest.mark.parametrize("into", ["itself", "one merged into it", "a removed one", "one's own"])
def test_what_cannot_be_merged_is_refused_in_words(
    farah: Person, marta: Person, known: Question, again: Question, into: str
) -> None:
    if into == "one merged into it":
        merge(farah, known, again)
    if into == "a removed one":
        remove(farah, known)
    other = {"itself": again, "one's own": factories.question(farah)}.get(into, known)
    with pytest.raises(Invalid):
        merge(farah, again, other)
    assert again.merged_into_id is None


def test_a_question_is_merged_once(farah: Person, marta: Person, known: Question, again: Question) -> None:
    merge(farah, again, known)
    with pytest.raises(Merged):
        merge(farah, again, factories.question(marta))


def test_a_moderator_and_a_champion_of_a_department_it_concerns_may_merge(
    farah: Person, marta: Person, ola: Person, sales: Department, finance: Department, known: Question, again: Question
) -> None:
    of_finance = factories.person("Cho Fin", finance, "champion")
    of_sales = factories.person("Cho Sal", sales, "champion")
    for nobody in (marta, ola, of_finance):
        with pytest.raises(Forbidden):
            merge(nobody, again, known)
    merge(of_sales, again, known)
    assert again.merged_into_id == known.id


def test_a_moderator_does_not_merge_a_question_of_their_own(farah: Person, known: Question) -> None:
    own = factories.question(farah)
    with pytest.raises(Forbidden):
        merge(farah, own, known)


def test_whoever_merged_it_or_any_moderator_undoes_it_but_not_the_asker(
    farah: Person, marta: Person, ola: Person, sales: Department, known: Question, again: Question
) -> None:
    champion = factories.person("Cho Sal", sales, "champion")
    made = merge(champion, again, known)
    for nobody in (marta, ola):
        with pytest.raises(Forbidden):
            undo(nobody, made)
    undo(champion, made)
    with pytest.raises(Decided):
        undo(farah, made)


def test_a_moderator_who_asked_it_objects_like_anybody_instead_of_undoing_it(
    farah: Person, finance: Department, known: Question
) -> None:
    other = factories.person("Mo Diaz", finance, "moderator")
    made = merge(other, factories.question(farah), known)
    with pytest.raises(Forbidden):
        undo(farah, made)


def test_keeping_needs_an_objection_and_a_second_person(
    farah: Person, finance: Department, known: Question, again: Question
) -> None:
    other = factories.person("Mo Diaz", finance, "moderator")
    made = merge(farah, again, known)
    with pytest.raises(Decided):
        keep(other, made)
    with pytest.raises(Forbidden):
        keep(farah, made)


def test_a_removed_wording_is_put_back_before_it_is_taken_out(farah: Person, known: Question, again: Question) -> None:
    made = merge(farah, again, known)
    remove(farah, again)
    assert wordings(known.id) == []
    with pytest.raises(WordingRemoved):
        undo(farah, made)
    restore(farah, again)
    undo(farah, made)
    assert again.merged_into_id is None


def test_nobody_answers_shares_or_takes_a_question_that_was_merged_while_they_looked(
    farah: Person, marta: Person, known: Question, again: Question
) -> None:
    merge(farah, again, known)
    for deed in (lambda: factories.answer(marta, again), lambda: share(marta, again), lambda: claim(marta, again)):
        with pytest.raises(Merged), db.session.begin_nested():
            deed()


def test_every_step_is_an_event_with_the_departments_of_the_day(
    farah: Person, finance: Department, known: Question, again: Question
) -> None:
    made = merge(farah, again, known)
    undo(farah, made)
    rows = db.session.scalars(
        select(EventRow).where(EventRow.name.in_(("QuestionsMerged", "MergeUndone"))).order_by(EventRow.id)
    ).all()
    assert [(row.name, row.actor_id, row.actor_department_id) for row in rows] == [
        ("QuestionsMerged", farah.id, finance.id),
        ("MergeUndone", farah.id, finance.id),
    ]
    assert rows[0].data["into_id"] == known.id


def test_it_can_be_merged_again_after_it_was_undone(farah: Person, known: Question, again: Question) -> None:
    undo(farah, merge(farah, again, known))
    merge(farah, again, known)
    assert again.merged_into_id == known.id
    assert db.session.scalar(select(func.count(Merge.id))) == 2


def rows_of(*kinds: Any) -> dict[str, list[Any]]:
    db.session.expire_all()
    return {
        kind.__name__: [
            {
                name: getattr(row, name)
                for name in ("question_id", "merged_from_id", "person_id", "page_id", "outcome")
                if hasattr(row, name)
            }
            for row in db.session.scalars(select(kind).order_by(kind.id))
        ]
        for kind in kinds
    }


def test_merging_and_undoing_leaves_needs_and_check_ins_where_they_were(
    farah: Person, kim: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    accept(ola, factories.answer(marta, again))
    share(kim, again)
    share(marta, known)
    before = rows_of(Need, CheckIn)
    undo(farah, merge(farah, again, known))
    assert rows_of(Need, CheckIn) == before
