"""What is typed about a need: whether it worked, when it is tried, who stays with it."""

from __future__ import annotations

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from forum.core.forms import Form, options, typed_id
from forum.core.languages import Message, messages

OUTCOMES = messages([("resolved", "Yes, it worked"), ("partly", "Partly"), ("not", "No, it did not")])
FITS = messages([("yes", "As it is"), ("no", "I had to change it")])


REMARK = Message("What you did differently, or what went wrong. Colleagues read it below the answer.")


class OutcomeForm(Form):
    """Did it work?"""

    outcome = RadioField("Did it work?", choices=options(OUTCOMES), validate_choice=False)
    still_open = BooleanField("Partly: I still need help with the rest")
    context = StringField(
        "Where did you try it?", description="In a line: which case, machine or customer group. No names of customers."
    )
    fits = RadioField("Does it fit your work?", choices=options(FITS), validate_choice=False)
    minutes = IntegerField("How many minutes did it save you?", validators=[Optional()])
    changed_work = BooleanField("It changed how I work")
    note = TextAreaField(
        "Anything to add?",
        description=REMARK,
    )

    @property
    def says_fits(self) -> bool | None:
        """Whether it fits the work as it is; None where nothing was said."""
        return {"yes": True, "no": False}.get(self.fits.data or "")


class TryForm(Form):
    """When will you try it?"""

    day = DateField("When will you try it?", validators=[Optional()])


class PassForm(Form):
    """Not me, ask somebody else."""

    hint = StringField("Who would know?", description="A colleague's @name, if you can think of one.")


class WordForm(Form):
    """What has happened so far with an open problem."""

    so_far = TextAreaField("What has happened so far?", description="The asker reads it, and so does everybody else.")
    next_on = DateField("When does the asker hear again?", validators=[Optional()])


class OwnerForm(Form):
    """Who stays with an open problem."""

    owner = SelectField("Who stays with it?", coerce=typed_id, validate_choice=False)
    next_on = DateField("When does the asker hear again?", validators=[Optional()])
    outside = BooleanField("We asked outside the organisation")
    so_far = TextAreaField("A word to the asker", description="What has happened so far, or whom you asked outside.")

    def offer(self, people: list[tuple[int, str]]) -> None:
        """Fill in who can be chosen."""
        self.owner.choices = options(people)
