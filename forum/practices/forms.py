"""What is typed to promote, revise and retire a practice."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from forum.core.forms import Checkboxes, Form, PostForm, options, typed_id
from forum.core.languages import Message, messages
from forum.departments.labelling import all_departments
from forum.practices.models import FORMS, SECTIONS, Practice
from forum.practices.promoting import Facts

PACES = messages(
    [
        ("fast", "Every 3 months: it changes with tools or prices"),
        ("normal", "Every 6 months"),
        ("slow", "Once a year: it holds for long"),
    ]
)


class ReviseForm(PostForm):
    """The next version of a practice."""

    title = StringField("Title", description="What to do, in a few words.")
    problem = TextAreaField("The problem", description="In the words of whoever had it.")
    body = TextAreaField("Do this")
    why_it_works = TextAreaField("Why it works")
    when_not = TextAreaField("When not")
    what_it_takes = TextAreaField("What it takes", description="In a sentence: how long, and what else one needs.")

    def fill(self, practice: Practice) -> None:
        """Start from what the practice says now."""
        for name in ("title", *SECTIONS):
            self[name].data = getattr(practice, name)
        self.version.data = str(practice.version)

    @property
    def sources(self) -> dict[str, str]:
        """The typed texts by name."""
        return {name: self[name].data or "" for name in ("title", *SECTIONS)}


class FactsForm(Form):
    """What can be said of a practice in a word."""

    practice_form = SelectField(
        "In which form?", choices=options([("", Message("Not said")), *FORMS.items()]), validate_choice=False
    )
    minutes = StringField("Minutes", description="How long it takes, each time.")
    is_free = BooleanField("It costs nothing")
    cost = StringField("Money", description="What it costs, in words, if it does.")
    permission = StringField("Permission", description="From whom, or “nobody”.")
    contact = StringField("Whom to ask about it", description="A name, and how to reach them.")

    def fill_facts(self, practice: Practice) -> None:
        """Start from what is known of a practice now."""
        self.practice_form.data = practice.form or ""
        self.minutes.data = "" if practice.minutes is None else str(practice.minutes)
        self.is_free.data = bool(practice.is_free)
        for name in ("cost", "permission", "contact"):
            self[name].data = getattr(practice, name)

    @property
    def facts(self) -> Facts:
        """What was typed. Minutes that are no number are -1, which no verb takes."""
        minutes = (self.minutes.data or "").strip()
        return Facts(
            form=self.practice_form.data or "",
            minutes=(int(minutes) if minutes.isdecimal() and len(minutes) < 6 else -1) if minutes else None,
            is_free=bool(self.is_free.data),
            cost=self.cost.data or "",
            permission=self.permission.data or "",
            contact=self.contact.data or "",
        )


class CareForm(FactsForm):
    """Who looks after a practice, whom it concerns, how often it is looked at again, and what can be said of it."""

    owner = SelectField("Who looks after it?", coerce=typed_id, validate_choice=False)
    departments = Checkboxes("Which departments is it for?", coerce=typed_id)
    tags = StringField("Topics", description="Up to five, separated by spaces.")
    review_pace = RadioField("Look at it again", choices=options(PACES), default="normal", validate_choice=False)

    def offer(self, people: list[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        if self.owner is not None:
            self.owner.choices = options(people)
        self.departments.choices = options((each.id, each.name) for each in all_departments())


class PromoteForm(ReviseForm, CareForm):
    """A new practice."""

    what_it_takes = TextAreaField("Or in a sentence", description="How long, and what else one needs.")


class AdaptForm(ReviseForm, CareForm):
    """A variant of a practice for one's own department; whoever adapts it looks after it."""

    what_it_takes = TextAreaField("Or in a sentence", description="How long, and what else one needs.")
    owner = None


class BringBackForm(Form):
    """Why a retired practice is recommended again."""

    reason = StringField("Why does it hold again?")


class RetireForm(Form):
    """Why a practice is no longer recommended, and what takes its place."""

    reason = StringField("Why is it no longer recommended?")
    successor = SelectField("What takes its place?", coerce=typed_id, validate_choice=False)
