"""What is typed about a commitment: the plan, what became of it, what stands in its way."""

from __future__ import annotations

from wtforms import BooleanField, DateField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from forum.commitments.models import BLOCKERS, LIMITS, RESULTS
from forum.core.forms import Form, options
from forum.core.languages import Message, messages

REPORTS = messages([("kept", "Yes, I did it"), ("partly", "In part"), ("dropped", "No, I let it go")])
WORKED = messages([("", "I cannot say yet"), ("resolved", "Yes"), ("partly", "Partly"), ("not", "No")])
KEYS = messages([("mine", "It is mine to remove"), ("theirs", "Somebody else has the key")])
REPLIES = messages([("opened", "Yes, the way is open"), ("cannot", "No, it cannot be")])


class CommitForm(Form):
    """When …, I will …, by …"""

    occasion = StringField("When …", description="An occasion that you will notice: “the next order is released”.")
    deed = StringField("I will …", description="One thing that you can do yourself: “read the ship-to address back”.")
    due_on = DateField("By", description="The day after, you are asked once how it went.", validators=[Optional()])
    partner = StringField("With whom?", description="A colleague's @name. They are told, and can confirm it.")
    is_private = BooleanField("Only I see it, and whoever does it with me")


class ReportForm(Form):
    """What became of it?"""

    state = RadioField("Did you do it?", choices=options(REPORTS), validate_choice=False)
    word = TextAreaField(
        "Anything to add?", description="What came of it, or why you let it go. Both help the next person."
    )
    worked = RadioField("Did it work?", choices=options(WORKED), default="", validate_choice=False)
    minutes = IntegerField("How many minutes did it save you?", validators=[Optional()])


class ExperimentForm(Form):
    """What we try."""

    title = StringField("What do you try?", description="“Call late payers before the reminder letter.”")
    expectation = StringField("We expect …", description="“Half of them pay within the week.” So that it can fail.")
    test = StringField(
        "The small test", description="The smallest one that tells: “the next six, by me, on the phone”."
    )
    due_on = DateField("By", description="The day after, you are asked what came of it.", validators=[Optional()])
    limited_to = RadioField(
        "Within a limit?", choices=options([("", Message("None")), *LIMITS.items()]), default="", validate_choice=False
    )
    partner = StringField("With whom?", description="A colleague's @name. They are told, and can confirm it.")


class ResultForm(Form):
    """What came of it?"""

    result = RadioField("What came of it?", choices=options(RESULTS.items()), validate_choice=False)
    word = TextAreaField("What did you see?", description="Failed ones are kept too: they spare others the same test.")


class BlockerForm(Form):
    """What stands in the way?"""

    kind = RadioField("What is it?", choices=options(BLOCKERS.items()), validate_choice=False)
    words = StringField("In your words", description="“Nobody may release an order without the warehouse.”")
    key = RadioField("Who can remove it?", choices=options(KEYS), default="mine", validate_choice=False)
    holder = StringField("Who has the key?", description="A colleague's @name. They are asked at once, and once more.")
    wanted_by = DateField("By when do you need it?", validators=[Optional()])


class KeyForm(Form):
    """Is the way open?"""

    reply = RadioField("Is the way open?", choices=options(REPLIES), validate_choice=False)
    answer = TextAreaField(
        "A word to your colleague", description="If it cannot be: why, and what could be done instead."
    )
