"""What is typed to ask or to mend a question."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import HiddenField, StringField, TextAreaField

from forum.core.forms import Checkboxes, Form, PostForm, options, typed_id
from forum.departments.labelling import all_departments, found_department
from forum.questions.models import Question


class AskForm(Form):
    """A new question."""

    title = StringField("What do you need to know?", description="One sentence, in your own words.")
    body = TextAreaField("What happened, and what have you tried?")
    departments = Checkboxes("Which departments does it concern?", coerce=typed_id)
    tags = StringField("Tags", description="Up to five topics, separated by spaces.")
    similar_seen = HiddenField()

    def offer_departments(self) -> None:
        """Fill in what can be chosen."""
        self.departments.choices = options((each.id, each.name) for each in all_departments())

    def start_from(self, given: Mapping[str, str]) -> None:
        """Fill in what the page that led here knows already: words searched for, a department, tags."""
        self.title.data, self.tags.data = given.get("title", "")[:200], given.get("tags", "")[:200]
        department = found_department(given.get("department", ""))
        self.departments.data = [department.id] if department else []


class EditQuestionForm(PostForm):
    """A question to be mended."""

    title = StringField("Question")
    body = TextAreaField("Text")
    departments = Checkboxes("Which departments does it concern?", coerce=typed_id)
    tags = StringField("Tags", description="Up to five topics, separated by spaces.")

    offer_departments = AskForm.offer_departments

    def fill(self, question: Question) -> None:
        """Start from what the question says now."""
        self.title.data, self.body.data = question.title, question.body
        self.departments.data = [department.id for department in question.departments]
        self.tags.data = " ".join(tag.slug for tag in question.tags)
        self.version.data = str(question.version)
