"""What somebody chooses when they are new."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, SelectField

from forum.core.forms import Checkboxes, options, typed_id
from forum.departments.forms import HoursForm
from forum.departments.labelling import all_departments
from forum.departments.models import Tag


class ArrivalForm(HoursForm):
    """Where somebody belongs, what they want to hear of, and when they work."""

    next = HiddenField()
    department = SelectField("Your department", coerce=typed_id, validate_choice=False)
    topics = Checkboxes(
        "Topics to follow", coerce=typed_id, description="About three are enough. You hear of their questions."
    )

    def offer(self, topics: Sequence[Tag]) -> None:
        """Fill in what can be chosen."""
        self.department.choices = options((each.id, each.name) for each in all_departments())
        self.topics.choices = options((each.id, each.slug) for each in topics)
