"""Whom to ask: three people by name, by what they have solved before, one of them from another department."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, union
from sqlalchemy.orm import joinedload

from forum.answers.models import Acceptance, Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.working_time import next_opening
from forum.identity.models import DirectoryEntry, Identity
from forum.needs import timers
from forum.needs.models import ASKED_BECAUSE, ENDED, AnswerInvitation, CheckIn, Claim, Handover, Need
from forum.people.hours import calendar_of, is_away
from forum.people.models import Person, Role, Skill
from forum.posts.models import Post
from forum.posts.wishes import chosen_about
from forum.questions.merging import family
from forum.questions.models import Question

WEIGHTS = {"resolved": 1.0, "accepted": 0.4, "partly": 0.2, "not": -0.5}  # what a verified answer says of its author
DECLARED = 0.25  # "I know about this", before any proof
CHAMPION, MEMBER = 0.10, 0.05  # somebody has to be asked where nobody has solved anything like it yet
HALF_LIFE = 365.0  # days in which what somebody once knew loses half its weight
SHARED_LOAD = 3.0  # open requests that halve somebody's chance of another one
WAIT = 4.0  # hours to the next opening that halve it
SAME_DEPARTMENT = 0.5  # the third is looked for elsewhere first
NEWCOMER_EVERY = 3  # Every third question asks somebody who has not proved it yet; else the known few get everything.


@dataclass(frozen=True)
class Evidence:
    """One verified answer of somebody, to a question like this one."""

    outcome: str
    similarity: float
    age: float  # days
    title: str = ""
    at: datetime | None = None
    question_id: int | None = None


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked, with all that the choice depends on."""

    person_id: int
    department_id: int
    evidence: tuple[Evidence, ...] = ()
    declared: str = ""  # the topic they said they know
    base: float = 0.0
    base_reason: str = ""
    open_requests: int = 0
    hours_to_opening: float = 0.0
    is_managers: bool = False  # of the asker's department
    reason: str = field(default="", compare=False)
    similar_id: int | None = field(default=None, compare=False)  # the question that the reason names
    is_bridge: bool = False

    @property
    def expertise(self) -> float:
        """E of the score: weighted, similar, fading."""
        shown = sum(WEIGHTS[each.outcome] * each.similarity * 2 ** (-each.age / HALF_LIFE) for each in self.evidence)
        return max(shown + (DECLARED if self.declared else 0.0), self.base, 0.0)

    @property
    def score(self) -> float:
        """How likely it is that asking this person now helps."""
        available = 1 / (1 + self.hours_to_opening / WAIT)
        return self.expertise / (self.expertise + 1) / (1 + self.open_requests / SHARED_LOAD) * available

    @property
    def has_proved(self) -> bool:
        """Whether any answer of theirs was verified."""
        return bool(self.evidence)


def choose(
    candidates: Iterable[Candidate], *, asker_department: int, newcomer: bool = False, count: int = 3
) -> list[Candidate]:
    """The people to ask, at most `count`: the best, a bridge from another department, then the best of the others.

    With `newcomer` the third is somebody who says to know it and has not shown it yet. At most one manages the asker.
    """
    left = sorted((each for each in candidates if each.score > 0), key=lambda each: (-each.score, each.person_id))
    chosen: list[Candidate] = []
    while left and len(chosen) < count:
        picked = _next(left, chosen, asker_department, newcomer=newcomer)
        chosen.append(picked)
        left = [
            each
            for each in left
            if each.person_id != picked.person_id and not (picked.is_managers and each.is_managers)
        ]
    return chosen


def _next(
    left: Sequence[Candidate], chosen: Sequence[Candidate], asker_department: int, *, newcomer: bool
) -> Candidate:
    if not chosen:
        return left[0]
    if len(chosen) == 1:
        elsewhere = {asker_department, chosen[0].department_id}
        bridge = next((each for each in left if each.department_id not in elsewhere), None)
        return replace(bridge, is_bridge=True) if bridge else left[0]
    unproved = [each for each in left if each.declared and not each.has_proved]
    if len(chosen) == 2 and newcomer and unproved:
        return unproved[0]
    there = {each.department_id for each in chosen}
    return max(
        left,
        key=lambda each: (each.score * (SAME_DEPARTMENT if each.department_id in there else 1), -each.person_id),
    )


def barred(question: Question) -> set[int]:
    """Whoever is not asked about a question: nobody twice, nobody who has answered it (what was opened again goes to
    other people than before) or has the same need, nobody who is to say first whether it is theirs, and nobody who has
    muted the thread.
    """
    asked = select(AnswerInvitation.person_id).where(AnswerInvitation.question_id.in_(family(question.id)))
    answered = select(Post.author_id).join(Answer.__table__, Answer.__table__.c.id == Post.id)
    answered = answered.where(Answer.__table__.c.question_id == question.id)
    in_need = select(Need.person_id).where(Need.question_id == question.id, Need.state.not_in(ENDED))
    offered = select(Handover.to_id).where(Handover.question_id == question.id, Handover.replied_at.is_(None))
    muted = (id for id, chosen in chosen_about(question).items() if chosen.thread == "muted")
    return {question.author_id, *db.session.scalars(union(asked, answered, in_need, offered)), *muted}


def candidates(question: Question, similar: Mapping[int, float]) -> list[Candidate]:
    """Everybody who may be asked about a question: not `barred` from it, here, not away and under the caps, and without
    having muted what it is about.

    `similar` gives the similarity (0 to 1) of questions like it, by id.
    """
    moment = now()
    evidence = _evidence(similar, moment)
    declared = _declared(question)
    load, today, this_week = _loads(moment), _sent_since(moment, days=1), _sent_since(moment, days=7)
    not_asked = barred(question) | {id for id, chosen in chosen_about(question).items() if chosen.is_muted}
    champions, managers = _roles(question)
    concerned = {department.id: department.name for department in question.departments}
    found = []
    for person in _people():
        if today.get(person.id, 0) >= timers.A_DAY.of(person.department):
            continue
        if this_week.get(person.id, 0) >= timers.A_WEEK.of(person.department):
            continue
        if person.id in not_asked or is_away(person):
            continue
        base, words = _base(person, champions, concerned)
        opening = next_opening(calendar_of(person), moment)
        candidate = Candidate(
            person_id=person.id,
            department_id=person.department_id,
            evidence=tuple(evidence.get(person.id, ())),
            declared=declared.get(person.id, ""),
            base=base,
            base_reason=words,
            open_requests=load.get(person.id, 0),
            hours_to_opening=(opening - moment).total_seconds() / 3600,
            is_managers=person.id in managers,
        )
        best = _best_of(candidate)
        named = best.question_id if best else None
        found.append(replace(candidate, reason=reason_for(candidate), similar_id=named))
    return found


def reason_for(candidate: Candidate) -> str:
    """Why this person was asked, in words that they can check."""
    best = _best_of(candidate)
    if best:
        if best.at:
            return ASKED_BECAUSE["solved in"] % {"month": f"{best.at:%B}", "title": best.title}
        return ASKED_BECAUSE["solved"] % {"title": best.title}
    if candidate.declared:
        return ASKED_BECAUSE["said"] % {"topic": candidate.declared}
    return candidate.base_reason


def _best_of(candidate: Candidate) -> Evidence | None:
    """The answer of theirs that helped with what is most like this question."""
    helped = [each for each in candidate.evidence if each.outcome in ("resolved", "accepted")]
    worth = {each: WEIGHTS[each.outcome] * each.similarity * 2 ** (-each.age / HALF_LIFE) for each in helped}
    return max(helped, key=worth.__getitem__) if helped else None


def _people() -> Sequence[Person]:
    """Everybody who can come in: by a password, by the organisation's provider, or as its directory says."""
    comes_in = or_(
        Person.password_hash.is_not(None),
        *(select(known.person_id).where(known.person_id == Person.id).exists() for known in (Identity, DirectoryEntry)),
    )
    here = select(Person).where(Person.left_at.is_(None), comes_in)
    return db.session.scalars(here.options(joinedload(Person.department))).all()


def _base(person: Person, champions: Collection[int], concerned: Mapping[int, str]) -> tuple[float, str]:
    if person.id in champions:
        return CHAMPION, ASKED_BECAUSE["champion"]
    if person.department_id in concerned:
        return MEMBER, ASKED_BECAUSE["member"] % {"department": concerned[person.department_id]}
    return 0.0, ""


def _evidence(similar: Mapping[int, float], moment: datetime) -> dict[int, list[Evidence]]:
    """Verified answers to similar questions, by author: accepted by the asker, with the outcome if there is one."""
    if not similar:
        return {}
    outcome = (
        select(CheckIn.outcome)
        .join(Need, Need.id == CheckIn.need_id)
        .where(Need.origin == "asked", CheckIn.answer_id == Acceptance.answer_id, CheckIn.outcome.in_(WEIGHTS))
        .order_by(CheckIn.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    question, asked = Question.__table__, Post.__table__.alias()
    rows = db.session.execute(
        select(Answer.author_id, Answer.question_id, question.c.title, Acceptance.at, outcome)
        .join(Acceptance, Acceptance.answer_id == Answer.id)
        .join(question, question.c.id == Answer.question_id)
        .join(asked, asked.c.id == question.c.id)
        .where(
            Answer.question_id.in_(list(similar)),
            asked.c.removed_at.is_(None),  # The index may not have heard of it yet.
            Acceptance.withdrawn_at.is_(None),
            Acceptance.in_askers_place.is_(False),
        )
    )
    found: dict[int, list[Evidence]] = defaultdict(list)
    for author_id, question_id, title, at, result in rows:
        age = (moment - at).total_seconds() / 86_400
        found[author_id].append(Evidence(result or "accepted", similar[question_id], age, title, at, question_id))
    return found


def _declared(question: Question) -> dict[int, str]:
    tags = {tag.id: tag.slug for tag in question.tags}
    rows = db.session.execute(select(Skill.person_id, Skill.tag_id).where(Skill.tag_id.in_(list(tags))))
    return {person_id: tags[tag_id] for person_id, tag_id in rows}


def _loads(moment: datetime) -> dict[int, int]:
    """Open requests by person."""
    open_ones = select(AnswerInvitation.person_id, func.count()).where(
        AnswerInvitation.reply.is_(None), AnswerInvitation.silent_at > moment
    )
    load = dict(db.session.execute(open_ones.group_by(AnswerInvitation.person_id)).all())
    claims = select(Claim.person_id, func.count()).where(Claim.released_at.is_(None)).group_by(Claim.person_id)
    for person_id, count in db.session.execute(claims):
        load[person_id] = load.get(person_id, 0) + count
    return load


def _sent_since(moment: datetime, *, days: int) -> dict[int, int]:
    """How many invitations each person has had in the last days."""
    sent = select(AnswerInvitation.person_id, func.count()).where(
        AnswerInvitation.sent_at > moment - timedelta(days=days)
    )
    return dict(db.session.execute(sent.group_by(AnswerInvitation.person_id)).all())


def _roles(question: Question) -> tuple[set[int], set[int]]:
    """Champions of the departments that a question concerns, and stakeholders of the asker's department."""
    concerned = [department.id for department in question.departments]
    wanted = or_(
        (Role.name == "champion") & Role.department_id.in_(concerned),
        (Role.name == "stakeholder") & (Role.department_id == question.author_department_id),
    )
    rows = db.session.execute(select(Role.name, Role.person_id).where(Role.until.is_(None), wanted)).all()
    return ({id for name, id in rows if name == "champion"}, {id for name, id in rows if name == "stakeholder"})
