"""What is typed about a chat."""

from __future__ import annotations

from wtforms import BooleanField, DateTimeLocalField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from forum.core.forms import Checkboxes, Form, options, typed_id
from forum.departments.labelling import all_departments


class PlanForm(Form):
    """An hour about one topic."""

    title = StringField("What is it about?", description="“Handing over between two shifts.”")
    starts_at = DateTimeLocalField("When does it begin?", format="%Y-%m-%dT%H:%M", validators=[Optional()])
    about = TextAreaField("Why, and for whom?", description="Two or three sentences. It stands at the top of the page.")
    questions = TextAreaField(
        "Your questions", description="Three to six, each in a line. You open one after another, and can add some."
    )
    departments = Checkboxes("For which departments?", coerce=typed_id)
    tags = StringField("Topics", description="Up to five, separated by spaces.")

    def offer_departments(self) -> None:
        """Fill in what can be chosen."""
        self.departments.choices = options((each.id, each.name) for each in all_departments())


class TurnForm(Form):
    """A turn."""

    words = TextAreaField("Your turn")
    question = HiddenField()
    unnamed = BooleanField("Speak without my name")
    shows_department = BooleanField("Show my department")


class QuestionForm(Form):
    """One more question."""

    words = StringField("One more question")


class StrikeForm(Form):
    """Why a turn is struck."""

    because = StringField("Why?", description="It stands in the place of the turn, for everybody to read.")


class SummaryForm(Form):
    """What was made of it."""

    body = TextAreaField("Summary", description="What was said, where people saw it differently, what comes of it.")
    links = StringField("What it points to", description="Numbers of questions and practices: #12, #57.")
    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that the host saw."""
        return typed_id(self.version.data)
