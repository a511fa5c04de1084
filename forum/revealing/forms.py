"""What is typed to ask who wrote without a name."""

from __future__ import annotations

from wtforms import TextAreaField

from forum.core.forms import Form


class RevealForm(Form):
    """Why the name has to be known."""

    reason = TextAreaField(
        "Why does it have to be known?", description="What happened, and what knowing the name is to prevent."
    )
