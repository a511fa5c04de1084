"""The one form about impact."""

from __future__ import annotations

from wtforms import TextAreaField

from forum.core.forms import Form


class NoteForm(Form):
    """Whether the right things were measured in a quarter."""

    words = TextAreaField(
        "What you say of it",
        description="A few sentences. Everybody reads them, with your name and the day.",
    )
