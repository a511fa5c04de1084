"""Lists of notes: how many are unread, the inbox by threads, and what a mail carries. Read-only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from forum.causes.linking import address as cause_address
from forum.causes.models import Cause
from forum.chats.models import Chat
from forum.commitments.models import Blocker
from forum.core import text
from forum.core.clock import half_day, now
from forum.core.db import db
from forum.core.events import EventRow
from forum.core.languages import Message, gettext, retold
from forum.core.paging import PER_PAGE, Paged
from forum.needs.models import AnswerInvitation, Need
from forum.nominations.models import PROPOSED, Nomination
from forum.notifications.models import Notification, awake
from forum.notifications.replying import becomes
from forum.notifications.words.reasons import ACTS, REASONS, SUBJECTS
from forum.notifications.words.sentences import sentence
from forum.people.models import Person
from forum.posts.models import Post, Thanks
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address as question_address
from forum.questions.models import Question
from forum.requests.models import Request

SHOWN = 5  # notes of one thread in the inbox; the thread itself tells the rest.
EXCERPT = 160  # characters
WAITS = ("AnswerNominated", "NominationOverdue")  # What is told of a nomination that nobody has decided about.
# Kinds whose title says all there is.
TITLED = (
    "waiting",
    "prompt",
    "practice",
    "problem",
    "unanswered",
    "word",
    "commitment",
    "key",
    "pulse",
    "welcome",
    "monthly",
    "challenge",
    "cause",
    "cause_asked",
    "review",
    "upkeep",
    "story",
    "request",
    "chat",
    "chat_asked",
    "reveal",
)
# Where one can do something about it: by what happened, else by the kind of news, else by what it tells of.
PLACES_BY_EVENT = {
    "CommitmentDue": "/commitments/{commitment_id}/report",
    "KeyAsked": "/blockers/{blocker_id}/reply",
    "StoppedAsked": "/causes/{page}/stopped",
    "QuoteAsked": "/causes/{page}/quote",
    "ChatSummaryDue": "/chats/{page}/summary",
    "ChatClosed": "/posts/{page}/commitments/new",
    "ChatFollowedUp": "/commitments",
    "TurnHeld": "/chats/{page}#turn-{turn_id}",
    "TurnStruck": "/chats/{page}#turn-{turn_id}",
    "RequestProposed": "/requests/{page}/decision",
    "RequestCheckAsked": "/request-checks/{check_id}",
    "KeyPassedUp": "/blockers/{blocker_id}/reply",
    "PulseAsked": "/pulse",
    "ColleagueInvited": "/ask",
    "PledgeDue": "/pledges/{pledge_id}/report",
    "MonthlyNoteSent": "/notes/{month}",
    "PostFlagged": "/moderation#case-{case_id}",
    "PostSentAgain": "/moderation#case-{case_id}",
    "ApprovedChanged": "/moderation#case-{case_id}",
    "PostHeld": "/moderation?show=held",
    "PostHidden": "/posts/{about}/state",
    "PageLocked": "/posts/{about}/state",
    "InterventionConfirmed": "/posts/{about}/state",
    "InterventionLifted": "/posts/{about}/state",
    "InterventionLapsed": "/posts/{about}/state",
    "CaseDecided": "/posts/{about}/state",
    "EditSuggested": "/suggestions/{suggestion_id}",
    "SuggestionDecided": "/suggestions/{suggestion_id}",
}
PLACES_BY_KIND = {
    "check_in": "/check-ins/{check_in_id}",
    "story": "/stories/{story_id}",
    "nomination": "/practices/nominations#nomination-{nomination_id}",
    "problem": "/needs/{need_id}/owner",
    "word": "/needs/{need_id}/word",
}
PLACES_BY_FACT = {
    "commitment_id": "/commitments/{commitment_id}",
    "introduction_id": "/impact/silos/introductions/{introduction_id}",
    "challenge_id": "/challenges/{challenge_id}",
    "reveal_id": "/reveals/{reveal_id}",
}
ADDRESSES: dict[str, Callable[[int, str], str]] = {
    "practice": practice_address,
    "cause": cause_address,
    "request": lambda page_id, _title: f"/requests/{page_id}",
    "chat": lambda page_id, _title: f"/chats/{page_id}",
}
# The thread of what is about no question and no practice.
APART = Message("Other")  # your team, the pulse, the note of the month, and what is off its page
KEY = re.compile(r"([01])-([0-9]{1,10})")  # whether unread, then the id of the latest note: where a page ends


@dataclass(frozen=True, slots=True)
class Unread:
    """How many notes nobody has looked at: all of a person's, those of one page, and the latest of these."""

    count: int
    on_page: int
    latest_on_page: int


@dataclass(frozen=True, slots=True)
class Line:
    """One note, ready to be shown: what happened, why the person hears of it, and where it stands."""

    id: int
    kind: str
    actor_id: int | None
    actor: str
    sentence: str
    because: str  # the reason's name
    reason: str
    excerpt: str
    url: str
    at: datetime
    unread: bool
    points: tuple[str, ...]  # what else it says, each in a line
    asks: str  # what the subject of a mail says then
    act: str  # what the button says, where the person is asked something
    check_in_id: int | None
    event_id: int
    reply: str  # what a reply by mail becomes; nothing where there can be none


@dataclass(frozen=True, slots=True)
class Thread:
    """The notes about one question or practice, the latest first; or about none. `more` are not among the lines."""

    page_id: int | None
    kind: str
    title: str
    url: str
    latest_id: int
    unread: int
    more: int
    lines: tuple[Line, ...]
    back_at: datetime | None = None  # when it comes back, where its person has put it off

    @property
    def place(self) -> str:
        """What the thread is called in an address."""
        return str(self.page_id or "apart")


def unread(person: Person, page_id: int = 0) -> Unread:
    """What the bell says, and what the page `page_id` would make read: one statement that reads unread rows only."""
    given = {"people": list(person.selves), "page_id": page_id, "moment": now()}
    row = db.session.execute(_unread(), given).one()
    return Unread(row[0], row[1], row[2] or 0)


@cache
def _unread() -> Any:
    here = Notification.page_id == bindparam("page_id")
    columns = (func.count(), func.count(case((here, 1))), func.max(case((here, Notification.id))))
    own = (Notification.person_id.in_(bindparam("people", expanding=True)), Notification.read_at.is_(None))
    return select(*columns).where(*own, awake(bindparam("moment")))


def inbox(person: Person, key: str | None, *, show: str = "inbox") -> Paged[Thread]:
    """One page of threads with news, unread ones first, then the latest; or what was put off ("later") or away."""
    shows = {"inbox": _here(), "later": _asleep(person), "done": (Notification.done_at.is_not(None),)}
    own = (Notification.person_id.in_(person.selves), *shows[show])
    groups = db.session.execute(_groups(own, key)).all()
    shown = groups[:PER_PAGE]
    lines = _by_page(_latest(own, [group.page_id for group in shown]))
    # A page that was removed a moment ago has no lines any more.
    threads = [_thread(group, lines[group.page_id]) for group in shown if group.page_id in lines]
    return Paged(threads, f"{shown[-1].any_unread}-{shown[-1].latest}" if len(groups) > PER_PAGE else None)


def put_off_count(person: Person) -> int:
    """How many threads the person has put off."""
    query = select(Notification.page_id).where(Notification.person_id.in_(person.selves), *_asleep(person)).distinct()
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _here() -> tuple[ColumnElement[bool], ...]:
    return Notification.done_at.is_(None), awake(now())


def _asleep(person: Person) -> tuple[ColumnElement[bool], ...]:
    """What was put off of threads that do not stand in the inbox too: the names under which somebody is told of one
    wake at their own hours, and a thread stands in one list."""
    other = aliased(Notification)
    page = func.coalesce(Notification.page_id, 0)
    in_inbox = select(other.id).where(
        other.person_id.in_(person.selves),
        func.coalesce(other.page_id, 0) == page,
        other.done_at.is_(None),
        or_(other.later_until.is_(None), other.later_until <= now()),
    )
    return Notification.done_at.is_(None), Notification.later_until > now(), ~in_inbox.exists()


def threads_of(*which: ColumnElement[bool]) -> list[Thread]:
    """All notes that meet the conditions, by thread: those that ask something first, then as they happened."""
    by_page = _by_page(db.session.execute(_rows().where(*which).order_by(Notification.id)).all())
    threads = [
        Thread(
            page_id=page_id,
            kind=rows[0].page_kind,
            title=_title(rows[0]),
            url=_page_url(rows[0]),
            latest_id=rows[-1].id,
            unread=len(rows),
            more=0,
            lines=tuple(map(_line, rows)),
        )
        for page_id, rows in by_page.items()
    ]
    return sorted(threads, key=lambda thread: not any(line.act for line in thread.lines))


def _groups(own: Iterable[ColumnElement[bool]], key: str | None) -> Any:
    any_unread = func.max(case((Notification.read_at.is_(None), 1), else_=0))
    latest = func.max(Notification.id)
    query: Any = select(
        Notification.page_id,
        any_unread.label("any_unread"),
        latest.label("latest"),
        func.count().label("count"),
        func.count(case((Notification.read_at.is_(None), 1))).label("unread"),
        func.min(Notification.later_until).label("back_at"),
    )
    query = query.where(*own).group_by(Notification.page_id).order_by(any_unread.desc(), latest.desc())
    place = KEY.fullmatch(key or "")
    if place:
        flag, id = int(place[1]), int(place[2])
        query = query.having(or_(any_unread < flag, and_(any_unread == flag, latest < id)))
    return query.limit(PER_PAGE + 1)


def _latest(own: Iterable[ColumnElement[bool]], page_ids: Sequence[int | None]) -> Sequence[Any]:
    """The latest notes of each of these threads, unread ones first."""
    if not page_ids:
        return []
    unread_first = (case((Notification.read_at.is_(None), 0), else_=1), Notification.id.desc())
    place = func.row_number().over(partition_by=Notification.page_id, order_by=unread_first)
    ranked = select(Notification.id, place.label("place")).where(*own, _on(page_ids)).subquery()
    shown = select(ranked.c.id).where(ranked.c.place <= SHOWN)
    return db.session.execute(_rows().where(Notification.id.in_(shown)).order_by(*unread_first)).all()


def _on(page_ids: Sequence[int | None]) -> ColumnElement[bool]:
    here = Notification.page_id.in_([id for id in page_ids if id is not None])
    return or_(here, Notification.page_id.is_(None)) if None in page_ids else here


@cache
def _rows() -> Select[Any]:
    """Everything that the words of a note are made of; nothing that was removed."""
    actor, author, owner, needy = aliased(Person), aliased(Person), aliased(Person), aliased(Person)
    asker, holder = aliased(Person), aliased(Person)
    post, page = aliased(Post.__table__), aliased(Post.__table__)
    question, practice = Question.__table__, Practice.__table__
    cause, request, chat = Cause.__table__, Request.__table__, Chat.__table__
    # What was said of the answer last: why it is nominated, or why it was refused.
    said = (
        select(case((EventRow.name.in_(WAITS), Nomination.why), else_=Nomination.words))
        .where(Nomination.post_id == Notification.post_id)
        .where(
            or_(
                EventRow.name.in_(WAITS),
                and_(EventRow.name == "NominationRefused", Nomination.decision == "refused"),
            )
        )
        .order_by(Nomination.id.desc())
        .limit(1)
        .correlate(Notification, EventRow)
        .scalar_subquery()
    )
    return (
        select(
            Notification.id,
            Notification.kind,
            Notification.reason,
            Notification.actor_id,
            Notification.created_at,
            Notification.read_at,
            Notification.post_id,
            Notification.page_id,
            EventRow.name.label("event"),
            EventRow.data.label("facts"),
            EventRow.post_id.label("about"),
            post.c.kind.label("post_kind"),
            func.substr(post.c.body, 1, EXCERPT * 4).label("body"),
            page.c.kind.label("page_kind"),
            func.coalesce(*(each.c.title for each in (question, practice, cause, request, chat))).label("title"),
            func.coalesce(actor.name, "Proven").label("actor"),
            actor.is_persona.label("is_unnamed"),
            author.name.label("author"),
            owner.name.label("owner"),
            needy.name.label("needy"),
            Need.impact,
            Need.so_far,
            AnswerInvitation.reason.label("invited_because"),
            Thanks.line.label("thanks"),
            said.label("nomination"),
            asker.name.label("key_asker"),
            holder.name.label("key_holder"),
            EventRow.id.label("event_id"),
        )
        .join(EventRow, EventRow.id == Notification.event_id)
        .outerjoin(post, post.c.id == Notification.post_id)
        .outerjoin(page, page.c.id == Notification.page_id)
        .outerjoin(author, author.id == post.c.author_id)
        .outerjoin(Blocker, and_(Notification.kind == "key", Blocker.id == EventRow.data["blocker_id"].as_integer()))
        .outerjoin(asker, asker.id == Blocker.person_id)
        .outerjoin(holder, holder.id == Blocker.holder_id)
        .outerjoin(question, question.c.id == Notification.page_id)
        .outerjoin(practice, practice.c.id == Notification.page_id)
        .outerjoin(cause, cause.c.id == Notification.page_id)
        .outerjoin(request, request.c.id == Notification.page_id)
        .outerjoin(chat, chat.c.id == Notification.page_id)
        .outerjoin(actor, actor.id == Notification.actor_id)
        .outerjoin(Need, Need.id == Notification.need_id)
        .outerjoin(owner, owner.id == Need.owner_id)
        .outerjoin(needy, needy.id == Need.person_id)
        .outerjoin(
            AnswerInvitation,
            and_(
                Notification.kind == "invitation",
                AnswerInvitation.question_id == Notification.page_id,
                AnswerInvitation.person_id == Notification.person_id,
            ),
        )
        .outerjoin(
            Thanks,
            and_(
                Notification.kind == "thanks",
                Thanks.post_id == Notification.post_id,
                Thanks.by_id == Notification.actor_id,
            ),
        )
        .where(post.c.removed_at.is_(None), page.c.removed_at.is_(None))
    )


def _by_page(rows: Iterable[Any]) -> dict[int | None, list[Any]]:
    by_page: dict[int | None, list[Any]] = {}
    for row in rows:
        by_page.setdefault(row.page_id, []).append(row)
    return by_page


def _thread(group: Any, rows: Sequence[Any]) -> Thread:
    return Thread(
        page_id=group.page_id,
        kind=rows[0].page_kind,
        title=_title(rows[0]),
        url=_page_url(rows[0]),
        latest_id=group.latest,
        unread=group.unread,
        more=group.count - len(rows),
        lines=tuple(map(_line, rows)),
        back_at=group.back_at,
    )


def _line(row: Any) -> Line:
    return Line(
        id=row.id,
        kind=row.kind,
        actor_id=row.actor_id,
        actor=row.actor,
        sentence=sentence(row),
        because=row.reason,
        reason=gettext(REASONS[row.reason]),
        excerpt=_excerpt(row),
        points=tuple(row.facts.get("lines", ())),
        url=_url(row),
        at=half_day(row.created_at) if row.is_unnamed else row.created_at,
        unread=row.read_at is None,
        asks=gettext(SUBJECTS.get(row.event) or SUBJECTS.get(row.kind, "")),
        act=gettext(ACTS.get(row.event) or ACTS.get(row.kind, "")),
        check_in_id=row.facts["check_in_id"] if row.kind == "check_in" else None,
        event_id=row.event_id,
        reply=becomes(row.event, row.post_kind),
    )


def _excerpt(row: Any) -> str:
    """The words it is about: of the post, or those that came with thanks. None where the title says it all.

    A post that is withheld has none either.
    """
    if row.kind == "thanks":
        return str(row.thanks or "")
    if row.event in ("OwnerNamed", "WordGiven"):
        return text.excerpt(row.so_far or "", EXCERPT)
    if row.event in (*WAITS, "NominationRefused"):
        return text.excerpt(retold(row.nomination or "", PROPOSED), EXCERPT)
    return (
        ""
        if row.post_id is None or row.page_id is None or row.kind in TITLED or "challenge_id" in row.facts
        else text.excerpt(row.body, EXCERPT)
    )


def _title(row: Any) -> str:
    if row.page_id is None:
        return gettext(APART)
    title = gettext("I need %(what)s", what=row.title) if row.page_kind == "request" else row.title
    return text.clean_line(title, 200)


def _url(row: Any) -> str:
    """Where one can do something about it: the page of the check-in, else the place in the thread."""
    of_facts = (place for fact, place in PLACES_BY_FACT.items() if row.facts.get(fact))
    place = PLACES_BY_EVENT.get(row.event) or PLACES_BY_KIND.get(row.kind) or next(of_facts, None)
    if place and row.reason != "other_side":  # What whoever asked decides, the other side only looks at.
        return place.format(page=row.page_id, about=row.about, **row.facts)
    return _page_url(row) if row.post_id == row.page_id else f"{_page_url(row)}#post-{row.post_id}"


def _page_url(row: Any) -> str:
    if row.page_id is None:
        return "/team"
    return ADDRESSES.get(row.page_kind, question_address)(row.page_id, row.title)
