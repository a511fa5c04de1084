"""Approval before publication: what waits is kept with its news, which is told when a moderator approves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, or_, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import EVENT_KINDS
from forum.core.languages import gettext, messages
from forum.core.permissions import allowed, require
from forum.people.models import Organisation, Person
from forum.posts.models import HeldPost, Post
from forum.posts.revisions import PostEdited

# Whose posts wait: nobody's, those of people until so many of theirs are out, or everybody's. Moderators' never do.
MODES = messages(
    {
        "off": "Nobody's: what is written is out at once",
        "newcomers": "Newcomers', until enough of their posts were approved",
        "everybody": "Everybody's, except moderators'",
    }
)
MOST_FIRST = 20  # posts of a newcomer that can be made to wait; who wrote more is none


@dataclass(frozen=True, kw_only=True)
class PostHeld(PostEvent):
    """What somebody wrote waits for approval. `because`: whose posts wait, a word of `MODES`."""

    kind: str
    because: str


@dataclass(frozen=True, kw_only=True)
class ApprovalSwitched(Event):
    """Other people's posts wait for approval from now on; what waits already still does."""

    mode: str
    first_posts: int


def let_wait(administrator: Person, mode: str, first_posts: str) -> None:
    """Say whose posts wait for approval; none given is as before. Raises `Invalid` with the field at fault."""
    require(administrator, "organisation.edit")
    organisation = db.session.scalars(select(Organisation)).one()
    mode, typed = mode or organisation.approval, first_posts.strip() or str(organisation.first_posts)
    if mode not in MODES:
        raise Invalid("Choose whose posts wait.", "approval")
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 2 and 1 <= int(typed) <= MOST_FIRST):
        raise Invalid(gettext("A whole number from 1 to %(most)s.", most=MOST_FIRST), "first_posts")
    if (mode, int(typed)) != (organisation.approval, organisation.first_posts):
        organisation.approval, organisation.first_posts = mode, int(typed)
        publish(ApprovalSwitched(mode=mode, first_posts=int(typed)), actor=administrator)


def publish_or_hold(person: Person, post: Post, happened: PostEvent) -> bool:
    """Tell of a new post, or keep the news with the post until a moderator approves it. Returns whether it is out."""
    because = _why(person)
    if because is None:
        publish(happened, actor=person)
        return True
    post.removed_at, post.withheld, post.withheld_because = now(), "waiting", because
    data = asdict(happened)
    del data["event_id"], data["post_id"]
    db.session.add(HeldPost(post_id=post.id, event=type(happened).__name__, data=data, held_at=now()))
    db.session.flush()
    publish(PostHeld(post_id=post.id, kind=post.kind, because=because), actor=person)
    return False


def would_wait(person: Person) -> bool:
    """Whether what this person writes now waits for approval."""
    return _why(person) is not None


def remember_colleague(post: Post, colleague: Person) -> None:
    """Offer a question that waits to this colleague once it is out."""
    db.session.get_one(HeldPost, post.id).colleague_id = colleague.id


def own_withheld(person: Person) -> Sequence[Post]:
    """What somebody wrote, also without a name, and others cannot read: it waits, was sent back or is hidden; the
    latest first."""
    mine = (Post.author_id.in_(person.selves), Post.withheld.in_(("waiting", "refused", "hidden")))
    return db.session.scalars(select(Post).where(*mine).order_by(Post.id.desc()).limit(MOST_FIRST)).all()


def release(post: Post) -> HeldPost:
    """Put a post that waited on the page, and tell of it as if it were written now. Returns what was held."""
    held = db.session.get_one(HeldPost, post.id)
    author = db.session.get_one(Person, post.author_id)
    post.removed_at = post.removed_by_id = post.withheld = None
    post.withheld_because = ""
    post.created_at = author.stamp()  # Lists, timers and followers begin when others can read it.
    db.session.flush()
    post.on_removal(+1)
    # Where it stands may be another page by now: questions are merged.
    data = dict(held.data)
    data.update((name, getattr(post, name)) for name in ("question_id", "page_id") if name in data)
    publish(EVENT_KINDS[held.event](post_id=post.id, **data), actor=author)
    for version in range(2, post.version + 1):  # What was changed while it waited may mention more people.
        publish(PostEdited(post_id=post.id, kind=post.kind, version=version, while_waiting=True), actor=author)
    db.session.delete(held)
    return held


def _why(person: Person) -> str | None:
    organisation = db.session.scalars(select(Organisation)).one_or_none()
    if organisation is None or organisation.approval == "off" or allowed(person, "post.skip_approval"):
        return None
    if organisation.approval == "newcomers" and _written(person, organisation.first_posts) >= organisation.first_posts:
        return None
    return organisation.approval


def _written(person: Person, enough: int) -> int:
    """How many posts of a person are or were out, at most `enough`: one that waits or was refused counts for none."""
    out = or_(Post.withheld.is_(None), Post.withheld == "converted")
    few = select(Post.id).where(Post.author_id == person.id, out).limit(enough).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0
