"""Which post uses which attachment: read from what is written, for whoever may read the post may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import and_, exists, or_, select, update

from forum.attachments.models import PICTURES, Attachment, PostAttachment
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.people.models import Person


class SaysWhoMadeIt(Invalid):
    """A file that may hold a name would go with a text that has none."""

    def __init__(self) -> None:
        super().__init__(
            "A PDF can say who made it, so it cannot go with a text without your name. "
            "Add a picture of it, or its words.",
            "body",
        )


def sizes_of(tokens: Collection[str]) -> dict[str, tuple[int, int]]:
    """Width and height of those that are pictures, so that a page has their place before they come."""
    if not tokens:
        return {}
    known = select(Attachment.token, Attachment.width, Attachment.height).where(
        Attachment.token.in_(sorted(tokens)), Attachment.kind.in_(PICTURES), Attachment.thrown_away_at.is_(None)
    )
    return {token: (width or 0, height or 0) for token, width, height in db.session.execute(known)}


def note_use(post_id: int, texts: Mapping[str, str], *, by: Person, author_id: int) -> None:
    """Remember that a post uses the attachments named in its texts; whoever may read it may see them from now on.

    Only what the writer may see counts: their own, and what stands in a post that everybody can read. What an edit
    takes out stays noted, for the history still shows it. Raises `SaysWhoMadeIt`. Costs nothing without attachments.
    """
    tokens = set().union(*map(text.attached, texts.values()))
    if not tokens:
        return
    author = db.session.get_one(Person, author_id)
    nameless = bool(getattr(author, "is_persona", False))
    named = Attachment.token.in_(sorted(tokens)) & Attachment.thrown_away_at.is_(None)
    # A persona owns nothing. Of what is in no post yet, only whoever uploaded it was told the address.
    own = ~_in_a_post() if nameless else Attachment.person_id == by.id
    found = db.session.scalars(select(Attachment).where(named, or_(own, _is_shown()))).all()
    if nameless:
        _take_names_off([each for each in found if each.person_id is not None])
    _note(post_id, [each.id for each in found])


def hand_on(of_id: int, to_id: int) -> None:
    """Let a post that takes the place of another one use what that one uses: its text and its history went along."""
    used = select(PostAttachment.attachment_id).where(PostAttachment.post_id == of_id)
    _note(to_id, list(db.session.scalars(used)))


def _take_names_off(attachments: Iterable[Attachment]) -> None:
    """Nothing that is kept may lead from a text without a name to whoever added a file to it."""
    for each in attachments:
        if _is_used(each.id):
            continue  # It came with a post that has a name, where everybody has seen it.
        if each.kind == "pdf":
            raise SaysWhoMadeIt()
        day = now().replace(hour=0, minute=0, second=0, microsecond=0)
        unnamed = update(Attachment).where(Attachment.id == each.id)
        db.session.execute(unnamed.values(person_id=None, name="", uploaded_at=day))


def _note(post_id: int, ids: list[int]) -> None:
    known = set(db.session.scalars(select(PostAttachment.attachment_id).where(PostAttachment.post_id == post_id)))
    db.session.add_all(PostAttachment(post_id=post_id, attachment_id=id) for id in ids if id not in known)


def _is_used(id: int) -> bool:
    return bool(db.session.scalar(select(exists().where(PostAttachment.attachment_id == id))))


def _in_a_post() -> Any:
    return exists().where(PostAttachment.attachment_id == Attachment.id)


def _is_shown() -> Any:
    """Whether it stands in a post that was not removed."""
    post = db.metadata.tables["post"]  # By name: attachments stand below posts.
    return exists().where(
        and_(
            PostAttachment.attachment_id == Attachment.id,
            post.c.id == PostAttachment.post_id,
            post.c.removed_at.is_(None),
        )
    )
