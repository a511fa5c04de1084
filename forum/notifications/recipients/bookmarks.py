"""Reminders of what somebody bookmarked."""

from __future__ import annotations

from forum.answers.models import Answer
from forum.bookmarks.marking import BookmarkDue
from forum.bookmarks.models import Bookmark
from forum.core.db import db
from forum.core.jobs import listener
from forum.notifications.recipients.telling import tell
from forum.posts.models import Post


@listener(atomic=True)
def tell_of_bookmark(event: BookmarkDue) -> None:
    """The day has come: whoever bookmarked it, if they still do."""
    made = db.session.get(Bookmark, event.bookmark_id)
    if made is None:
        return
    post = db.session.get_one(Post, made.post_id)
    page = db.session.get_one(Post, post.question_id) if isinstance(post, Answer) else post
    tell(event, "bookmark", post, page, [("bookmarked", [made.person_id])])
