"""Deciding a case: nothing is wrong, it is hidden, it is published, or it is sent back; also several at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from forum.answers.models import Answer
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.permissions import allowed, require
from forum.moderation import intervening, turns
from forum.moderation.flagging import open_for, open_on
from forum.moderation.models import REASONS, Case
from forum.needs import handing_over
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.holding import release
from forum.posts.models import Post
from forum.posts.writing import Written
from forum.questions.asking import checked_title
from forum.questions.models import Question

LONGEST = 1_000  # characters of what the author and the flaggers are told
ACTS = {"dismiss": "dismissed", "hide": "hidden", "approve": "approved", "refuse": "refused"}


@dataclass(frozen=True, kw_only=True)
class CaseDecided(PostEvent):
    """A moderator decided a case. `kind`: flagged or held; `reason`: the public word, if there is one."""

    case_id: int
    kind: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PostSentAgain(PostEvent):
    """Whoever wrote a post that was hidden or refused changed it and asks for another look."""

    case_id: int


class Decided(Refused):
    """Somebody was faster."""

    message = "This has been decided meanwhile. Reload the page to see how."


class NotThat(Refused):
    """What is flagged is dismissed or hidden, what waits is approved or refused."""

    message = "That cannot be done with this one: what is flagged is kept or hidden, what waits is approved or refused."


@dataclass(frozen=True)
class Done:
    """How many entries it was done to, and how many it could not be done to."""

    count: int
    left: int


def decide(moderator: Person, case: Case, act: str, *, reason: str = "", words: str = "") -> None:
    """Dismiss, hide, approve or refuse what a case is about. Raises `Invalid`, `NotThat`, or `Decided`."""
    require(moderator, "case.decide", db.session.get_one(Post, case.post_id))
    post = db.session.get_one(Post, case.post_id)
    if act not in ACTS:
        raise Invalid("Choose what to do.", "act")
    if not fits(case, post, act):
        raise NotThat()
    if act in ("hide", "refuse") and reason not in REASONS:
        raise Invalid("Choose why. The author is told, and everybody reads the word.", "reason")
    said = text.clean_source(words).strip()[:LONGEST]
    public = reason if act in ("hide", "refuse") else ""
    _claim(case, moderator, ACTS[act], public, said)
    if act == "hide":
        intervening.hide(moderator, post, reason=reason, words=words)
    elif act == "approve":
        _publish(moderator, post)
    elif act == "refuse" and post.withheld == "waiting":
        post.withheld, post.withheld_because = "refused", reason
    publish(
        CaseDecided(post_id=post.id, case_id=case.id, kind=case.kind, outcome=ACTS[act], reason=public),
        actor=moderator,
    )


def decide_several(
    moderator: Person,
    ids: Collection[int],
    act: str,
    *,
    turn_ids: Collection[int] = (),
    reason: str = "",
    words: str = "",
) -> Done:
    """The same with several cases and turns of chats, for one reason.

    What does not fit, is one's own or was decided is passed over.
    """
    require(moderator, "moderation.see")
    if not ids and not turn_ids:
        raise Invalid("Choose at least one entry.", "case")
    count = turns.decide(moderator, turn_ids, act, reason=reason, words=words)
    for case in _open(ids):
        post = db.session.get_one(Post, case.post_id)
        if allowed(moderator, "case.decide", post) and (act not in ACTS or fits(case, post, act)):
            decide(moderator, case, act, reason=reason, words=words)
            count += 1
    return Done(count, len(set(ids)) + len(set(turn_ids)) - count)


def hide_post(moderator: Person, post: Post, *, reason: str, words: str = "") -> None:
    """Hide a post that a moderator came across; a case about it that is open is decided with it."""
    require(moderator, "post.hide", post)
    case = open_on(post)
    if case is not None and case.kind == "flagged":
        decide(moderator, case, "hide", reason=reason, words=words)
    else:
        intervening.hide(moderator, post, reason=reason, words=words)


def fits(case: Case, post: Post, act: str) -> bool:
    """Whether that can be done with this case."""
    if case.kind == "flagged":
        return act in ("dismiss", "hide") and post.removed_at is None
    return act in ("approve", "refuse") and post.withheld in ("waiting", "hidden")


def send_again(author: Person, post: Post, body: Written, *, title: str = "") -> Case:
    """Change what is hidden, waits or was refused, and ask for another look. Raises `Invalid`, `Decided`."""
    require(author, "post.send_again", post)
    if post.withheld not in ("hidden", "waiting", "refused"):
        raise Decided()
    new_title = checked_title(title) if isinstance(post, Question) else ""

    def change() -> None:
        post.body, post.html, post.renderer = body.source, body.html, text.RENDERER
        if isinstance(post, Question):
            post.title = new_title

    revisions.edit(author, post, seen=post.version, change=change)
    if post.withheld == "refused":
        post.withheld = "waiting"
    case = open_on(post) or open_for(post, "held")
    publish(PostSentAgain(post_id=post.id, case_id=case.id), actor=author)
    return case


def last_case(post: Post) -> Case | None:
    """The latest case about a post, with who decided it."""
    query = select(Case).where(Case.post_id == post.id).order_by(Case.id.desc()).limit(1)
    return db.session.scalar(query.options(joinedload(Case.decided_by)))


def _publish(moderator: Person, post: Post) -> None:
    hidden = intervening.in_force(post, "hidden")
    if hidden is not None:
        intervening.lift(moderator, hidden)
        return
    held = release(post)
    if isinstance(post, Answer):
        asked = update(Question).where(Question.id == post.question_id)
        db.session.execute(asked.values(last_activity_at=now()))
    if isinstance(post, Question) and held.colleague_id is not None:
        colleague = db.session.get_one(Person, held.colleague_id)
        if colleague.is_active:
            handing_over.offer(db.session.get_one(Person, post.author_id), post, colleague)


def _open(ids: Collection[int]) -> Sequence[Case]:
    query = select(Case).where(Case.id.in_(ids), Case.decided_at.is_(None)).order_by(Case.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _claim(case: Case, moderator: Person, outcome: str, reason: str, words: str) -> None:
    """Of two decisions at once exactly one counts; the other is told so."""
    decision = {
        "decided_at": now(),
        "decided_by_id": moderator.id,
        "outcome": outcome,
        "reason": reason,
        "words": words,
    }
    claim = update(Case).where(Case.id == case.id, Case.decided_at.is_(None)).values(**decision)
    claimed: Any = db.session.execute(claim, execution_options={"synchronize_session": False})
    if claimed.rowcount == 0:
        raise Decided()
    db.session.refresh(case, [*decision])
