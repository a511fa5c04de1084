"""What is typed about a cause: what it is, what its department says, and what those say whom it strikes."""

from __future__ import annotations

from wtforms import DateField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from forum.core.forms import Form, PostForm, options
from forum.core.languages import messages


class SuspectForm(Form):
    """What may lie behind it?"""

    title = StringField(
        "What happens again and again?", description="In one line, about the work and not about people."
    )
    body = TextAreaField("What is known of it?", description="What you saw, where, and since when.")
    department_id = IntegerField("Which department can remove it?", validators=[Optional()])
    objective = StringField(
        "What is it in the way of?",
        description="In a line, with a number if there is one: “9 mis-shipped orders a month”.",
    )
    tags = StringField("Topics")


class ReviseForm(PostForm):
    """What is known of it by now."""

    title = StringField("What happens again and again?")
    objective = StringField("What is it in the way of?")


class LinkForm(Form):
    """Same cause as …"""

    cause = IntegerField("Which cause?", validators=[Optional()])


class SeenForm(Form):
    """We have seen it."""

    words = TextAreaField("What have you seen?", description="A line is enough. Nobody expects a solution yet.")
    next_on = DateField("When do you say more?", validators=[Optional()])


class PlanForm(Form):
    """What we will do."""

    words = TextAreaField("What will you change?")
    on = DateField("By when?", validators=[Optional()])
    co_owner = StringField(
        "Who owns it with you, from a department that asks?", description="A colleague's @name. They are told."
    )


class DeclineForm(Form):
    """It stays."""

    words = TextAreaField(
        "Why does it stay?", description="Those who asked read it. Three of them can ask you to think again."
    )
    instead = TextAreaField("What to do instead?")


class FixedForm(Form):
    """It is fixed."""

    words = TextAreaField("What was changed?")
    effect_on = DateField(
        "From which day on should it not happen any more?",
        description="Those who asked are told now, and asked four weeks after that day whether it has stopped.",
        validators=[Optional()],
    )


class SignalForm(Form):
    """It cannot wait."""

    why = TextAreaField("Why can it not wait until it happens again?")


class DoubtForm(Form):
    """It should not stay."""

    why = StringField("Why should it not stay?", description="It stands on the page of the cause, without your name.")


class DelegateForm(Form):
    """Who speaks for the department."""

    delegate = StringField("Who speaks for your department in this?", description="A colleague's @name, or nobody.")


class QuoteForm(Form):
    """May we quote you?"""

    whom = HiddenField()
    words = TextAreaField("Which words of theirs?", description="A sentence that they wrote. They decide.")


class StoppedForm(Form):
    """Has it stopped?"""

    stopped = RadioField(
        "Has it stopped?", choices=options(messages([("yes", "Yes"), ("no", "No")])), validate_choice=False
    )
