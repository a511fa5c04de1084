"""What is chosen and typed to attach something."""

from __future__ import annotations

from wtforms import BooleanField, FileField, StringField

from forum.core.forms import Form


class UploadForm(Form):
    """The file."""

    file = FileField("Picture or file")


class AltForm(Form):
    """What a picture shows, for those who do not see it."""

    alt = StringField(
        "What does the picture show?",
        description="Read out to whoever cannot see it, and found by searching. One sentence is enough.",
    )
    decorative = BooleanField("It only decorates: the text says everything without it")
