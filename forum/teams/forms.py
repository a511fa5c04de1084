"""What leaders pledge and staff ask for."""

from __future__ import annotations

from wtforms import DateField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from forum.commitments.models import BLOCKERS
from forum.core.forms import Form, options
from forum.core.languages import messages

REPORTS = messages([("kept", "Yes"), ("partly", "In part"), ("dropped", "No, I had to let it go")])


class PledgeForm(Form):
    """Time for the team."""

    hours_a_week = IntegerField("Hours a week", validators=[Optional()])
    purpose = StringField("For what?", description="“Answering questions, each Tuesday morning.”")
    until_on = DateField(
        "Until", description="The day after, you are asked once whether you could.", validators=[Optional()]
    )


class PledgeReportForm(Form):
    """Did you find the time?"""

    state = RadioField("Did you find the time?", choices=options(REPORTS), validate_choice=False)
    word = TextAreaField("A word to your team", description="If not: why. It helps to pledge what can be kept.")


class RequestForm(Form):
    """I need … by …"""

    kind = RadioField("What do you need?", choices=options(BLOCKERS.items()), validate_choice=False)
    words = StringField("In your words", description="“Half a day to go through the returns with the warehouse.”")
    holder = StringField(
        "From whom?",
        description="A colleague's @name. They owe you a reply within three working days; after that, whoever is one "
        "level above them is told, once.",
    )
    wanted_by = DateField("By when do you need it?", validators=[Optional()])
