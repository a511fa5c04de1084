"""What is typed to sign in, to join, and about oneself."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from forum.core.forms import Form, options


class SignInForm(Form):
    """Who are you?"""

    email = EmailField("E-mail")
    password = PasswordField("Password")
    next = HiddenField()


class JoinForm(Form):
    """A new colleague."""

    name = StringField("Your name", description="As colleagues know you.")
    password = PasswordField("Password", description="At least 12 characters; a few words in a row are easy to keep.")


class NewPasswordForm(Form):
    """A new password, by a link."""

    password = PasswordField("New password", description="At least 12 characters.")


class WelcomeForm(Form):
    """The first run: the organisation and its first administrator."""

    key = HiddenField()
    organisation = StringField("Name of your organisation")
    name = StringField("Your name")
    email = EmailField("Your e-mail")
    password = PasswordField("Password", description="At least 12 characters; a few words in a row are easy to keep.")
    departments = TextAreaField("Departments", description="One on each line; yours first. You can change them later.")


class ProfileForm(Form):
    """What colleagues see of a person."""

    name = StringField("Name")
    job_title = StringField("What you do", description="Your job in a few words.")
    about = TextAreaField("About you", description="What may colleagues ask you about?")


class AwayForm(Form):
    """Not here for some days."""

    until = DateField(
        "Away until",
        description="The last day. Until it is over you are asked nothing, and mails wait.",
        validators=[Optional()],
    )


class PasswordForm(Form):
    """A change of password."""

    current = PasswordField("Present password")
    password = PasswordField("New password", description="At least 12 characters.")


class LooksForm(Form):
    """How one wants to see and use the site."""

    theme = RadioField(
        "Colours",
        choices=options([("auto", "Like my device"), ("light", "Light"), ("dark", "Dark")]),
        validate_choice=False,
    )
    shortcuts = BooleanField("Keyboard shortcuts")
