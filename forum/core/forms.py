"""Forms: what every form shares. A refused form comes back with everything that was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from flask import has_request_context
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.fields.choices import SelectFieldBase
from wtforms.widgets import CheckboxInput, ListWidget

from forum.core.errors import Invalid
from forum.core.languages import gettext, said
from forum.core.paging import LARGEST_ID


class Form(FlaskForm):  # type: ignore[misc]
    """Base of all forms. The CSRF token is checked once for every unsafe request, not again by each form."""

    class Meta:
        """How WTForms builds the form."""

        csrf = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.label.text, field.description = gettext(field.label.text), gettext(field.description)
            if isinstance(field, SelectFieldBase) and getattr(field, "choices", None):
                field.choices = [replace(choice, label=said(choice.label)) for choice in field.choices]

    def refuse(self, error: Invalid, *checks: Callable[[], object]) -> None:
        """Put a refusal beside the field at fault, or at the top of the form, and those of `checks` as well.

        A verb stops at the first thing that is wrong; whoever filled in the form wants to hear of all at once.
        """
        self._refuse(error)
        for check in checks:
            try:
                check()
            except Invalid as other:
                self._refuse(other)

    def _refuse(self, error: Invalid) -> None:
        field, message = self._fields.get(error.field), gettext(error.message)
        if field is None:
            self.form_errors.append(message)
        elif message not in field.errors:
            field.errors = [*field.errors, message]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Every complaint as (id of the field or "", message), in the order of the form."""
        own = [("", message) for message in self.form_errors]
        return own + [(field.id, message) for field in self for message in field.errors]


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """What a field offers to choose from, given (value, words). Messages are looked up when somebody looks at them."""
    return [SelectChoice(value, said(words) if has_request_context() else words) for value, words in pairs]


def typed_id(typed: Any) -> int:
    """A number that a key can hold, or 0, which nothing has: whatever came from a form."""
    digits = str(typed)
    return int(digits) if digits.isdecimal() and len(digits) <= 10 and int(digits) <= LARGEST_ID else 0


class Checkboxes(SelectMultipleField):
    """Several of a list, each a checkbox: no list box that needs a key held down."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Anything outside the list is ignored here; the verb says what is missing."""


class PostForm(Form):
    """What an edit of any post carries: the text, the version that was seen, and why."""

    body = TextAreaField("Text")
    version = HiddenField()
    reason = StringField("Why this edit?", description="A line for the history, if it needs one.")

    @property
    def seen(self) -> int:
        """The version the person saw; 0, which never matches, when the field was tampered with."""
        return typed_id(self.version.data)
