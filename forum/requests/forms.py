"""What is typed about a request."""

from __future__ import annotations

from wtforms import RadioField, StringField, TextAreaField

from forum.core.forms import Checkboxes, Form, options
from forum.core.languages import messages
from forum.requests.models import OPTIONS, WAYS

REPLIES = messages(
    [
        ("accepted", "Yes, let us do that"),
        ("amended", "Yes, with a change"),
        ("insisted", "No, I still need the course"),
    ]
)


class RequestForm(Form):
    """I need a course on …"""

    title = StringField("I need …", description="“A two-day course on spreadsheets for four people.”")
    body = TextAreaField("What can people not do today?", description="What should be different afterwards?")
    evidence = TextAreaField("How did you notice?", description="The last two or three times: what went wrong?")
    concerned = StringField(
        "Who feels it?", description="@names with commas between them. They are asked later whether it helped."
    )


class DiagnosisForm(Form):
    """What the gap is."""

    words = TextAreaField(
        "What did you find?", description="What is missing, and for whom. Ask those who feel it first."
    )
    posts = Checkboxes("Which of these are about it?", coerce=int)
    more = StringField("Others", description="Numbers of questions or practices: #12, #57.")


class ProposalForm(Form):
    """What to do."""

    way = RadioField("What do you propose?", choices=options(WAYS.items()), validate_choice=False)
    options = Checkboxes("By what?", choices=options(OPTIONS.items()))
    words = TextAreaField("In a few sentences", description="What, who does it, by when. The evidence goes with it.")


class DecisionForm(Form):
    """What whoever asked says."""

    reply = RadioField("Is that fine?", choices=options(REPLIES), validate_choice=False)
    words = TextAreaField("A word to it", description="With a change, or if you insist: what, and why.")


class CheckForm(Form):
    """Did it help?"""

    word = TextAreaField("Anything to add?")
