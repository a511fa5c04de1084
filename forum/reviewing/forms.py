"""What is typed to challenge something, and to reply."""

from __future__ import annotations

from wtforms import RadioField, StringField, TextAreaField

from forum.core.forms import Form, options
from forum.core.languages import messages

REPLIES = messages(
    [
        ("changed", "It is changed: the text says now what works"),
        ("right", "It is still right as it stands"),
        ("upheld", "It does not work any more, and nobody has written a better one yet"),
    ]
)


class ChallengeForm(Form):
    """What no longer works."""

    what = TextAreaField("What no longer works?", description="What happened when you did it, and what you expected.")
    tried = TextAreaField("What have you tried?", description="So that nobody tries it again.")


class JoinForm(Form):
    """Somebody else sees the same."""

    note = TextAreaField("What did you see?")


class ReplyForm(Form):
    """What came of a challenge."""

    outcome = RadioField("What came of it?", choices=options(REPLIES), validate_choice=False)
    reply = TextAreaField("Why?", description="Whoever challenged it reads this, and it stays in the history.")


class QueueForm(Form):
    """What is done to several practices at once."""

    reason = StringField("Why are they no longer recommended?")
