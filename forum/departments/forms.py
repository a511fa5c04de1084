"""What is typed about departments and tags."""

from __future__ import annotations

from wtforms import StringField, TextAreaField

from forum.core.forms import Form


class TagForm(Form):
    """What a tag is for."""

    description = StringField("What is it for?")


class DepartmentForm(Form):
    """A department's name and what it does."""

    name = StringField("Name")
    description = TextAreaField("What it does, and what to ask it")
