"""Suggesting a better text for what somebody else wrote, and putting it in or saying why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.moderation.models import Suggestion
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.models import Post
from forum.posts.writing import Written
from forum.questions.asking import checked_title
from forum.questions.models import Question

LONGEST_WORD = 300  # characters: a line or two, for the suggester and for the history
SUGGESTED = ("question", "answer", "comment")  # Practices and causes are open to every editor.


@dataclass(frozen=True, kw_only=True)
class EditSuggested(PostEvent):
    """Somebody suggests a better text."""

    suggestion_id: int


@dataclass(frozen=True, kw_only=True)
class SuggestionDecided(PostEvent):
    """A suggestion was accepted or refused, or its maker took it back."""

    suggestion_id: int
    outcome: str


class Decided(Refused):
    """Somebody was faster."""

    message = "This has been decided meanwhile. Reload the page to see how."


class NotSuggestable(Refused):
    """Everybody may change it."""

    message = "Everybody may change this page, so nothing needs to be suggested. Open it and edit it."


def suggest(person: Person, post: Post, texts: Mapping[str, str], *, seen: int, why: str = "") -> Suggestion:
    """Suggest a better text, and for a question a better title. A second one of the same person replaces the first.

    `seen` is the version that was read. Raises `Invalid` when it changes nothing or says nothing.
    """
    require(person, "edit.suggest", post)
    if post.kind not in SUGGESTED:
        raise NotSuggestable()
    wanted = {"body": text.clean_source(texts.get("body", ""))}
    if not wanted["body"].strip():
        raise Invalid("Leave something of the text.", "body")
    if isinstance(post, Question):
        wanted["title"] = checked_title(texts.get("title", ""))
    if all(post.texts[name] == value for name, value in wanted.items()):
        raise Invalid("This is what it says already. Change something, then suggest it.", "body")
    standing = open_by(person, post)
    if standing is not None:
        _claim(standing, person, "withdrawn", "")
    made = Suggestion(
        post_id=post.id,
        by_id=person.id,
        at=now(),
        version=min(seen, post.version) or post.version,
        texts=wanted,
        why=text.clean_line(why, LONGEST_WORD),
    )
    db.session.add(made)
    db.session.flush()
    publish(EditSuggested(post_id=post.id, suggestion_id=made.id), actor=person)
    return made


def accept(person: Person, suggestion: Suggestion, body: Written, *, seen: int, word: str = "") -> None:
    """Put the suggested text in, as a revision by whoever suggested it. `body` is its text, rendered.

    Raises `Outdated` when the post is no longer at the version `seen`, and `Decided`.
    """
    require(person, "suggestion.decide", suggestion)
    post = db.session.get_one(Post, suggestion.post_id)
    _claim(suggestion, person, "accepted", text.clean_line(word, LONGEST_WORD))

    def change() -> None:
        post.body, post.html, post.renderer = body.source, body.html, text.RENDERER
        if isinstance(post, Question):
            post.title = suggestion.texts["title"]

    suggester = db.session.get_one(Person, suggestion.by_id)
    reason = f"Suggested{': ' + suggestion.why if suggestion.why else ''}"
    revisions.edit(suggester, post, seen=seen, change=change, reason=reason, put_in_by=person)
    _tell(person, suggestion)


def refuse(person: Person, suggestion: Suggestion, word: str) -> None:
    """Leave the text as it is, and say why. Raises `Invalid` without a word, and `Decided`."""
    require(person, "suggestion.decide", suggestion)
    said = text.clean_line(word, LONGEST_WORD)
    if not said:
        raise Invalid("Say in a line why it stays as it is. Whoever suggested it reads it.", "word")
    _claim(suggestion, person, "refused", said)
    _tell(person, suggestion)


def withdraw(person: Person, suggestion: Suggestion) -> None:
    """Take one's own suggestion back. Raises `Decided`."""
    require(person, "suggestion.withdraw", suggestion)
    _claim(suggestion, person, "withdrawn", "")
    _tell(person, suggestion)


def find(id: int) -> Suggestion | None:
    """The suggestion with that id, with whoever made and decided it."""
    query = select(Suggestion).where(Suggestion.id == id).execution_options(populate_existing=True)
    return db.session.scalar(query.options(joinedload(Suggestion.by), joinedload(Suggestion.decided_by)))


def open_by(person: Person, post: Post) -> Suggestion | None:
    """What somebody suggested for a post that nobody has decided."""
    own = (Suggestion.post_id == post.id, Suggestion.by_id == person.id, Suggestion.decided_at.is_(None))
    return db.session.scalar(select(Suggestion).where(*own))


def waiting(limit: int) -> Sequence[Suggestion]:
    """What nobody has decided, the oldest first: moderators may, where authors do not."""
    query = select(Suggestion).join(Post, Post.id == Suggestion.post_id)
    query = query.where(Suggestion.decided_at.is_(None), Post.removed_at.is_(None)).order_by(Suggestion.id).limit(limit)
    return db.session.scalars(query.options(joinedload(Suggestion.by), joinedload(Suggestion.post))).all()


def _tell(person: Person, suggestion: Suggestion) -> None:
    assert suggestion.outcome is not None  # It has just been decided.
    decided = SuggestionDecided(post_id=suggestion.post_id, suggestion_id=suggestion.id, outcome=suggestion.outcome)
    publish(decided, actor=person)


def _claim(suggestion: Suggestion, person: Person, outcome: str, word: str) -> None:
    """Of two decisions at once exactly one counts; the other is told so."""
    decision = {"decided_at": person.stamp(), "decided_by_id": person.id, "outcome": outcome, "word": word}
    claim = update(Suggestion).where(Suggestion.id == suggestion.id, Suggestion.decided_at.is_(None)).values(**decision)
    claimed: Any = db.session.execute(claim, execution_options={"synchronize_session": False})
    if claimed.rowcount == 0:
        raise Decided()
    db.session.refresh(suggestion, [*decision])
