"""What is typed about searching."""

from __future__ import annotations

from wtforms import StringField

from forum.core.forms import Form


class SynonymForm(Form):
    """Words that mean the same."""

    words = StringField(
        "Words that mean the same here", description="With commas between them, like: RMA, return authorisation."
    )
