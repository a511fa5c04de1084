"""What moderators have to look at, what they decided, and edits that colleagues suggest."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from forum.core.db import db
from forum.core.events import PostEvent
from forum.core.jobs import listener
from forum.moderation.converting import ConversionUndone, PostConverted
from forum.moderation.deciding import CaseDecided, PostSentAgain
from forum.moderation.flagging import ApprovedChanged, PostFlagged, page_id_of
from forum.moderation.intervening import (
    InterventionConfirmed,
    InterventionLapsed,
    InterventionLifted,
    PageLocked,
    PostHidden,
)
from forum.moderation.labelling import QuestionMoved
from forum.moderation.models import Case, Flag, Intervention, Suggestion
from forum.moderation.scoping import moderators_of
from forum.moderation.suggesting import EditSuggested, SuggestionDecided
from forum.notifications.recipients.telling import Reason, tell
from forum.people.listing import active_with
from forum.posts.holding import PostHeld
from forum.posts.models import Post


@listener(atomic=True)
def tell_of_flag(event: PostFlagged) -> None:
    """Somebody flagged a post: the moderators who look after its page, once for each case."""
    case = db.session.get_one(Case, event.case_id)
    if event.first and case.decided_at is None:
        _tell_moderators(event)


@listener(atomic=True)
def tell_of_held(event: PostHeld | PostSentAgain) -> None:
    """A post waits: the moderators who look after its page."""
    if db.session.get_one(Post, event.post_id).withheld in ("waiting", "hidden"):
        _tell_moderators(event)


@listener(atomic=True)
def tell_of_changed(event: ApprovedChanged) -> None:
    """What was approved was changed: the moderators who look after its page."""
    if db.session.get_one(Case, event.case_id).decided_at is None:
        _tell_moderators(event)


@listener(atomic=True)
def tell_of_intervention(event: PostHidden | PageLocked) -> None:
    """A post was hidden, or its page locked: whoever wrote it, and the moderators of whom a second one is to agree.

    Where there is no second moderator, the administrators: one of them may agree.
    """
    standing = db.session.get_one(Intervention, event.intervention_id)
    if standing.ended_at is None:
        _tell(event, "moderated", ("wrote", [standing.author_id]))
        if standing.confirmed_at is None:
            _tell_moderators(event, "second_moderator")
            if not standing.has_second:
                _tell(event, "moderation", ("stands_in", active_with("administrator")), but=[standing.author_id])


@listener(atomic=True)
def tell_of_end(event: InterventionConfirmed | InterventionLifted | InterventionLapsed) -> None:
    """A second moderator agreed, or it came back: whoever wrote it, and whoever did it."""
    standing = db.session.get_one(Intervention, event.intervention_id)
    _tell(event, "moderated", ("wrote", [standing.author_id]), ("moderated", [standing.by_id]))


@listener(atomic=True)
def tell_of_case(event: CaseDecided) -> None:
    """A case was decided: whoever flagged the post; and whoever wrote one that waited."""
    flagged = db.session.scalars(select(Flag.by_id).where(Flag.case_id == event.case_id).order_by(Flag.id)).all()
    wrote = db.session.get_one(Post, event.post_id).author_id
    _tell(event, "moderated", ("flagged", flagged), ("wrote", [wrote] if event.kind == "held" else []))


@listener(atomic=True)
def tell_of_change(event: PostConverted | ConversionUndone | QuestionMoved) -> None:
    """A post became one of another kind, or a question got other departments: whoever wrote it."""
    _tell(event, "moderated", ("wrote", [db.session.get_one(Post, event.post_id).author_id]))


@listener(atomic=True)
def tell_of_suggestion(event: EditSuggested) -> None:
    """Somebody suggests a better text: whoever wrote it."""
    suggested = db.session.get_one(Suggestion, event.suggestion_id)
    if suggested.outcome is None:
        _tell(event, "suggestion", ("wrote", [suggested.author_id]))


@listener(atomic=True)
def tell_of_suggestion_reply(event: SuggestionDecided) -> None:
    """It was put in, or not: whoever suggested it."""
    suggested = db.session.get_one(Suggestion, event.suggestion_id)
    if event.outcome != "withdrawn":
        _tell(event, "suggestion", ("suggested", [suggested.by_id]))


def _tell_moderators(event: PostEvent, reason: str = "moderates") -> None:
    post = db.session.get_one(Post, event.post_id)
    people = moderators_of(page_id_of(post))
    _tell(event, "moderation", (reason, people), but=[post.author_id])  # Nobody decides about what they wrote.


def _tell(event: PostEvent, kind: str, *people: Reason, but: Collection[int] = ()) -> None:
    """Tell of a post, or only of its page, or of neither: as far as it can be read."""
    post = db.session.get_one(Post, event.post_id)
    page = db.session.get_one(Post, page_id_of(post))
    about = post if post.removed_at is None and page.removed_at is None else None
    tell(event, kind, about, page if page.removed_at is None else None, list(people), but=but)
