"""History: every edit keeps the old text; anybody may read it, moderators may go back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from forum.attachments.using import note_use
from forum.core.db import db
from forum.core.diff import word_diff
from forum.core.errors import Outdated
from forum.core.events import PostEvent, publish
from forum.core.permissions import require
from forum.people.models import Person
from forum.posts.models import Post, Revision

REASON_LENGTH = 200  # characters: a line, not an essay.


@dataclass(frozen=True, kw_only=True)
class PostEdited(PostEvent):
    """The text of a post changed. `while_waiting`: before it was approved, and told with the post."""

    kind: str
    version: int
    while_waiting: bool = False


@dataclass(frozen=True)
class Change:
    """One step of a post's history, ready to be shown: what each changed field looked like before and after."""

    revision: Revision
    fields: list[tuple[str, str]]


def keep_first(post: Post, by: Person) -> None:
    """Write down a new post's first text, and which attachments it uses. Raises what `note_use` does."""
    db.session.add(Revision(post_id=post.id, number=1, texts=post.texts, by_id=by.id, at=post.created_at))
    note_use(post.id, post.texts, by=by, author_id=post.author_id)


def edit(
    person: Person,
    post: Post,
    *,
    seen: int,
    change: Callable[[], None],
    reason: str = "",
    put_in_by: Person | None = None,
) -> bool:
    """Apply `change` to the post and keep the new text as a revision. Returns False when nothing differs.

    Where somebody else puts in what the person wrote, the time of it is that of `put_in_by`.

    `seen` is the version whose text the person saw when starting to write. Raises `Outdated` when somebody else
    saved another since: the row is claimed by that number, so of two edits at once exactly one goes through.
    """
    before = post.texts
    claim = update(Post).where(Post.id == post.id, Post.version == seen).values(version=seen + 1)
    claimed: Any = db.session.execute(claim, execution_options={"synchronize_session": False})
    if claimed.rowcount == 0:
        raise Outdated()
    change()
    if post.texts == before:
        unclaim = update(Post).where(Post.id == post.id).values(version=seen)
        db.session.execute(unclaim, execution_options={"synchronize_session": False})
        return False
    post.edited_at = max(min(each.stamp() for each in (person, put_in_by or person)), post.created_at)
    db.session.flush()
    db.session.refresh(post, ["version"])
    db.session.add(
        Revision(
            post_id=post.id,
            number=_last_number(post) + 1,
            texts=post.texts,
            by_id=person.id,
            at=post.edited_at,
            reason=reason.strip()[:REASON_LENGTH],
        )
    )
    note_use(post.id, post.texts, by=person, author_id=post.author_id)
    publish(PostEdited(post_id=post.id, kind=post.kind, version=post.version), actor=person)
    return True


def roll_back(moderator: Person, post: Post, change: Callable[[], None], *, number: int) -> bool:
    """Make an earlier text the present one again, as a new revision; the later ones stay in the history."""
    require(moderator, "post.roll_back", post)
    return edit(moderator, post, seen=post.version, change=change, reason=f"Back to version {number}")


def history(post: Post) -> list[Change]:
    """All revisions, newest first, each with the word differences to the one before; the first as it was written."""
    revisions = list(
        db.session.scalars(
            select(Revision)
            .where(Revision.post_id == post.id)
            .order_by(Revision.number)
            .options(joinedload(Revision.by))
        )
    )
    steps: list[Change] = []
    earlier: dict[str, str] = {}
    for revision in revisions:
        fields = [
            (name, word_diff(earlier.get(name, ""), new) if earlier else escape(new))
            for name, new in revision.texts.items()
            if new != earlier.get(name, "")
        ]
        steps.append(Change(revision, fields))
        earlier = revision.texts
    return steps[::-1]


def find(post: Post, number: int) -> Revision | None:
    """The revision with that number, or None."""
    return db.session.scalar(select(Revision).where(Revision.post_id == post.id, Revision.number == number))


def counts(post_ids: list[int]) -> dict[int, int]:
    """How many revisions each of these posts has."""
    rows: Any = db.session.execute(
        select(Revision.post_id, func.count()).where(Revision.post_id.in_(post_ids)).group_by(Revision.post_id)
    )
    return dict(rows.all()) if post_ids else {}


def _last_number(post: Post) -> int:
    return db.session.scalar(select(func.max(Revision.number)).where(Revision.post_id == post.id)) or 0
