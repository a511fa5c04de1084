"""What is typed to answer."""

from __future__ import annotations

from wtforms import TextAreaField

from forum.core.forms import Form


class AnswerForm(Form):
    """A new answer."""

    body = TextAreaField("Your answer")
