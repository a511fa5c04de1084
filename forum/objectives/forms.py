"""What is typed about an objective, a reading and a story."""

from __future__ import annotations

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from forum.core.forms import Form, options
from forum.core.languages import messages
from forum.objectives.models import DIRECTIONS, WENT, WITNESSES


class ObjectiveForm(Form):
    """What we want to move."""

    department = SelectField("For which department?", coerce=int, validate_choice=False)
    title = StringField("What is to move?", description="As you would say it in a meeting: “mis-shipped orders”.")
    unit = StringField("Counted how?", description="What stands behind the figure: “a month”, “days”, “per cent”.")
    direction = RadioField("Which way?", choices=options(DIRECTIONS.items()), default="down", validate_choice=False)
    baseline = StringField("Where does it stand today?", description="A figure, such as 9.")
    target = StringField("Where should it be?")
    due_on = DateField("By when?", validators=[Optional()])


class ReadingForm(Form):
    """What the figure is."""

    value = StringField("The figure")
    on = DateField("Read off on", validators=[Optional()])
    note = StringField("A note", description="Where it comes from, or what was special about that time.")


class CloseForm(Form):
    """No longer pursued."""

    word = StringField("What became of it?", description="A line for whoever reads this in a year.")


class LinkForm(Form):
    """Which objective it serves."""

    objective = RadioField("Which objective does it serve?", coerce=int, validate_choice=False)


class StoryForm(Form):
    """What happened once."""

    title = StringField("In one line", description="“The parcel for Gdańsk that did not go to Bristol.”")
    tale = TextAreaField("What happened?", description="Who, when, what was done. As you would tell it at lunch.")
    outcome = TextAreaField("What came of it?", description="For a customer, for the work, for somebody.")
    went = RadioField("How did it go?", choices=options(WENT.items()), validate_choice=False)
    witness = StringField("Who can say that it is so?", description="A colleague's @name. They are asked once.")
    witness_as = RadioField("How do they know?", choices=options(WITNESSES.items()), validate_choice=False)


class ConfirmForm(Form):
    """Is it so?"""

    is_true = RadioField(
        "Is it so?",
        choices=options(messages([("yes", "Yes, that is how it was"), ("no", "No, it was otherwise")])),
        validate_choice=False,
    )
    words = TextAreaField("A word to it", description="If it was otherwise: what was. It goes to whoever told it.")
