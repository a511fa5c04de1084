"""Reads the facts: a few statements, whatever the number of rows; or the same ones for what has changed only.

Nearly everything is kept with the moment at which it happened, and ended: so the same statements say what was so at an
earlier moment (`by`). What a row says of itself alone, as the state of a need does, is found from the events; those
are in reading_past.py, with all that is not kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from forum.answers.models import Acceptance, Answer
from forum.causes.models import CauseLink, CauseStep
from forum.commitments.models import Commitment, Experiment
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.events import EventRow
from forum.core.moments import had_happened, had_not_happened
from forum.core.working_time import calendar_from
from forum.departments.models import Department
from forum.impact.facts import facts
from forum.impact.facts.facts import Facts, Outcome, Verified
from forum.impact.facts.lasting import lasting
from forum.impact.facts.periods import Period
from forum.impact.facts.reading_past import past_practices, reported_by, silent_by, states_at
from forum.impact.facts.reading_results import read_results
from forum.needs.launch import launch
from forum.needs.models import WAITING, AskSession, CheckIn, Need
from forum.people.models import Membership, Person
from forum.people.reporting import levels
from forum.posts.models import Post
from forum.practices import evidence
from forum.practices.models import Practice
from forum.questions.models import Merge
from forum.requests.models import Request

# Rows are read as plain columns: to make objects of them would take ten times as long.
POST: Any = Post.__table__
PERSON: Any = Person.__table__
ANSWER: Any = Answer.__table__
PRACTICE: Any = Practice.__table__
REQUEST: Any = Request.__table__
ASKED: Any = POST.alias("asked")
WROTE: Any = POST.alias("wrote")
FILED = func.coalesce(Need.merged_from_id, Need.question_id)  # the question on which a need was opened

Scope = Callable[[Any], ColumnElement[bool]]


def everything(_column: Any) -> ColumnElement[bool]:
    """Every question."""
    return true()


def read() -> Facts:
    """All facts there are."""
    return Facts(as_of=now(), needs=read_needs(), **_beside_needs())


def read_past(quarter: Period) -> Facts:
    """All facts as they stood when a quarter ended: what has happened later is not in them."""
    with as_of(quarter.end):
        return Facts(as_of=now(), past=quarter, needs=read_needs(by=now()), **_beside_needs(now()))


def reread(old: Facts, needs: Collection[int], questions: Collection[int]) -> Facts:
    """The facts again, of which only these needs, and those on these questions, may have changed."""
    at_home = or_(Need.question_id.in_(questions), Need.merged_from_id.in_(questions))
    found = db.session.execute(select(Need.id, FILED).where(or_(Need.id.in_(needs), at_home))).all()
    ids, filed = [id for id, _ in found], {question for _, question in found if question}
    changed = read_needs(Need.id.in_(ids), lambda column: column.in_(filed))
    new = Facts(as_of=now(), needs={**old.needs, **changed}, **_beside_needs())
    new.kept.update(lasting(old, new, changed))
    return new


def read_needs(
    which: ColumnElement[bool] | None = None, on: Scope = everything, by: datetime | None = None
) -> dict[int, facts.Need]:
    """Needs with what came of them; `which` of them, `on` which questions those were opened, and `by` which moment."""
    which = true() if which is None else which
    if by is not None:
        which = and_(which, had_happened(Need.opened_at, by))
    answered, marks = _first_answers(on, by), _marks(on, by)
    outcomes, moved, states = _outcomes(which, by), _moves(which, by), states_at(by) if by else {}
    found = {}
    for row in db.session.execute(_needs(which, by)):
        accepted_at, mark = marks.get(row.filed, (None, None)) if row.origin == "asked" else (None, None)
        said = outcomes.get(row.id, ())
        met = next((each for each, _ in said if each.outcome == "resolved"), None)
        withdrawn_at, rounds = moved.get(row.id, (None, ()))
        state = states.get(row.id, row.state)
        found[row.id] = facts.Need(
            id=row.id,
            person_id=row.person_id,
            department_id=row.department_id,
            origin=row.origin,
            state=state,
            impact=row.impact,
            needed_by=row.needed_by,
            opened_at=row.opened_at,
            question_id=row.filed,
            practice_id=row.practice_id,
            is_merged=row.is_merged,
            is_hidden=row.removed_at is not None,
            is_unnamed=row.is_persona,
            is_own=row.practice_id is not None and row.author_id == row.person_id,
            moment=row.moment,
            says_tried=row.says_tried,
            answered_at=answered.get(row.filed) if row.origin == "asked" else None,
            accepted_at=accepted_at,
            verified=_verified(mark, said) if _stands(row) else None,
            withdrawn_at=withdrawn_at if state == "withdrawn" else None,
            rounds=rounds,
            first=said[0][0] if said else None,
            met=met,
            met_again=any(each.outcome == "resolved" for each, _ in said[1:]),
        )
    return found


def _stands(row: Any) -> bool:
    """Whether it is a question that can be read and stands for itself: only there an answer is verified, once."""
    return row.origin == "asked" and not row.is_merged and row.removed_at is None


def _needs(which: ColumnElement[bool], by: datetime | None) -> Any:
    about: Any = POST.alias("about")
    is_merged = Need.merged_from_id.is_not(None) if by is None else _stood_merged(by, FILED).exists()
    subject = Need.question_id if by is None else case((is_merged, Need.question_id), else_=FILED)
    return (
        select(
            *(Need.id, Need.person_id, Need.department_id, Need.origin, Need.state, Need.impact, Need.needed_by),
            *(Need.opened_at, Need.practice_id, is_merged.label("is_merged"), FILED.label("filed")),
            *(Need.moment, (Need.tried != "").label("says_tried")),
            *(about.c.removed_at, about.c.author_id, PERSON.c.is_persona),
        )
        .join(PERSON, PERSON.c.id == Need.person_id)
        .join(about, about.c.id == func.coalesce(subject, Need.practice_id))
        .where(which)
        .order_by(Need.id)
    )


def _stood_merged(by: datetime, question_id: Any) -> Select[Any]:
    """How a question stood merged into another one at a moment."""
    standing = (had_happened(Merge.at, by), had_not_happened(Merge.undone_at, by))
    return select(Merge.into_id).where(Merge.question_id == question_id, *standing)


def _first_answers(on: Scope, by: datetime | None) -> Mapping[int, datetime]:
    """When somebody else than the asker first answered each question."""
    # What an answer without a name says of its time is told to the half-day; the event knows, and tells nobody.
    given = select(EventRow.at).where(EventRow.post_id == WROTE.c.id, EventRow.name == "AnswerGiven").limit(1)
    exact = func.coalesce(given.scalar_subquery(), WROTE.c.created_at)
    at: Any = case((PERSON.c.is_persona, exact), else_=WROTE.c.created_at)
    answered = ANSWER.c.question_id if by is None else _answered_question(by)
    query = (
        select(answered, func.min(at))
        .select_from(ANSWER)
        .join(WROTE, WROTE.c.id == ANSWER.c.id)
        .join(PERSON, PERSON.c.id == WROTE.c.author_id)
        .join(ASKED, ASKED.c.id == answered)
        .where(WROTE.c.author_id != ASKED.c.author_id, WROTE.c.removed_at.is_(None), on(ANSWER.c.question_id))
        .group_by(answered)
    )
    return dict(db.session.execute(query if by is None else query.where(at <= by)).all())


def _answered_question(by: datetime) -> Any:
    """On which question an answer stood at a moment: its own one, or the one that stood for that."""
    own = func.coalesce(ANSWER.c.merged_from_id, ANSWER.c.question_id)
    into = _stood_merged(by, own)
    # What is merged still may have gone on to a third one: there its answers are.
    still = case((ANSWER.c.merged_from_id.is_not(None), ANSWER.c.question_id), else_=into.limit(1).scalar_subquery())
    return case((into.exists(), still), else_=own)


def _marks(on: Scope, by: datetime | None) -> Mapping[int, tuple[datetime, Verified | None]]:
    """When the answer was marked that stands marked; and what that verifies, where the asker did it."""
    query = (
        select(
            *(Acceptance.question_id, Acceptance.at, Acceptance.in_askers_place, Acceptance.by_id),
            *(POST.c.author_department_id, POST.c.author_id, POST.c.id.label("answer_id")),
        )
        .join(POST, POST.c.id == Acceptance.answer_id)
        .where(had_not_happened(Acceptance.withdrawn_at, by), had_happened(Acceptance.at, by))
        .where(POST.c.removed_at.is_(None), on(Acceptance.question_id))
    )
    found = {}
    for row in db.session.execute(query):
        by_asker = not row.in_askers_place and row.by_id != row.author_id  # Nobody verifies an answer of their own.
        verified = Verified(row.at, row.author_department_id, row.author_id, row.answer_id) if by_asker else None
        found[row.question_id] = row.at, verified
    return found


def _outcomes(which: ColumnElement[bool], by: datetime | None) -> Mapping[int, list[tuple[Outcome, Verified | None]]]:
    """What was said of each need, in order, each with what that verifies: an answer of somebody else that worked."""
    tried: Any = POST.alias("tried")
    silent = silent_by(by) if by else {}
    query = (
        select(
            *(CheckIn.need_id, CheckIn.round, CheckIn.outcome, CheckIn.due_at, CheckIn.closed_at, CheckIn.minutes),
            *(
                CheckIn.fits,
                CheckIn.changed_work,
                CheckIn.practice_id,
                CheckIn.answer_id,
                Need.opened_at,
                Need.person_id,
            ),
            *(tried.c.created_at, tried.c.author_id, tried.c.author_department_id, tried.c.removed_at),
        )
        .join(Need, Need.id == CheckIn.need_id)
        .outerjoin(tried, tried.c.id == func.coalesce(CheckIn.answer_id, CheckIn.practice_id))
        .where(CheckIn.outcome.is_not(None), which)
        .order_by(CheckIn.need_id, CheckIn.round, CheckIn.id)
    )
    found: dict[int, list[tuple[Outcome, Verified | None]]] = defaultdict(list)
    for row in db.session.execute(query):
        is_known = row.practice_id is not None or (row.created_at is not None and row.created_at < row.opened_at)
        helper = (row.author_id, row.author_department_id)
        says = (row.fits, bool(row.changed_work))
        said = Outcome(row.outcome, row.due_at, row.closed_at, row.minutes, is_known, *helper, *says)
        if by is not None and row.closed_at > by:  # By then nobody had replied, if its time was over at all.
            silent_at = silent.get((row.need_id, row.round))
            if silent_at is not None:
                said = replace(
                    said, outcome="no_reply", closed_at=silent_at, minutes=None, fits=None, changed_work=False
                )
                found[row.need_id].append((said, None))
            continue
        worked = row.outcome == "resolved" and row.answer_id and row.removed_at is None
        by_other = worked and row.author_id != row.person_id
        verified = Verified(row.closed_at, row.author_department_id, row.author_id, row.answer_id) if by_other else None
        found[row.need_id].append((said, verified))
    return found


def _verified(mark: Verified | None, said: Sequence[tuple[Outcome, Verified | None]]) -> Verified | None:
    """The answer that the asker marked, else the latest that they said worked; since when it is known that one does."""
    found = [verified for _, verified in said if verified]
    stands = mark or max(found, key=lambda each: each.answer_id, default=None)
    return replace(stands, at=min(each.at for each in (stands, *found))) if stands else None


def _moves(which: ColumnElement[bool], by: datetime | None) -> Mapping[int, tuple[datetime | None, tuple[Any, ...]]]:
    """Of needs that were withdrawn or opened again: when, and when each later round was answered."""
    moved = and_(which, or_(Need.state == "withdrawn", Need.round > 1))
    ids = set(db.session.scalars(select(Need.id).where(moved)))
    if not ids:
        return {}
    places = [select(column).where(moved, column.is_not(None)) for column in (Need.question_id, Need.merged_from_id)]
    about = or_(*(EventRow.post_id.in_(place) for place in (*places, select(Need.practice_id).where(moved))))
    query = select(EventRow.at, EventRow.data).where(EventRow.name == "NeedMoved", about).order_by(EventRow.id)
    if by is not None:
        query = query.where(had_happened(EventRow.at, by))
    withdrawn: dict[int, datetime] = {}
    rounds: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for at, data in db.session.execute(query):
        id, before, after = data["need_id"], data["before"], data["after"]
        if id not in ids:
            continue
        if after == "withdrawn":
            withdrawn[id] = at
        if after == "open" and before not in (*WAITING, "merged"):
            rounds[id].append((at, None))
        elif rounds[id] and rounds[id][-1][1] is None and before in WAITING and after in ("answered", "trying"):
            rounds[id][-1] = (rounds[id][-1][0], at)
    return {id: (withdrawn.get(id), tuple(rounds[id])) for id in ids}


def _beside_needs(by: datetime | None = None) -> dict[str, Any]:
    """Everything else: little enough to be read anew each time."""
    departments = db.session.execute(
        select(Department.id, Department.name, Department.calendar, Department.is_hidden)
    ).all()
    return {
        "launch": launch(),
        "practices": past_practices(_practices(), by) if by else _practices(),
        "commitments": _commitments(by),
        "people": _people(by),
        "beginnings": _beginnings(by),
        "courses": _courses(by),
        "heard": _heard(by),
        **read_results(by),
        "departments": {id: name for id, name, *_ in departments},
        "undisclosed": frozenset(id for id, _, _, is_hidden in departments if is_hidden),
        "calendars": {id: calendar_from(stored) for id, _, stored, _ in departments},
    }


def _practices() -> list[facts.Practice]:
    columns = (Practice.due_on, Practice.stale_since, Practice.retired_at)
    query = select(
        *(POST.c.id, Practice.title, POST.c.author_department_id, POST.c.created_at, Practice.label),
        *(Practice.worked, Practice.tried, POST.c.removed_at, *columns),
    ).select_from(PRACTICE.join(POST, POST.c.id == PRACTICE.c.id))
    today = now().date()
    return [
        facts.Practice(
            id=row.id,
            title=row.title,
            department_id=row.author_department_id,
            created_at=row.created_at,
            label=row.label,
            freshness=evidence.freshness(
                row.due_on, today, stale=row.stale_since is not None, retired=row.retired_at is not None
            ),
            worked=row.worked,
            tried=row.tried,
            is_hidden=row.removed_at is not None,
        )
        for row in db.session.execute(query.order_by(POST.c.id))
    ]


def _commitments(by: datetime | None) -> list[facts.Commitment]:
    query = select(
        *(Commitment.id, Commitment.person_id, Commitment.with_id, Commitment.due_on, Commitment.state),
        *(Commitment.is_private, Commitment.made_at),
    ).where(Commitment.id.not_in(select(Experiment.commitment_id)), had_happened(Commitment.made_at, by))
    found = [facts.Commitment(*row) for row in db.session.execute(query.order_by(Commitment.id))]
    return reported_by(found, by) if by else found


def _people(by: datetime | None) -> list[facts.Person]:
    places: dict[int, list[tuple[int, datetime, datetime | None]]] = defaultdict(list)
    stays = select(Membership.person_id, Membership.department_id, Membership.since, Membership.until)
    for person, department, since, until in db.session.execute(stays.order_by(Membership.id)):
        if by is None or since <= by:
            places[person].append((department, since, _unless_later(until, by)))
    there = (~Person.is_persona, had_happened(Person.joined_at, by))
    people = select(Person.id, Person.joined_at, Person.left_at).where(*there).order_by(Person.id)
    level = levels()
    return [
        facts.Person(id, joined, _unless_later(left, by), level.get(id, ""), tuple(places[id]))
        for id, joined, left in db.session.execute(people)
    ]


def _unless_later(moment: datetime | None, by: datetime | None) -> datetime | None:
    return None if moment is None or (by is not None and moment > by) else moment


def _beginnings(by: datetime | None) -> list[facts.Beginning]:
    ended = (had_happened(AskSession.ended_at, by), AskSession.ending.is_not(None))
    query = select(AskSession.id, AskSession.ended_at, AskSession.ending).where(*ended).order_by(AskSession.id)
    return [facts.Beginning(id, at, ending) for id, at, ending in db.session.execute(query) if at and ending]


def _courses(by: datetime | None) -> list[facts.Course]:
    asked = select(Request.id, POST.c.author_department_id, Request.agreed_at).select_from(
        REQUEST.join(POST, POST.c.id == REQUEST.c.id)
    )
    agreed = (Request.way == "as_asked", had_happened(Request.agreed_at, by), POST.c.removed_at.is_(None))
    return [facts.Course(*row) for row in db.session.execute(asked.where(*agreed).order_by(Request.id))]


def _heard(by: datetime | None) -> Mapping[int, datetime]:
    """Questions that are linked to a cause of which its department knows, and since when it knows that of them."""
    signalled = (
        select(CauseStep.cause_id, func.min(CauseStep.at).label("at"))
        .where(CauseStep.kind == "signalled", had_happened(CauseStep.at, by))
        .group_by(CauseStep.cause_id)
        .subquery()
    )
    query = (
        select(CauseLink.post_id, CauseLink.linked_at, signalled.c.at)
        .join(signalled, signalled.c.cause_id == CauseLink.cause_id)
        .join(POST, POST.c.id == CauseLink.cause_id)
        .where(had_happened(CauseLink.linked_at, by), had_not_happened(CauseLink.refused_at, by))
        .where(POST.c.removed_at.is_(None))
    )
    found: dict[int, datetime] = {}
    for question, linked_at, signalled_at in db.session.execute(query):
        at = max(linked_at, signalled_at)
        found[question] = min(found.get(question, at), at)
    return found
