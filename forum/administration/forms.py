"""What administrators type."""

from __future__ import annotations

from wtforms import EmailField, SelectField, StringField

from forum.core.forms import Checkboxes, Form, options, typed_id
from forum.departments.labelling import all_departments


class InviteForm(Form):
    """Somebody who should come in."""

    email = EmailField("E-mail of the new colleague")
    department = SelectField("Department", coerce=typed_id, validate_choice=False)

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.department.choices = options((each.id, each.name) for each in all_departments())


class PersonForm(InviteForm):
    """A colleague's department and roles. A role of a department is written `champion:3`."""

    email = None
    roles = Checkboxes("Roles")

    def offer(self) -> None:
        """Fill in what can be chosen."""
        super().offer()
        of_departments = [
            (f"{role}:{each.id}", f"{role.capitalize()} of {each.name}")
            for role in ("champion", "stakeholder")
            for each in all_departments()
        ]
        of_all = [("moderator", "Moderator"), ("administrator", "Administrator")]
        self.roles.choices = options([*of_all, *of_departments])


class OrganisationForm(Form):
    """The organisation's name."""

    name = StringField("Name of the organisation")
