"""What an administrator types before somebody is taken out."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import StringField

from forum.core.forms import Checkboxes, Form, options
from forum.privacy.mentions import Named


class ErasureForm(Form):
    """The name, typed, and the places where it is to be replaced as well."""

    typed = StringField("Type the full name to confirm")
    also = Checkboxes("Texts of others")

    def offer(self, places: Sequence[Named]) -> None:
        """Fill in what can be chosen."""
        self.also.choices = options((each.key, each.words) for each in places)
