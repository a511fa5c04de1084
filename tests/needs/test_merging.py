"""Merging never changes the number of needs: everybody keeps their own, with its timers, check-ins and history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.answers.answering import accept, drifted_counts, withdraw_acceptance
from forum.answers.models import Answer
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.core.events import EventRow
from forum.departments.models import Department
from forum.needs import check_ins
from forum.needs.escalating import promise_of
from forum.needs.inviting import claim, invite_person, standing_claim
from forum.needs.ledger import history
from forum.needs.merging import TooLate, object_to
from forum.needs.models import AnswerInvitation, CheckIn, Need, seeking
from forum.needs.opening import OwnQuestion, asked_need, share, shared_by, take_known, withdraw
from forum.people.models import Person
from forum.questions.merging import Decided, keep, merge, undo
from forum.questions.models import Merge, Question
from tests import factories
from tests.needs.conftest import MONDAY

Moments = Callable[[datetime], Any]
Passing = Callable[..., datetime]


@pytest.fixture
def ola(sales: Department) -> Person:
    return factories.person("Ola Berg", sales)


@pytest.fixture
def mo(finance: Department) -> Person:
    """A second moderator."""
    return factories.person("Mo Diaz", finance, "moderator")


@pytest.fixture
def known(kim: Person, at: Moments) -> Question:
    """The question that stays."""
    with at(MONDAY):
        return factories.question(kim)


@pytest.fixture
def again(ola: Person, at: Moments) -> Question:
    """The same, asked by somebody else."""
    with at(MONDAY):
        return factories.question(ola)


def need_of(person: Person) -> Need:
    return db.session.scalars(select(Need).where(Need.person_id == person.id).order_by(Need.id)).first()  # type: ignore[return-value]


def escalated() -> list[tuple[int, str]]:
    rows = db.session.scalars(select(EventRow).where(EventRow.name == "Escalated").order_by(EventRow.id))
    return [(row.data["need_id"], row.data["step"]) for row in rows]


def test_an_answer_that_is_there_already_answers_the_need_that_comes_along(
    farah: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    factories.answer(marta, known)
    merge(farah, again, known)
    need = need_of(ola)
    assert (need.state, need.question_id, need.merged_from_id) == ("answered", known.id, again.id)
    promise = promise_of(need)
    assert promise is not None
    assert promise.kept


def test_an_answer_that_comes_along_answers_the_need_that_was_there(
    farah: Person, kim: Person, marta: Person, known: Question, again: Question
) -> None:
    factories.answer(marta, again)
    merge(farah, again, known)
    assert need_of(kim).state == "answered"
    assert not known.waits


def test_nobodys_own_answer_answers_their_need(farah: Person, ola: Person, known: Question, again: Question) -> None:
    factories.answer(ola, known)
    merge(farah, again, known)
    assert need_of(ola).state not in ("answered", "trying")
    assert known.waits


def test_two_that_wait_wait_together_and_more_people_are_asked_once(
    farah: Person, kim: Person, ola: Person, known: Question, again: Question, at: Moments, pass_time: Passing
) -> None:
    with at(MONDAY):
        merge(farah, again, known)
    assert (need_of(kim).state, need_of(ola).state) == ("open", "merged")
    pass_time(MONDAY, days=4)
    assert {need_id for need_id, _ in escalated()} == {need_of(kim).id}
    assert (need_of(kim).state, need_of(ola).state) == ("open_problem", "merged")


def test_an_answer_ends_the_waiting_of_all_who_asked(
    farah: Person, kim: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    merge(farah, again, known)
    factories.answer(marta, known)
    assert (need_of(kim).state, need_of(ola).state) == ("answered", "answered")
    assert not known.waits


def test_when_the_asker_needs_it_no_longer_the_other_asker_is_helped(
    farah: Person, kim: Person, ola: Person, known: Question, again: Question, at: Moments, pass_time: Passing
) -> None:
    with at(MONDAY):
        merge(farah, again, known)
        withdraw(kim, need_of(kim))
        assert need_of(ola).state == "open"
        assert known.waits
    pass_time(MONDAY, days=1)
    assert (need_of(ola).id, "champions") in escalated()


def test_a_need_that_joins_one_which_is_over_keeps_its_own_timers(
    farah: Person, kim: Person, ola: Person, known: Question, again: Question, at: Moments, pass_time: Passing
) -> None:
    with at(MONDAY):
        withdraw(kim, need_of(kim))
        merge(farah, again, known)
    assert need_of(ola).state == "open"
    pass_time(MONDAY, days=1)
    assert {need_id for need_id, _ in escalated()} == {need_of(ola).id}


def test_everybody_is_asked_about_the_accepted_answer_for_their_own_need(
    farah: Person, kim: Person, ola: Person, marta: Person, chris: Person, known: Question, again: Question
) -> None:
    share(chris, again)
    merge(farah, again, known)
    answer = factories.answer(marta, known)
    accept(kim, answer)
    asked = db.session.execute(
        select(Need.person_id, CheckIn.answer_id).join(CheckIn, CheckIn.need_id == Need.id).order_by(Need.id)
    ).all()
    assert sorted(asked) == sorted((each.id, answer.id) for each in (kim, ola, chris))
    assert shared_by(known) == (3, 1)


def test_merging_into_a_solved_question_plans_the_check_in_at_once(
    farah: Person, kim: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    answer = factories.answer(marta, known)
    accept(kim, answer)
    merge(farah, again, known)
    check_in = check_ins.latest_of(need_of(ola))
    assert check_in is not None
    assert (need_of(ola).state, check_in.answer_id) == ("trying", answer.id)


def test_what_somebody_is_trying_stays_theirs_when_the_other_question_is_merged_and_its_mark_withdrawn(
    farah: Person, kim: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    answer = factories.answer(marta, again)
    accept(ola, answer)
    merge(farah, again, known)
    accept(kim, answer)
    assert need_of(kim).state == "trying"
    withdraw_acceptance(kim, answer)
    assert (need_of(kim).state, need_of(ola).state) == ("answered", "trying")


def test_the_asker_of_the_merged_question_is_not_asked_to_mark_what_they_cannot_mark(
    farah: Person, ola: Person, marta: Person, known: Question, again: Question, at: Moments, pass_time: Passing
) -> None:
    with at(MONDAY):
        factories.answer(marta, again)
        merge(farah, again, known)
    pass_time(MONDAY, days=10)
    rows = db.session.scalars(select(EventRow).where(EventRow.name == "AcceptancePrompted")).all()
    assert ola.id not in {row.data["person_id"] for row in rows}


def test_whoever_was_asked_about_the_merged_question_need_not_reply(
    farah: Person, marta: Person, chris: Person, ola: Person, known: Question, again: Question
) -> None:
    invite_person(need_of(ola), again, marta, step="first", reason="You know about this")
    claim(chris, again)
    merge(farah, again, known)
    assert db.session.scalars(select(AnswerInvitation.reply)).all() == ["moot"]
    assert standing_claim(again.id) is None


def test_somebody_who_asked_the_same_twice_has_two_needs(
    farah: Person, kim: Person, known: Question, at: Moments
) -> None:
    with at(MONDAY):
        twice = factories.question(kim)
    merge(farah, twice, known)
    needs = db.session.scalars(select(Need).where(Need.question_id == known.id).order_by(Need.id)).all()
    assert [(need.person_id, need.origin) for need in needs] == [(kim.id, "asked")] * 2
    assert asked_need(known) == needs[0]
    assert shared_by(known) == (1, 1)


def test_whoever_asked_in_other_words_does_not_share_it_once_more(
    farah: Person, ola: Person, known: Question, again: Question
) -> None:
    merge(farah, again, known)
    with pytest.raises(OwnQuestion):
        share(ola, known)


def test_the_history_of_a_need_tells_all_of_it_wherever_it_stands(
    farah: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    made = merge(farah, again, known)
    factories.answer(marta, known)
    assert [step.after for step in history(need_of(ola))] == ["open", "merged", "answered"]
    undo(farah, made)
    assert [step.after for step in history(need_of(ola))] == ["open", "merged", "answered", "open"]


def test_undoing_lets_both_wait_again_with_timers_of_their_own(
    farah: Person, kim: Person, ola: Person, known: Question, again: Question, at: Moments, pass_time: Passing
) -> None:
    with at(MONDAY):
        made = merge(farah, again, known)
    pass_time(MONDAY, hours=1)
    with at(MONDAY + timedelta(hours=1)):
        undo(farah, made)
    assert (need_of(ola).state, need_of(ola).question_id, need_of(ola).merged_from_id) == ("open", again.id, None)
    assert (known.waits, again.waits) == (True, True)
    pass_time(MONDAY + timedelta(hours=1), days=4)
    assert {need_id for need_id, _ in escalated()} == {need_of(kim).id, need_of(ola).id}


def test_whoever_was_answered_by_what_is_gone_again_waits_again(
    farah: Person, kim: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    factories.answer(marta, again)
    made = merge(farah, again, known)
    undo(farah, made)
    assert (need_of(kim).state, known.waits) == ("open", True)
    assert (need_of(ola).state, again.waits) == ("answered", False)


def test_nobody_is_asked_about_an_answer_to_the_other_question_once_it_is_undone(
    farah: Person, kim: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    accept(kim, factories.answer(marta, known))
    made = merge(farah, again, known)
    assert need_of(ola).state == "trying"
    undo(farah, made)
    assert (need_of(kim).state, need_of(ola).state) == ("trying", "open")
    pending = select(CheckIn).where(CheckIn.need_id == need_of(ola).id, CheckIn.closed_at.is_(None))
    assert db.session.scalars(pending).all() == []


def test_the_asker_objects_within_five_working_days_and_a_second_person_decides(
    farah: Person, mo: Person, ola: Person, kim: Person, known: Question, again: Question, at: Moments
) -> None:
    with at(MONDAY):
        made = merge(farah, again, known)
    with at(MONDAY + timedelta(days=4, hours=7)):
        with pytest.raises(Forbidden):
            object_to(kim, made)
        object_to(ola, made)
    assert made.is_contested
    with pytest.raises(Forbidden):
        keep(farah, made)
    keep(mo, made)
    assert not made.is_contested
    with pytest.raises(Decided):
        object_to(ola, made)


def test_after_five_working_days_it_is_too_late_to_object(
    farah: Person, ola: Person, known: Question, again: Question, at: Moments
) -> None:
    with at(MONDAY):
        made = merge(farah, again, known)
    with at(MONDAY + timedelta(days=7)), pytest.raises(TooLate):
        object_to(ola, made)


def test_an_answer_that_did_not_work_for_the_asker_of_the_merged_question_is_an_objection(
    farah: Person, mo: Person, kim: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    accept(kim, factories.answer(marta, known))
    made = merge(farah, again, known)
    check_in = check_ins.latest_of(need_of(ola))
    assert check_in is not None
    check_ins.reply(ola, check_in, "not")
    assert made.is_contested
    assert (need_of(ola).state, known.waits) == ("open", True)
    undo(mo, made)
    assert need_of(ola).question_id == again.id


def test_their_own_answer_that_did_not_work_is_no_objection(
    farah: Person, ola: Person, marta: Person, known: Question, again: Question
) -> None:
    accept(ola, factories.answer(marta, again))
    made = merge(farah, again, known)
    check_in = check_ins.latest_of(need_of(ola))
    assert check_in is not None
    check_ins.reply(ola, check_in, "not")
    assert not made.is_contested


def test_a_need_that_an_answer_did_not_meet_is_helped_by_other_people_under_the_other_question(
    farah: Person,
    kim: Person,
    ola: Person,
    marta: Person,
    known: Question,
    again: Question,
    at: Moments,
    pass_time: Passing,
) -> None:
    with at(MONDAY):
        accept(kim, factories.answer(marta, known))
        merge(farah, again, known)
        check_in = check_ins.latest_of(need_of(ola))
        assert check_in is not None
        check_ins.reply(ola, check_in, "not")
    pass_time(MONDAY, days=2)
    assert (need_of(ola).id, "others") in escalated()


def test_an_imported_question_waits_no_longer_when_an_answer_comes_along(
    farah: Person, kim: Person, marta: Person, known: Question, again: Question
) -> None:
    for need in db.session.scalars(select(Need).where(Need.question_id == again.id)):
        withdraw(db.session.get_one(Person, need.person_id), need)
    factories.answer(marta, again)
    merge(farah, again, known)
    assert not known.waits


def root(question_id: int) -> int:
    into = db.session.scalar(select(Merge.into_id).where(Merge.question_id == question_id, Merge.undone_at.is_(None)))
    return question_id if into is None else root(into)


@pytest.mark.parametrize("seed", range(5))
def test_no_order_of_merging_and_undoing_changes_the_number_of_needs_or_loses_one(
    seed: int, farah: Person, mo: Person, sales: Department, finance: Department
) -> None:
    luck = Random(seed)
    people = [factories.person(None, luck.choice([sales, finance])) for _ in range(4)]
    questions = [factories.question(luck.choice(people)) for _ in range(5)]
    for _ in range(8):
        asked, person = luck.choice(questions), luck.choice(people)
        luck.choice(
            [
                lambda p=person, q=asked: factories.answer(p, q),
                lambda p=person, q=asked: p.id == q.author_id or share(p, q),
                lambda p=person, q=asked: take_known(p, q),
            ]
        )()
    homes = dict(db.session.execute(select(Need.id, Need.question_id)).all())
    given = dict(db.session.execute(select(Answer.id, Answer.question_id)).all())
    for _ in range(20):
        db.session.expire_all()
        apart = db.session.scalars(
            select(Question).where(Question.merged_into_id.is_(None)).order_by(Question.id)
        ).all()
        standing = db.session.scalars(select(Merge).where(Merge.undone_at.is_(None)).order_by(Merge.id)).all()
        if standing and (len(apart) == 1 or luck.random() < 0.4):
            undo(mo, luck.choice(standing))
        else:
            one, into = luck.sample(list(apart), 2)
            merge(farah, one, into)
        _do_something(luck, people)
        db.session.expire_all()
        assert db.session.scalar(select(func.count(Need.id)).where(Need.id.in_(homes))) == len(homes)
        for kind, home in ((Need, homes), (Answer, given)):
            for id, question_id, merged_from_id in db.session.execute(
                select(kind.__table__.c.id, kind.__table__.c.question_id, kind.__table__.c.merged_from_id)
            ):
                if id in home:
                    assert (merged_from_id or question_id, question_id) == (home[id], root(home[id]))
        assert drifted_counts() == {}
        waiting = set(db.session.scalars(select(Need.question_id).where(seeking(), Need.state.in_(("open", "routed")))))
        along = set(db.session.scalars(select(Need.question_id).where(Need.state == "merged")))
        assert along <= waiting
        shown = select(Question.id).where(Question.waits, Question.merged_into_id.is_(None))
        assert set(db.session.scalars(shown)) == waiting
    for merged in db.session.scalars(select(Merge).where(Merge.undone_at.is_(None)).order_by(Merge.id)).all():
        undo(mo, merged)
    db.session.expire_all()
    assert dict(db.session.execute(select(Need.id, Need.question_id).where(Need.id.in_(homes))).all()) == homes
    assert dict(db.session.execute(select(Answer.id, Answer.question_id).where(Answer.id.in_(given))).all()) == given


def _do_something(luck: Random, people: list[Person]) -> None:
    """Between the merges people go on: somebody accepts what stands there, or says how it went."""
    answers = db.session.scalars(select(Answer).order_by(Answer.id)).all()
    if answers and luck.random() < 0.4:
        answer = luck.choice(answers)
        accept(db.session.get_one(Person, answer.question.author_id), answer)
    pending = db.session.scalars(select(CheckIn).where(CheckIn.closed_at.is_(None)).order_by(CheckIn.id)).all()
    if pending and luck.random() < 0.3:
        check_in = luck.choice(pending)
        check_ins.reply(db.session.get_one(Person, check_in.need.person_id), check_in, luck.choice(["resolved", "not"]))
