"""Stories and requests: whoever is named in them, and whoever they wait for."""

from __future__ import annotations

from sqlalchemy import select

from forum.core.db import db
from forum.core.jobs import listener
from forum.notifications.recipients.telling import (
    moderators,
    named,
    tell,
)
from forum.objectives.models import Story
from forum.objectives.telling import StoryReplied, StoryTold
from forum.people.models import Role
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.requests.agreeing import RequestAgreed, RequestDiagnosed, RequestProposed
from forum.requests.asking import RequestReceived, RequestWaits
from forum.requests.checking import RequestCheckAsked, RequestChecked
from forum.requests.models import WAITING, Request, RequestCheck


@listener(atomic=True)
def tell_of_story(event: StoryTold) -> None:
    """A story: whoever is named to say whether it is so, while they have not."""
    story = db.session.get_one(Story, event.story_id)
    if story.is_true is None and story.removed_at is None:
        page = db.session.get_one(Post, event.post_id)
        tell(event, "story", page, page, [("witness", [event.witness_id])])


@listener(atomic=True)
def tell_of_story_reply(event: StoryReplied) -> None:
    """Somebody said whether a story is so: whoever told it; when it is so, also who wrote or keeps what it is about."""
    story, page = db.session.get_one(Story, event.story_id), db.session.get_one(Post, event.post_id)
    if story.removed_at is None:
        keeps = [page.owner_id] if isinstance(page, Practice) else []
        others = [("wrote", [page.author_id]), ("keeps", keeps)] if event.is_true else []
        tell(event, "story", page, page, [("told", [story.by_id]), *others])


@listener(atomic=True)
def tell_of_request(event: RequestReceived | RequestWaits) -> None:
    """Somebody asks for a course, or still waits: the moderators, and the champions of their department."""
    request = db.session.get_one(Request, event.post_id)
    if request.state in WAITING:
        champions = select(Role.person_id).where(Role.name == "champion", Role.until.is_(None))
        near = db.session.scalars(champions.where(Role.department_id == request.author_department_id)).all()
        people = [("moderates", moderators()), ("champions", near)]
        tell(event, "request", request, request, people, but=[request.author_id])


@listener(atomic=True)
def tell_of_request_step(event: RequestDiagnosed | RequestProposed | RequestAgreed | RequestChecked) -> None:
    """A request has gone on: whoever asked, and whoever looks after it from the other side; what is proposed only
    while it waits for a reply."""
    request = db.session.get_one(Request, event.post_id)
    if isinstance(event, RequestProposed) and request.state != "proposed":
        return
    people = [("requested", [request.author_id]), ("other_side", named(request.owner_id))]
    tell(event, "request", request, request, people)


@listener(atomic=True)
def tell_of_request_check(event: RequestCheckAsked) -> None:
    """Whether what was agreed helped: whoever is asked, while they have not said."""
    check = db.session.get_one(RequestCheck, event.check_id)
    if check.reply is None:
        request = db.session.get_one(Request, event.post_id)
        reason = "requested" if check.side == "requester" else "concerned"
        tell(event, "request", request, request, [(reason, [event.person_id])])
