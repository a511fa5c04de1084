"""Same cause: suspecting one, linking what it did, and signalling it to its department once it is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from forum.causes import counting, rates
from forum.causes.duties import begin_duty
from forum.causes.models import FIXED, Cause, CauseLink, CauseStep
from forum.causes.stepping import hold, move, said
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.jobs import listener
from forum.core.languages import Message
from forum.core.permissions import require
from forum.departments.labelling import slug_of, typed_tags
from forum.departments.models import Department
from forum.needs import timers
from forum.needs.ledger import NeedOpened
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.models import Post
from forum.posts.writing import Written
from forum.practices.models import Practice
from forum.questions.merging import QuestionsMerged
from forum.questions.models import Question

LONGEST_TITLE = 120  # characters
LONGEST_OBJECTIVE = 200


@dataclass(frozen=True, kw_only=True)
class CauseSuspected(PostEvent):
    """Somebody put into words what lies behind several needs."""


@dataclass(frozen=True, kw_only=True)
class CauseLinked(PostEvent):
    """A question was said to have this cause, or a practice to work around it; `before` is what was said until then."""

    linked_id: int
    link: bool


class NothingToLink(Refused):
    """Only what somebody needed, or does about it, has a cause."""

    message = "Only a question can have a cause, and only a practice can work around it. Link one of these."


def suspect(
    person: Person,
    first: Post | None,
    *,
    title: str,
    body: Written,
    department: Department | None,
    objective: str = "",
    since: date | None = None,
    tags: str = "",
) -> Cause:
    """Put into words what may lie behind a question, and whose it is to remove.

    `since` is a day before which needs do not count, if something else was the cause then. The department hears of it
    once it is more than chance. Raises `Invalid` with the field at fault.
    """
    require(person, "cause.suspect")
    title = text.clean_line(title, LONGEST_TITLE)
    if len(title) < 10:
        raise Invalid("Say in one line what happens again and again, not whose fault it is.", "title")
    if department is None:
        raise Invalid("Choose the department that can remove it.", "department")
    made = Cause(
        author_id=person.id,
        author_department_id=person.department_id,
        title=title,
        body=body.source,
        html=body.html,
        renderer=text.RENDERER,
        created_at=now(),
        department_id=department.id,
        since=since,
        objective=text.clean_line(objective, LONGEST_OBJECTIVE),
        departments=[department],
        tags=typed_tags(tags),
    )
    made.department = department
    db.session.add(made)
    db.session.flush()
    revisions.keep_first(made, person)
    publish(CauseSuspected(post_id=made.id), actor=person)
    if first is not None:
        link(person, made, first)
    return made


def link(person: Person, cause: Cause, post: Post) -> CauseLink:
    """Say that a question has this cause, or that a practice works around it; also one that was refused before."""
    require(person, "cause.link", cause)
    if not isinstance(post, Question | Practice):
        raise NothingToLink()
    hold(cause)
    made = link_of(cause, post.id)
    if made is None:
        made = CauseLink(cause_id=cause.id, post_id=post.id)
        db.session.add(made)
    if made.linked_at is None or made.refused_at is not None:
        made.linked_at, made.linked_by_id = now(), person.id
        made.refused_at = made.refused_by_id = None
        db.session.flush()
        publish(CauseLinked(post_id=cause.id, linked_id=post.id, link=True), actor=person)
        look_at(cause)
    return made


def refuse(person: Person, cause: Cause, link: CauseLink) -> None:
    """Say that it is something else: it counts no longer, and is not proposed again. Twice is once."""
    require(person, "cause.link", cause)
    if link.refused_at is None:
        link.refused_at, link.refused_by_id = now(), person.id
        publish(CauseLinked(post_id=cause.id, linked_id=link.post_id, link=False), actor=person)


def signal(moderator: Person, cause: Cause, why: str) -> None:
    """Signal it at once although it is rare: a matter of safety does not wait for a third one."""
    require(moderator, "cause.signal", cause)
    why = said(why, Message("Say why it cannot wait until it happens again."), "why")
    hold(cause)
    _signal(cause, actor=moderator, words=why)


def revise(
    person: Person, cause: Cause, *, title: str, body: Written, objective: str, seen: int, reason: str = ""
) -> bool:
    """Mend what is known of it; anybody may, and the history shows who. See `revisions.edit` for `seen`."""
    require(person, "cause.revise", cause)
    title = text.clean_line(title, LONGEST_TITLE)
    if len(title) < 10:
        raise Invalid("Say in one line what happens again and again, not whose fault it is.", "title")

    def change() -> None:
        cause.title, cause.objective = title, text.clean_line(objective, LONGEST_OBJECTIVE)
        cause.body, cause.html, cause.renderer = body.source, body.html, text.RENDERER

    return revisions.edit(person, cause, seen=seen, change=change, reason=reason)


def look_at(cause: Cause) -> None:
    """See whether what is known by now makes the cause known to its department, or shows that a fix does not hold."""
    known = counting.found(cause)
    if cause.state == "suspected" and rates.is_enough(known, now()):
        _signal(cause, actor=None)
    elif cause.state in FIXED and len(counting.recurring(cause, known)) >= rates.RECURRENCES:
        recur(cause)


def recur(cause: Cause) -> None:
    """A fix does not hold: the cause is its department's again, which owes a plan."""
    move(cause, "acknowledged", actor=None, kind="recurred", on=cause.effect_on)
    cause.effect_on = cause.verified_at = cause.next_on = None
    begin_duty(cause, timers.CAUSE_PLAN)


@listener(at_once=True)
def note_need(event: NeedOpened) -> None:
    """Somebody has a need whose question is linked: it may be the one that makes it more than chance."""
    _look_at_all(event.post_id)


@listener(at_once=True)
def note_merge(event: QuestionsMerged) -> None:
    """What is asked in other words belongs to the same cause."""
    _look_at_all(event.into_id)


def link_of(cause: Cause, post_id: int) -> CauseLink | None:
    """What is said of a post and a cause: linked, proposed or refused."""
    own = (CauseLink.cause_id == cause.id, CauseLink.post_id == post_id)
    return db.session.scalar(select(CauseLink).where(*own))


def causes_of(post_ids: Sequence[int], *, refused: bool = False) -> Sequence[tuple[CauseLink, Cause]]:
    """The causes of these questions and practices with what was said of each; `refused` ones only when wanted."""
    query = select(CauseLink, Cause).join(Cause, Cause.id == CauseLink.cause_id)
    query = query.where(CauseLink.post_id.in_(post_ids), Post.removed_at.is_(None)).order_by(CauseLink.id)
    if not refused:
        query = query.where(CauseLink.refused_at.is_(None))
    return [(link, cause) for link, cause in db.session.execute(query)]


def address(id: int, title: str) -> str:
    """Where a cause stands on this site."""
    return f"/causes/{id}/{slug_of(title) or 'cause'}"


def _signal(cause: Cause, *, actor: Person | None, words: str = "") -> CauseStep:
    step = move(cause, "signalled", actor=actor, words=words)
    begin_duty(cause, timers.CAUSE_SEEN)
    return step


def _look_at_all(question_id: int) -> None:
    for each, cause in causes_of([question_id]):
        if each.linked_at is not None:
            look_at(cause)
