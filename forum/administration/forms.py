"""What administrators type."""

from __future__ import annotations

from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TextAreaField

from forum.core.forms import Checkboxes, Form, options, typed_id
from forum.core.languages import Message, messages
from forum.departments.labelling import all_departments
from forum.departments.models import Department
from forum.identity.models import Directory
from forum.needs.timers import LIMITS, TIMERS, as_typed
from forum.people.models import Person
from forum.posts.holding import MODES

UNITS = messages({"people": "People", "invitations": "Invitations"})  # what the limits of timers count


class InviteForm(Form):
    """Somebody who should come in."""

    email = EmailField("E-mail of the new colleague")
    department = SelectField("Department", coerce=typed_id, validate_choice=False)

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.department.choices = options((each.id, each.name) for each in all_departments())


class PersonForm(InviteForm):
    """A colleague's department, manager and roles. A role of a department is written `champion:3`."""

    email = None
    manager = StringField("Reports to", description="A colleague's @name. Empty: to nobody.")
    roles = Checkboxes("Roles")

    def offer(self) -> None:
        """Fill in what can be chosen."""
        super().offer()
        of_departments = [
            (f"{role}:{each.id}", each.name) for role in ("champion", "stakeholder") for each in all_departments()
        ]
        of_all = messages([("moderator", "Moderator"), ("administrator", "Administrator")])
        self.roles.choices = options([*of_all, *of_departments])

    def show(self, person: Person) -> None:
        """Fill in how it stands."""
        self.department.data = person.department_id
        self.manager.data = f"@{person.manager.handle}" if person.manager else ""
        self.roles.data = [
            f"{role.name}:{role.department_id}" if role.department_id else role.name for role in person.roles
        ]


class OrganisationForm(Form):
    """The organisation's name, where cards of practices may be shown, and who needs a second factor."""

    name = StringField("Name of the organisation")
    embedded_by = TextAreaField("Sites that may show cards of practices")
    unnamed = RadioField(
        "Who may write without a name?",
        choices=options(
            messages(
                [
                    ("everybody", "Whoever asks, answers or comments"),
                    ("askers", "Only whoever asks"),
                    ("nobody", "Nobody"),
                ]
            )
        ),
        validate_choice=False,
    )
    approval = RadioField("Whose posts wait for approval?", choices=options(MODES.items()), validate_choice=False)
    first_posts = StringField("How many posts of a newcomer wait")
    requires_factor = BooleanField("Moderators and administrators need a second factor")


class DirectoryForm(Form):
    """What the words of the identity provider and the directory mean here."""

    department = SelectField("Whoever comes from an unknown department goes to", coerce=typed_id, validate_choice=False)
    departments = TextAreaField("Departments that are called otherwise there")
    roles = TextAreaField("What groups mean")
    links_by_email = BooleanField("Link an account that is here by its verified e-mail address")

    def offer(self) -> None:
        """Fill in what can be chosen."""
        nobody = [(0, Message("Nobody: they are turned away"))]
        self.department.choices = options([*nobody, *((each.id, each.name) for each in all_departments())])

    def show(self, directory: Directory) -> None:
        """Fill in how it stands."""
        self.department.data = directory.default_department_id or 0
        self.departments.data, self.roles.data = directory.departments, directory.roles
        self.links_by_email.data = directory.links_by_email


class TokenForm(Form):
    """A token for a directory."""

    name = StringField(
        "For which directory", description="Such as Entra, test. Shown below, so that you know it again."
    )


class TimersForm(Form):
    """A department's timers: two fields for each timer and one for each limit; an empty one is the default."""

    def show(self, department: Department) -> None:
        """Fill in what differs from the defaults."""
        for name, value in as_typed(department).items():
            self[name].data = value

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, by field."""
        return {field.name: field.data or "" for field in self}


for _timer in TIMERS:
    setattr(TimersForm, f"{_timer.name}_blocked", StringField("Blocked"))
    setattr(TimersForm, f"{_timer.name}_other", StringField("Other needs"))
for _limit in LIMITS:
    setattr(TimersForm, _limit.name, StringField(UNITS[_limit.unit]))
