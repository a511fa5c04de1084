"""The numbers of the half year, recomputed from the rows: what the pages of impact will be checked against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.answers.models import Acceptance, Answer
from forum.commitments.models import Commitment, Experiment, ExperimentThanks
from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db
from forum.core.events import EventRow
from forum.core.jobs import Job
from forum.core.working_time import calendar_from, elapsed
from forum.departments.models import Department
from forum.exchange.world import LENGTH, told_moments
from forum.needs.models import WAITING, AnswerInvitation, AskSession, CheckIn, Need, Promise
from forum.notifications.models import Mail, Notification
from forum.people.hours import calendar_of
from forum.people.models import Person, Skill
from forum.practices.models import Practice
from forum.questions.models import Question

CODES = ("CS", "IT", "SA", "FI", "PE", "OP", "QR", "MK")  # departments in the order of organisation.toml
BUCKETS = (1, 2, 4, 8, 16, 40)  # working hours
SAME_NEED = timedelta(hours=40)  # of working time in which whoever took a practice comes back with the same need
EXACT = 1e-9

# Rows: the asker's department. Columns: the answerer's.
SILOS = (
    """
    7 1 2 0 0 1 1 0
    0 3 0 0 0 0 0 0
    0 1 5 1 0 0 0 0
    0 0 0 3 0 0 0 0
    0 1 0 0 2 0 0 0
    0 1 0 0 0 4 1 0
    0 0 0 0 0 0 1 0
    0 0 0 0 0 0 0 1
    """,
    """
    6 1 0 1 0 1 1 0
    0 3 1 0 1 0 0 0
    1 1 5 3 1 1 1 0
    2 1 0 3 1 1 0 0
    0 1 0 0 2 0 0 0
    0 1 0 2 0 5 1 0
    0 0 0 0 0 2 2 0
    0 2 1 0 0 1 2 2
    """,
)


@dataclass(frozen=True)
class Asked:
    """A question with its asker's need, and when somebody else first answered it."""

    question: Question
    need: Need
    month: int  # 0 to 5
    answered_at: datetime | None
    withdrawn_at: datetime | None
    is_merged: bool
    waited: float  # working hours of the asker until the first answer, or until we stopped looking
    verified_by: int | None  # the department that gave the answer which the asker accepted

    @property
    def is_live(self) -> bool:
        """Whether it stands for itself: not withdrawn, not merged into another."""
        return self.need.state != "withdrawn" and not self.is_merged

    @property
    def half(self) -> int:
        """0 for months 1 to 3, 1 for months 4 to 6."""
        return self.month // 3


@pytest.fixture(scope="module")
def end(site: Flask) -> datetime:
    moment: datetime = site.extensions["story_ends"]
    return moment


@pytest.fixture(scope="module")
def asked(site: Flask, end: datetime) -> Sequence[Asked]:
    with site.app_context():
        found = list(every_question(end))
        db.session.remove()
    return found


def every_question(end: datetime) -> Iterator[Asked]:
    begin = told_moments(end).begin
    calendars = {each.id: calendar_from(each.calendar) for each in db.session.scalars(select(Department))}
    answers: dict[int, list[Answer]] = defaultdict(list)
    for answer in db.session.scalars(select(Answer).order_by(Answer.created_at)):
        answers[answer.question_id].append(answer)
    accepted = select(Acceptance.question_id, Answer.author_department_id).join(
        Answer, Answer.id == Acceptance.answer_id
    )
    standing = accepted.where(Acceptance.withdrawn_at.is_(None), Acceptance.in_askers_place.is_(False))
    verified = dict(db.session.execute(standing).all())
    withdrawn: dict[int, datetime] = {}
    for row in db.session.scalars(select(EventRow).where(EventRow.name == "NeedMoved").order_by(EventRow.id)):
        if row.data["after"] == "withdrawn":
            withdrawn.setdefault(row.data["need_id"], row.at)
    home = func.coalesce(Need.merged_from_id, Need.question_id)
    rows = select(Question, Need).join(Need, (home == Question.id) & (Need.origin == "asked"))
    for question, need in db.session.execute(rows.order_by(Question.id)):
        first = next((each for each in answers[question.id] if each.author_id != question.author_id), None)
        withdrawn_at = withdrawn.get(need.id)
        until = first.created_at if first else withdrawn_at or end
        yield Asked(
            question=question,
            need=need,
            month=min(int((need.opened_at - begin) / (LENGTH / 6)), 5),
            answered_at=first.created_at if first else None,
            withdrawn_at=withdrawn_at,
            is_merged=question.merged_into_id is not None,
            waited=elapsed(calendars[need.department_id], need.opened_at, until) / timedelta(hours=1),
            verified_by=verified.get(question.id),
        )


def test_of_120_questions_101_were_answered(northwick: Flask, asked: Sequence[Asked]) -> None:
    live = [each for each in asked if each.is_live]
    states = Counter(each.need.state for each in live if each.answered_at is None)
    assert len(asked) == 120
    assert sum(each.is_merged for each in asked) == 9
    assert sum(each.need.state == "withdrawn" for each in asked) == 3
    assert len(live) == 108
    assert sum(each.answered_at is not None for each in live) == 101
    assert (states["open_problem"], states["open"] + states["routed"]) == (2, 5)


def test_of_154_who_began_to_ask_22_took_a_practice_and_12_gave_up(northwick: Flask) -> None:
    endings = Counter(db.session.scalars(select(AskSession.ending)))
    assert endings == {"posted": 120, "deflected": 22, "abandoned": 12}


def test_61_colleagues_had_the_same_need_as_one_of_28_questions(northwick: Flask) -> None:
    shared = Counter(db.session.scalars(select(Need.question_id).where(Need.origin == "me_too")))
    assert (shared.total(), len(shared)) == (61, 28)


@pytest.mark.parametrize(
    ("half", "buckets", "unanswered", "withdrawn"),
    [(0, [4, 6, 7, 9, 8, 5], 5, 1), (1, [17, 15, 13, 10, 5, 2], 2, 2)],
)
def test_first_answers_came_as_fast_as_the_story_has_it(
    northwick: Flask, asked: Sequence[Asked], half: int, buckets: list[int], unanswered: int, withdrawn: int
) -> None:
    here = [each for each in asked if each.half == half and not each.is_merged]
    waits = [each.waited for each in here if each.answered_at]
    assert [sum(low < wait <= high for wait in waits) for low, high in pairwise((0, *BUCKETS))] == buckets
    assert sum(each.answered_at is None and each.is_live for each in here) == unanswered
    assert sum(each.answered_at is None and not each.is_live for each in here) == withdrawn


@pytest.mark.parametrize(
    ("half", "result", "answered_only"), [(0, (6.4, None, 0.59), (5.1, 23.2)), (1, (2.1, 12.0, 0.86), (1.9, 8.8))]
)
def test_the_waiting_of_the_two_halves_comes_out_exactly(
    northwick: Flask,
    asked: Sequence[Asked],
    half: int,
    result: tuple[float, float | None, float],
    answered_only: tuple[float, float],
) -> None:
    here = [each for each in asked if each.half == half and not each.is_merged]
    waits = sorted(each.waited for each in here if each.answered_at)
    curve = kaplan_meier([(each.waited, each.answered_at is not None) for each in here])
    within_a_day = 1 - min(share for hours, share in curve if hours <= 8)
    found = (first_below(curve, 0.5), first_below(curve, 0.1), round(within_a_day, 2))
    assert found == pytest.approx(result, nan_ok=True)
    nearest_rank = waits[-(-9 * len(waits) // 10) - 1]
    assert (median(waits), nearest_rank) == pytest.approx(answered_only)


def kaplan_meier(observed: list[tuple[float, bool]]) -> list[tuple[float, float]]:
    """The share still waiting after each answer: (hours, share). Who is lost at that hour was still waiting in it."""
    curve, share = [(0.0, 1.0)], 1.0
    for hours in sorted({hours for hours, is_answer in observed if is_answer}):
        waiting = sum(other >= hours - EXACT for other, _ in observed)
        answers = sum(is_answer and abs(other - hours) <= EXACT for other, is_answer in observed)
        share *= 1 - answers / waiting
        curve.append((hours, share))
    return curve


def first_below(curve: list[tuple[float, float]], level: float) -> float | None:
    return next((hours for hours, share in curve if share <= level + EXACT), None)


@pytest.mark.parametrize(
    ("observed", "middle", "late", "within_a_day"),
    [
        (
            [*((each, True) for each in (0.5, 1, 2, 3, 4, 6)), *((each, False) for each in (2, 5, 20, 40))],
            4,
            None,
            0.6889,
        ),
        ([*((each, True) for each in (0.5, 1, 1.5, 2, 3, 4, 6, 9, 15)), (16, False)], 3, 15, 0.7),
    ],
)
def test_the_estimate_of_waiting_agrees_with_the_examples_worked_by_hand(
    observed: list[tuple[float, bool]], middle: float, late: float | None, within_a_day: float
) -> None:
    curve = kaplan_meier(observed)
    assert (first_below(curve, 0.5), first_below(curve, 0.1)) == (middle, late)
    assert 1 - min(share for hours, share in curve if hours <= 8) == pytest.approx(within_a_day, abs=5e-5)


def test_96_answers_are_verified_and_ever_more_of_them_cross_departments(
    northwick: Flask, asked: Sequence[Asked]
) -> None:
    verified = [each for each in asked if each.verified_by is not None]
    crossing = [each for each in verified if each.verified_by != each.question.author_department_id]
    assert [sum(each.month == month for each in verified) for month in range(6)] == [10, 12, 14, 18, 20, 22]
    assert [sum(each.month == month for each in crossing) for month in range(6)] == [2, 3, 5, 8, 11, 13]


@pytest.mark.parametrize("half", [0, 1])
def test_who_answers_whom_is_the_matrix_of_the_story(northwick: Flask, asked: Sequence[Asked], half: int) -> None:
    ids = db.session.scalars(select(Department.id).order_by(Department.id)).all()
    code = dict(zip(ids, CODES, strict=True))
    found = Counter(
        (code[each.question.author_department_id], code[each.verified_by])
        for each in asked
        if each.verified_by is not None and each.half == half
    )
    rows = [list(map(int, line.split())) for line in SILOS[half].strip().splitlines()]
    assert [[found[asker, answerer] for answerer in CODES] for asker in CODES] == rows


def closed_check_ins(*origins: str) -> list[tuple[Need, CheckIn]]:
    """Needs of these origins with the check-in of their first round, of those that are over."""
    over = (CheckIn.outcome.is_not(None), CheckIn.round == 1, Need.origin.in_(origins))
    rows = select(Need, CheckIn).join(CheckIn, CheckIn.need_id == Need.id).where(*over)
    return [(need, check_in) for need, check_in in db.session.execute(rows.order_by(Need.id))]


def test_of_88_check_ins_of_those_who_asked_52_say_that_it_worked(northwick: Flask) -> None:
    found = Counter(check_in.outcome for _, check_in in closed_check_ins("asked"))
    assert found == {"resolved": 52, "partly": 12, "not": 8, "no_reply": 16}


def test_of_14_needs_that_were_opened_again_9_were_met_in_the_end(northwick: Flask) -> None:
    again = {need.id for need, _ in closed_check_ins("asked") if need.round == 2}
    later = select(CheckIn.outcome).where(CheckIn.need_id.in_(again), CheckIn.round == 2)
    found = Counter(db.session.scalars(later.where(CheckIn.closed_at.is_not(None))))
    assert (len(again), found.total(), found["resolved"]) == (14, 14, 9)
    assert all(need.round == 2 for need, check_in in closed_check_ins("asked") if check_in.outcome == "not")


def test_22_needs_were_met_by_a_practice_before_anything_was_posted(northwick: Flask) -> None:
    found = Counter(check_in.outcome for _, check_in in closed_check_ins("deflected"))
    assert found == {"resolved": 14, "partly": 2, "not": 1, "no_reply": 5}
    assert db.session.scalar(select(func.count()).where(Need.origin == "deflected")) == 22


def test_nobody_took_a_practice_of_their_own_or_before_it_was_there(northwick: Flask) -> None:
    rows = select(Need, Practice).join(Practice, Practice.id == Need.practice_id)
    wrong = [
        need.id
        for need, practice in db.session.execute(rows)
        if need.person_id == practice.author_id or need.opened_at <= practice.created_at
    ]
    assert wrong == []


def test_3_who_took_a_practice_came_back_and_asked(northwick: Flask) -> None:
    people = {each.id: each for each in db.session.scalars(select(Person))}
    posted: dict[int, list[datetime]] = defaultdict(list)
    for author_id, at in db.session.execute(select(Question.author_id, Question.created_at)):
        posted[author_id].append(at)
    back = [
        need
        for need in db.session.scalars(select(Need).where(Need.origin == "deflected"))
        if any(
            at >= need.opened_at and elapsed(calendar_of(people[need.person_id]), need.opened_at, at) <= SAME_NEED
            for at in posted[need.person_id]
        )
    ]
    assert len(back) == 3


def test_what_nobody_could_answer_is_at_every_step_of_waiting(northwick: Flask, end: datetime) -> None:
    waiting = select(Need).where(Need.origin == "asked", Need.state.in_(WAITING)).order_by(Need.id)
    live = [need for need in db.session.scalars(waiting) if need.state != "open_problem"]
    promised = select(Promise.need_id).where(Promise.settled_at.is_(None), Promise.due_at > end)
    assert {need.id for need in live} <= set(db.session.scalars(promised))
    assert Counter(need.round for need in live) == {1: 2, 2: 3}
    problems = [need for need in db.session.scalars(waiting) if need.state == "open_problem"]
    assert sorted(need.owner_id is None for need in problems) == [False, True]
    assert all(need.next_on > end.date() for need in problems if need.next_on)


def test_five_people_of_the_demonstration_are_asked_now_whether_it_worked(northwick: Flask, end: datetime) -> None:
    pending = select(Person.handle).join(Need, Need.person_id == Person.id).join(CheckIn, CheckIn.need_id == Need.id)
    asked_now = pending.where(CheckIn.closed_at.is_(None), CheckIn.asked_at.is_not(None))
    tried = pending.where(CheckIn.closed_at.is_(None), CheckIn.asked_at.is_(None))
    assert sorted(db.session.scalars(asked_now)) == ["arthur", "farah", "kim", "ola", "piotr"]
    assert len(db.session.scalars(tried.where(CheckIn.due_at > end)).all()) == 12


def test_ola_and_piotr_are_asked_for_an_answer_now(northwick: Flask, end: datetime) -> None:
    open_ones = select(Person.handle).join(AnswerInvitation, AnswerInvitation.person_id == Person.id)
    now_open = open_ones.where(AnswerInvitation.reply.is_(None), AnswerInvitation.silent_at > end)
    assert {"ola", "piotr"} <= set(db.session.scalars(now_open))


def test_every_need_says_how_much_it_holds_up_and_many_say_more(northwick: Flask) -> None:
    needs = db.session.scalars(select(Need).where(Need.origin == "asked")).all()
    assert {need.impact for need in needs} == {"blocked", "slowed", "curious"}
    for said in ("moment", "looked_first", "needed_by", "tried"):
        assert sum(bool(getattr(need, said)) for need in needs) >= 10, said


def test_most_people_say_what_they_know_about(northwick: Flask) -> None:
    assert db.session.scalar(select(func.count(Skill.person_id.distinct()))) >= 30


def test_the_past_floods_nobody(northwick: Flask, end: datetime) -> None:
    assert number_of_mails() == 0
    late = select(func.count()).where(Notification.mail_due_at <= end, Notification.read_at.is_(None))
    assert db.session.scalar(late) == 0
    unread = select(Notification.person_id, func.count()).where(Notification.read_at.is_(None))
    most = max(count for _, count in db.session.execute(unread.group_by(Notification.person_id)))
    assert most <= 20


def number_of_mails() -> int:
    return db.session.scalar(select(func.count()).select_from(Mail)) or 0


def test_no_timer_of_the_past_is_left(northwick: Flask, end: datetime) -> None:
    with as_of(end):
        assert jobs.backlog()[:2] == (0, 0)
    assert db.session.scalar(select(func.min(Job.due_at))) > end


def test_of_31_commitments_27_are_due_and_15_of_them_kept(northwick: Flask) -> None:
    tried = select(Experiment.commitment_id)
    states = db.session.scalars(select(Commitment.state).where(Commitment.id.not_in(tried))).all()
    assert Counter(states) == {"kept": 15, "partly": 4, "dropped": 3, "no_reply": 5, "made": 4}
    results = db.session.scalars(select(Experiment.result)).all()
    assert Counter(results) == {"worked": 1, "failed": 1, "mixed": 1, None: 1}
    thanked = select(Experiment.title).join(
        ExperimentThanks, ExperimentThanks.commitment_id == Experiment.commitment_id
    )
    assert "Let Customer Service call the late payers" in db.session.scalars(thanked).all()
