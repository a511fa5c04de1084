"""What is typed to ask or to mend a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from forum.core.forms import Checkboxes, Form, PostForm, options, typed_id
from forum.core.languages import messages
from forum.departments.labelling import all_departments, found_department
from forum.questions.models import Question

IMPACTS = messages([("blocked", "I am blocked"), ("slowed", "It slows me down"), ("curious", "I would like to know")])
MOMENTS = messages(
    [
        ("new", "I do this for the first time"),
        ("more", "I want to know more"),
        ("apply", "I know it and cannot apply it"),
        ("solve", "Something went wrong"),
        ("change", "Something has changed"),
    ]
)
PLACES = messages(
    [
        ("colleague", "A colleague"),
        ("manual", "A manual"),
        ("web", "The web"),
        ("help_desk", "The help desk"),
        ("nobody", "Nowhere yet"),
    ]
)

NOT_TYPED = ("similar_seen", "draft", "draft_window", "draft_seen")  # what the page knows, and nobody wrote


class AskForm(Form):
    """A new question."""

    title = StringField("What do you need to know?", description="One sentence, in your own words.")
    body = TextAreaField("What happened?")
    departments = Checkboxes("Which departments does it concern?", coerce=typed_id)
    tags = StringField("Topics", description="Up to five, separated by spaces.")
    impact = RadioField(
        "How much does it hold you up?", choices=options(IMPACTS), default="slowed", validate_choice=False
    )
    moment = RadioField("What kind of moment is it?", choices=options(MOMENTS), validate_choice=False)
    needed_by = DateField("When do you need it?", validators=[Optional()])
    tried = TextAreaField("What have you tried?")
    looked_first = RadioField("Where did you look first?", choices=options(PLACES), validate_choice=False)
    colleague = StringField("For a colleague", description="Their @name. They are asked whether it is theirs.")
    unnamed = BooleanField("Ask without my name")
    shows_department = BooleanField("Show my department")
    similar_seen = HiddenField()
    draft = HiddenField()
    draft_window = HiddenField()
    draft_seen = HiddenField()

    @classmethod
    def of_draft(cls, key: str, words: Mapping[str, Sequence[str]], seen: str = "") -> AskForm:
        """The form as it was when it was kept, what cannot be used included; `seen` says when that was."""
        return cls(formdata=MultiDict({**words, "draft": [key], "draft_seen": [seen]}))

    @property
    def words(self) -> dict[str, list[str]]:
        """Everything that was typed or chosen, by field, as it came."""
        own = (field for field in self if field.name not in NOT_TYPED and field.raw_data)
        return {field.name: [str(value) for value in field.raw_data] for field in own}

    def offer_departments(self) -> None:
        """Fill in what can be chosen."""
        self.departments.choices = options((each.id, each.name) for each in all_departments())

    @property
    def diagnosis(self) -> dict[str, str]:
        """What was said about the need, as words."""
        names = ("impact", "moment", "tried", "looked_first")
        given = {name: str(self[name].data) for name in names if self[name].data and self[name].data != "None"}
        return {**given, **({"needed_by": self.needed_by.data.isoformat()} if self.needed_by.data else {})}

    def start_from(self, given: Mapping[str, str]) -> None:
        """Fill in what the page that led here knows already: words searched for, a department, tags."""
        self.title.data, self.tags.data = given.get("title", "")[:200], given.get("tags", "")[:200]
        department = found_department(given.get("department", ""))
        self.departments.data = [department.id] if department else []

    def take_up(self, question: Question, said: Mapping[str, Any], *, unnamed: bool) -> None:
        """Fill in what was asked and taken back, and what was `said` about the need, by field."""
        self.title.data, self.body.data, self.unnamed.data = question.title, question.body, unnamed
        self.departments.data = [department.id for department in question.departments]
        self.tags.data = " ".join(tag.slug for tag in question.tags)
        for name, value in said.items():
            self[name].data = value


class MergeForm(Form):
    """Which question stands for both, and why."""

    into = HiddenField()
    reason = StringField("Why are they the same?", description="A line for whoever asked it.")


class EditQuestionForm(PostForm):
    """A question to be mended."""

    title = StringField("Question")
    body = TextAreaField("Text")
    departments = Checkboxes("Which departments does it concern?", coerce=typed_id)
    tags = StringField("Topics", description="Up to five, separated by spaces.")

    offer_departments = AskForm.offer_departments

    def fill(self, question: Question) -> None:
        """Start from what the question says now."""
        self.title.data, self.body.data = question.title, question.body
        self.departments.data = [department.id for department in question.departments]
        self.tags.data = " ".join(tag.slug for tag in question.tags)
        self.version.data = str(question.version)
