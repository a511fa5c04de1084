"""What is typed to nominate an answer, and to refuse it."""

from __future__ import annotations

from wtforms import RadioField, StringField, TextAreaField

from forum.core.forms import Form


class NominateForm(Form):
    """Why an answer should become a best practice."""

    why = StringField("Why should others work by it?", description="A line is enough.")


class RefuseForm(Form):
    """Why an answer does not become a best practice."""

    reason = RadioField("Why not?", validate_choice=False)
    words = TextAreaField(
        "In your own words", description="Whoever nominated it reads this. What would have to change?"
    )
