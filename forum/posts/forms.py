"""What is typed to comment and to thank."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from forum.core.forms import Form, typed_id
from forum.posts.models import ReplyDraft
from forum.posts.reply_drafts import Seen


class ReplyForm(Form):
    """What an answer and a comment have in common: they are kept as a draft while they are written."""

    body = TextAreaField()
    unnamed = BooleanField()
    draft_seen = HiddenField()
    draft_window = HiddenField()

    @property
    def seen(self) -> Seen:
        """In which state the form has seen its draft."""
        return Seen(typed_id(self.draft_seen.data), self.draft_window.data or "")

    def take_up(self, draft: ReplyDraft) -> None:
        """Fill it with a draft."""
        self.body.data, self.unnamed.data, self.draft_seen.data = draft.body, draft.unnamed, str(draft.version)


class CommentForm(ReplyForm):
    """A new comment, or a reply to one."""

    body = TextAreaField("Your comment")
    unnamed = BooleanField("Without my name")
    reply_to = HiddenField()


class ThanksForm(Form):
    """A word of thanks."""

    line = StringField("A line, if you like")
