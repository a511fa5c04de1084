"""What is answered to the pulse: one choice of five for each item, none of them a must."""

from __future__ import annotations

from wtforms import RadioField

from forum.core.forms import Form, options
from forum.pulse.models import FOR_STAKEHOLDERS, ITEMS, VALUES, PulseInvitation


def _item(words: str) -> RadioField:
    return RadioField(words, choices=options(VALUES.items()), coerce=int, validate_choice=False)


class PulseForm(Form):
    """Three items, and two more for stakeholders."""

    item_1 = _item(ITEMS[1])
    item_2 = _item(ITEMS[2])
    item_3 = _item(ITEMS[3])
    item_4 = _item(FOR_STAKEHOLDERS[4])
    item_5 = _item(FOR_STAKEHOLDERS[5])

    @classmethod
    def for_(cls, invitation: PulseInvitation) -> PulseForm:
        """The form with the items that somebody is asked."""
        form = cls()
        for item in FOR_STAKEHOLDERS.keys() - invitation.items.keys():
            delattr(form, f"item_{item}")
        return form

    @property
    def values(self) -> dict[int, int]:
        """What was chosen, by item; what was left out is not among it."""
        return {int(field.name.removeprefix("item_")): field.data for field in self if field.data is not None}
