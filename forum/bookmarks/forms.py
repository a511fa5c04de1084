"""What is chosen when something is bookmarked."""

from __future__ import annotations

from wtforms import DateField, HiddenField, validators

from forum.core.forms import Form


class BookmarkForm(Form):
    """When to be reminded."""

    when = HiddenField()
    day = DateField("On a day", validators=[validators.Optional()])
