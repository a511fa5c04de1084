"""What is typed to sign in, to join, and about oneself."""

from __future__ import annotations

from typing import Any

from flask import current_app
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from forum.core.forms import Form, options
from forum.core.languages import LANGUAGES, gettext, messages


class SignInForm(Form):
    """Who are you?"""

    email = EmailField("E-mail")
    password = PasswordField("Password")
    next = HiddenField()


class FactorForm(Form):
    """The second factor: a code, or what a passkey signed."""

    code = StringField("Code", description="Six digits from your app, or one of your codes for an emergency.")
    credential = HiddenField()


class ConfirmForm(Form):
    """Who sits here? Named unlike any other field, for it comes together with another form."""

    confirm_password = PasswordField("Your password")
    confirm_code = StringField("Or a code", description="Six digits from your app.")
    confirm_credential = HiddenField()


class CodeAppForm(Form):
    """A new app for codes: the sealed secret that was shown, and the first code made of it."""

    sealed = HiddenField()
    code = StringField("Code that the app shows now", description="Six digits. They change every half minute.")


class PasskeyForm(Form):
    """A new passkey: what to call it, and what the device answered."""

    name = StringField("Name of the passkey", description="So that you know it again: “laptop”, “blue key”.")
    credential = HiddenField()


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
        choices=options(
            messages([("auto", "Like my device"), ("light", "Light"), ("dark", "Dark"), ("contrast", "High contrast")])
        ),
        validate_choice=False,
    )
    shortcuts = BooleanField("Keyboard shortcuts")
    language = SelectField("Language", validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        common = (
            gettext("Like the organisation") if current_app.config["PROVEN_LANGUAGE"] else gettext("Like my device")
        )
        names = [SelectChoice(code, name, {"lang": code}) for code, name in LANGUAGES.items()]
        self.language.choices = [SelectChoice("", common), *names]
