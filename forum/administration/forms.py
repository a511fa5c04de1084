"""What administrators type."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TextAreaField

from forum.core.forms import Checkboxes, Form, options, typed_id
from forum.core.languages import Message, gettext, messages, said
from forum.departments.labelling import all_departments
from forum.departments.models import Department
from forum.identity.models import Directory
from forum.needs.timers import LIMITS, TIMERS, as_typed
from forum.people.listing import Sought
from forum.people.models import ROLE_NAMES, Person
from forum.posts.holding import MODES

ROLES_SOUGHT = [*ROLE_NAMES.items(), ("employee", Message("No role"))]
STATES = messages([("active", "Active"), ("left", "Left")])


class SoughtForm(Form):
    """Whom an administrator seeks. The address holds it; what is not on offer there is passed over."""

    q = StringField("Name, e-mail or @name")
    department = SelectField("Department", validate_choice=False)
    role = SelectField("Role", validate_choice=False)
    state = SelectField("State", validate_choice=False)

    def offer(self, departments: Sequence[Department]) -> None:
        """Fill in what can be chosen."""
        offered = {
            self.department: [(each.slug, each.name) for each in departments],
            self.role: ROLES_SOUGHT,
            self.state: STATES,
        }
        for field, pairs in offered.items():
            field.choices = options([("", gettext("All")), *((value, said(words)) for value, words in pairs)])
            if field.data not in {value for value, _ in pairs}:
                field.data = ""

    def sought(self, departments: Sequence[Department]) -> Sought:
        """The people it is about."""
        ids = {each.slug: each.id for each in departments}
        return Sought(
            self.q.data or "", ids.get(self.department.data or ""), self.role.data or "", self.state.data or ""
        )

    @property
    def chosen(self) -> dict[str, str]:
        """What of it stands in an address: what was chosen and typed, by field."""
        return {field.name: field.data for field in self if field.data}


UNITS = messages({"people": "People", "invitations": "Invitations"})  # what the limits of timers count


class InviteForm(Form):
    """Somebody who should come in."""

    email = EmailField("E-mail of the new colleague")
    department = SelectField("Department", coerce=typed_id, validate_choice=False)

    def offer(self) -> None:
        """Fill in what can be chosen; nothing is, so that nobody lands where the list begins."""
        departments = ((each.id, each.name) for each in all_departments())
        self.department.choices = options([("", gettext("Choose a department")), *departments])


class PersonForm(Form):
    """A colleague's department, manager and roles. A role of a department is written `champion:3`."""

    department = SelectField("Department", coerce=typed_id, validate_choice=False)
    manager = StringField("Reports to", description="A colleague's @name. Empty: to nobody.")
    roles = Checkboxes("Roles")

    def offer(self) -> None:
        """Fill in what can be chosen."""
        departments = all_departments()
        self.department.choices = options((each.id, each.name) for each in departments)
        of_departments = [
            (f"{role}:{each.id}", each.name) for role in ("champion", "stakeholder") for each in departments
        ]
        of_all = [(role, ROLE_NAMES[role]) for role in ("moderator", "administrator")]
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
