"""What is typed to answer."""

from __future__ import annotations

from wtforms import BooleanField, TextAreaField

from forum.core.forms import Form


class AnswerForm(Form):
    """A new answer."""

    body = TextAreaField("Your answer")
    unnamed = BooleanField("Answer without my name")
    shows_department = BooleanField("Show my department")
