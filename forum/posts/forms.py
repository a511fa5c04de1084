"""What is typed to comment and to thank."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from forum.core.forms import Form


class CommentForm(Form):
    """A new comment, or a reply to one."""

    body = TextAreaField("Your comment")
    unnamed = BooleanField("Without my name")
    reply_to = HiddenField()


class ThanksForm(Form):
    """A word of thanks."""

    line = StringField("A line, if you like")
