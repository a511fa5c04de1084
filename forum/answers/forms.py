"""What is typed to answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, TextAreaField

from forum.posts.forms import ReplyForm


class AnswerForm(ReplyForm):
    """A new answer."""

    body = TextAreaField("Your answer")
    unnamed = BooleanField("Answer without my name")
    shows_department = BooleanField("Show my department")

    def take_up_fields(self, draft: Mapping[str, Any]) -> None:
        """Fill it with a draft, given by field."""
        self.body.data, self.draft_seen.data = draft["body"], str(draft["version"])
        self.unnamed.data, self.shows_department.data = bool(draft["unnamed"]), bool(draft["shows_department"])
