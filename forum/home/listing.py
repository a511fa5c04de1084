"""What the home page says to one person: what waits for them, what is theirs, what changed. Read-only.

One statement for each part, however much there is of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, String, and_, cast, func, literal, not_, null, or_, select, union_all
from sqlalchemy.orm import aliased

from forum.causes.linking import address as cause_address
from forum.causes.models import FIXED, Cause, CauseStep
from forum.commitments.models import OPEN, Blocker, Commitment
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import gettext, messages, ngettext
from forum.core.permissions import allowed
from forum.departments.following import has_label_at, is_left_out
from forum.departments.levels import FOLLOWED
from forum.departments.models import Follow, post_department, post_tag
from forum.hooks.telling import given_up
from forum.moderation.queue import open_cases
from forum.needs.models import WAITING, AnswerInvitation, CheckIn, Claim, Need, Promise, seeking
from forum.nominations.models import Nomination
from forum.people.hours import hours_of
from forum.people.models import Person, Skill
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address
from forum.questions.listing import labelled
from forum.questions.models import Question

FEW = 4  # of each kind: a page that is read at a glance; a link leads to the rest.
SOON = timedelta(days=3)  # how early what somebody said they will do stands here
NEW_FOR = timedelta(days=14)  # A small organisation has no new practice each week.
SOLVED_FOR = timedelta(days=30)  # Few topics have something solved each week.
# Until which hour.
DAY_PARTS = messages(
    (
        (5, "Good evening, %(name)s"),
        (12, "Good morning, %(name)s"),
        (18, "Good afternoon, %(name)s"),
        (24, "Good evening, %(name)s"),
    )
)

_post: Any = Post.__table__
_question: Any = Question.__table__
_practice: Any = Practice.__table__


@dataclass(frozen=True, slots=True)
class Due:
    """Something the person is asked for now: whether an answer worked, what they said they would do, or a key."""

    kind: str  # "check_in", "commitment" or "key"
    id: int
    words: str
    by: str | None  # who answered, or asks for the key
    on: date | None
    of: str | None = None  # whose the key is, where it was passed up to the person

    @property
    def is_overdue(self) -> bool:
        """Whether somebody waits for a key, and the day by which they wanted it is over."""
        return self.kind == "key" and self.on is not None and self.on < now().date()


@dataclass(frozen=True, slots=True)
class Own:
    """A question of the person's that is not solved yet, and what happens with it."""

    title: str
    url: str
    state: str
    answers: int
    on_it: str | None
    owner: str | None
    next_on: date | None
    promised_at: datetime | None
    invited: int


@dataclass(frozen=True, slots=True)
class News:
    """Something that changed lately: a practice, or a cause that was removed."""

    kind: str  # "practice", or the state of a cause: "fixed" or "verified"
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Solved:
    """A question near the person's topics that a colleague solved."""

    title: str
    url: str
    by: str


def greeting(person: Person) -> str:
    """What one says at this time of day where the person works, with their first name."""
    hour = now().astimezone(ZoneInfo(hours_of(person).timezone)).hour
    words = next(words for until, words in DAY_PARTS if hour < until)
    return gettext(words, name=person.name.split()[0])


def due(person: Person) -> Sequence[Due]:
    """What the person is asked for now: keys that are overdue, then check-ins, then by the day."""
    found = db.session.execute(union_all(_check_ins(person), _commitments(person), _keys(person))).all()
    rows = [Due(each.kind, each.id, each.words, each.by, each.on, each.of) for each in found]
    return sorted(rows, key=lambda each: (not each.is_overdue, each.on or date.min, each.id))


def own(person: Person) -> Sequence[Own]:
    """The person's questions, also without a name, that are not solved yet: the latest first."""
    claimer, owner = aliased(Person), aliased(Person)
    promised = (
        select(func.max(Promise.due_at))
        .where(Promise.need_id == Need.id, Promise.settled_at.is_(None))
        .correlate(Need)
        .scalar_subquery()
    )
    invited = (
        select(func.count())
        .where(AnswerInvitation.question_id == Need.question_id)  # As its page counts: also who is asked at eight.
        .correlate(Need)
        .scalar_subquery()
    )
    query = (
        select(
            Need.question_id,
            Need.state,
            Need.next_on,
            _question.c.title,
            _question.c.answer_count,
            claimer.name.label("on_it"),
            owner.name.label("owner"),
            promised.label("promised_at"),
            invited.label("invited"),
        )
        .join(_question, _question.c.id == Need.question_id)
        .join(_post, _post.c.id == Need.question_id)
        .outerjoin(Claim, and_(Claim.question_id == Need.question_id, Claim.released_at.is_(None)))
        .outerjoin(claimer, claimer.id == Claim.person_id)
        .outerjoin(owner, owner.id == Need.owner_id)
        .where(
            Need.person_id.in_(person.selves),
            Need.state.in_((*WAITING, "merged", "answered")),
            seeking(),
            _post.c.removed_at.is_(None),
        )
        .order_by(Need.waiting_since.desc(), Need.id.desc())
        .limit(FEW)
    )
    return [
        Own(
            title=each.title,
            url=address(each.question_id, each.title),
            state=each.state,
            answers=each.answer_count,
            on_it=each.on_it,
            owner=each.owner,
            next_on=each.next_on,
            promised_at=each.promised_at,
            invited=each.invited,
        )
        for each in db.session.execute(query)
    ]


def to_decide(person: Person) -> Sequence[tuple[str, str]]:
    """What waits for a decision that the person may take: how many of what, and where."""
    parts: list[tuple[Any, Callable[[int], str], str]] = []
    if allowed(person, "moderation.see"):
        parts.append((open_cases(person), _flagged, "/moderation"))
    if allowed(person, "nomination.see"):
        parts.append((_nominations(person), _nominated, "/practices/nominations"))
    if allowed(person, "problem.see_all"):
        parts.append((_problems(person), _left_alone, "/open-problems"))
    if allowed(person, "practice.queue"):
        parts.append((_practices(person), _to_look_after, "/practices/queue"))
    if person.stakes:
        parts.append((_causes(person), _signalled, "/causes"))
    if allowed(person, "hook.keep"):
        parts.append((given_up(), _hooks_off, "/admin/hooks"))
    if not parts:
        return []
    counts = db.session.execute(select(*(count.scalar_subquery() for count, *_ in parts))).one()
    return [(words(number), url) for number, (_, words, url) in zip(counts, parts, strict=True) if number]


_flagged = partial(ngettext, "%(num)s flagged or waiting post", "%(num)s flagged or waiting posts")
_nominated = partial(ngettext, "%(num)s nomination", "%(num)s nominations")
_left_alone = partial(ngettext, "%(num)s problem nobody stays with", "%(num)s problems nobody stays with")
_to_look_after = partial(ngettext, "%(num)s practice to look after", "%(num)s practices to look after")
_signalled = partial(ngettext, "%(num)s cause that waits for your word", "%(num)s causes that wait for your word")

_hooks_off = partial(ngettext, "%(num)s web hook that failed and is off", "%(num)s web hooks that failed and are off")


def news() -> Sequence[News]:
    """What changed for everybody lately: new practices, and causes that were removed; the latest first."""
    since = now() - NEW_FOR
    made = select(literal("practice").label("kind"), Practice.id, Practice.title, Post.created_at.label("at")).where(
        Post.created_at >= since, Post.removed_at.is_(None), Practice.retired_at.is_(None)
    )
    removed = (
        select(Cause.state, Cause.id, Cause.title, func.max(CauseStep.at))
        .join(CauseStep, CauseStep.cause_id == Cause.id)
        .where(Cause.state.in_(FIXED), CauseStep.kind.in_(FIXED), Post.removed_at.is_(None))
        .group_by(Cause.id, Cause.state, Cause.title)
        .having(func.max(CauseStep.at) >= since)
    )
    both = union_all(made, removed).subquery()
    rows = db.session.execute(select(both).order_by(both.c.at.desc(), both.c.id.desc()).limit(FEW))
    where = {"practice": practice_address}
    return [News(kind, title, where.get(kind, cause_address)(id, title)) for kind, id, title, _ in rows]


def solved_nearby(person: Person) -> Sequence[Solved]:
    """What colleagues solved for each other lately, of the person's department, or of topics they know or follow."""
    answer, answerer = Post.__table__.alias(), aliased(Person)

    known = select(Skill.tag_id).where(Skill.person_id == person.id)
    near = or_(
        labelled(post_department, post_department.c.department_id == person.department_id),
        labelled(post_tag, post_tag.c.tag_id.in_(known)),
        has_label_at(Question.id, Follow.person_id == person.id, FOLLOWED),
    )
    query = (
        select(Question.id, Question.title, answerer.name)
        .join(answer, answer.c.id == Question.accepted_answer_id)
        .join(answerer, answerer.id == answer.c.author_id)
        .where(
            Question.confirmed,
            ~Question.waits,
            Question.merged_into_id.is_(None),
            Question.last_activity_at >= now() - SOLVED_FOR,
            Post.removed_at.is_(None),
            Post.author_id.not_in(person.selves),
            answer.c.author_id.not_in(person.selves),
            near,
            not_(is_left_out(Question.id, Follow.person_id.in_(person.selves))),
        )
        .order_by(Question.last_activity_at.desc(), Question.id.desc())
        .limit(FEW)
    )
    return [Solved(title, address(id, title), name) for id, title, name in db.session.execute(query)]


def _check_ins(person: Person) -> Any:
    """Asked whether it worked, and not said so far."""
    answer, author = Post.__table__.alias(), aliased(Person)
    subject = func.coalesce(Need.question_id, Need.practice_id)
    return (
        select(
            literal("check_in").label("kind"),
            CheckIn.id.label("id"),
            func.coalesce(_question.c.title, _practice.c.title).label("words"),
            author.name.label("by"),
            cast(null(), Date).label("on"),
            cast(null(), String).label("of"),
        )
        .join(Need, Need.id == CheckIn.need_id)
        .join(_post, _post.c.id == subject)
        .outerjoin(_question, _question.c.id == subject)
        .outerjoin(_practice, _practice.c.id == subject)
        .outerjoin(answer, answer.c.id == CheckIn.answer_id)
        .outerjoin(author, author.id == answer.c.author_id)
        .where(
            Need.person_id.in_(person.selves),
            CheckIn.asked_at.is_not(None),
            CheckIn.closed_at.is_(None),
            _post.c.removed_at.is_(None),
        )
    )


def _commitments(person: Person) -> Any:
    return (
        select(
            literal("commitment"),
            Commitment.id,
            Commitment.deed,
            cast(null(), String),
            Commitment.due_on,
            cast(null(), String),
        )
        .join(_post, _post.c.id == Commitment.page_id)
        .where(
            Commitment.person_id == person.id,
            Commitment.state.in_(OPEN),
            Commitment.due_on <= now().date() + SOON,
            _post.c.removed_at.is_(None),
        )
    )


def _keys(person: Person) -> Any:
    asker, holder = aliased(Person), aliased(Person)
    return (
        select(literal("key"), Blocker.id, Blocker.words, asker.name, Blocker.wanted_by, holder.name)
        .join(asker, asker.id == Blocker.person_id)
        .outerjoin(holder, and_(holder.id == Blocker.holder_id, holder.id != person.id))
        .outerjoin(Commitment, Commitment.id == Blocker.commitment_id)
        .outerjoin(_post, _post.c.id == Commitment.page_id)
        .where(
            or_(Blocker.holder_id == person.id, Blocker.passed_to_id == person.id),
            Blocker.replied_at.is_(None),
            Blocker.removed_at.is_(None),
            or_(Blocker.commitment_id.is_(None), and_(Commitment.state.in_(OPEN), _post.c.removed_at.is_(None))),
        )
    )


def _nominations(person: Person) -> Any:
    waits = (Nomination.decided_at.is_(None), _post.c.removed_at.is_(None))
    return select(func.count(Nomination.id)).join(_post, _post.c.id == Nomination.post_id).where(*waits)


def _problems(person: Person) -> Any:
    alone = (Need.state == "open_problem", Need.owner_id.is_(None), _post.c.removed_at.is_(None))
    return select(func.count(Need.id)).join(_post, _post.c.id == Need.question_id).where(*alone)


def _practices(person: Person) -> Any:
    pressing = or_(
        _practice.c.due_on <= now().date(), _practice.c.stale_since.is_not(None), _post.c.challenged_at.is_not(None)
    )
    query = select(func.count(_practice.c.id)).join(_post, _post.c.id == _practice.c.id)
    return query.where(_practice.c.retired_at.is_(None), _post.c.removed_at.is_(None), pressing)


def _causes(person: Person) -> Any:
    cause: Any = Cause.__table__
    waits = (cause.c.state == "signalled", cause.c.department_id.in_(person.stakes), _post.c.removed_at.is_(None))
    return select(func.count(cause.c.id)).join(_post, _post.c.id == cause.c.id).where(*waits)
