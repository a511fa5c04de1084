"""What is typed to flag, to decide, to suggest, and to keep for the next time."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField

from forum.core.forms import Checkboxes, Form, PostForm, options, typed_id
from forum.core.languages import Message
from forum.departments.labelling import all_departments
from forum.moderation.models import REASONS
from forum.posts.locking import LOCKS_BEGUN
from forum.questions.forms import EditQuestionForm

REASON = options(REASONS.items())


class FlagForm(Form):
    """What is wrong with a post."""

    reason = RadioField("What is wrong?", choices=REASON, validate_choice=False)
    words = TextAreaField("In your words", description="Only moderators read this.")


class InterveneForm(Form):
    """Why a post is hidden."""

    reason = RadioField("Why?", choices=REASON, validate_choice=False)
    words = TextAreaField("What you tell the author", description="Only the author and moderators read this.")


class LockForm(InterveneForm):
    """Why a page is locked."""

    reason = RadioField("Why?", choices=options(LOCKS_BEGUN.items()), validate_choice=False)


class QueueForm(Form):
    """What is done to several entries at once."""

    case = HiddenField()  # The boxes stand at the entries themselves; a refusal leads to the first.
    reason = SelectField("Why they cannot stay", choices=options([("", Message("Choose a reason")), *REASONS.items()]))
    words = TextAreaField("What the author is told", description="Only the author and moderators read this.")


class ScopeForm(Form):
    """Which departments a moderator looks after."""

    departments = Checkboxes("Departments", coerce=typed_id)

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.departments.choices = options((each.id, each.name) for each in all_departments())


class CannedForm(Form):
    """A text that is written again and again."""

    title = StringField("Name in the list")
    words = TextAreaField("What the author is told")


class SuggestForm(PostForm):
    """A better text for somebody else's post."""

    reason = StringField("Why is it better?", description="A line for whoever wrote it.")


class SuggestQuestionForm(SuggestForm):
    """A better title and text for somebody else's question."""

    title = StringField("Title")


class SuggestionForm(Form):
    """What becomes of a suggestion."""

    word = StringField("A word to whoever suggested it", description="Needed when the text stays as it is.")
    version = HiddenField()


class AgainForm(PostForm):
    """One's own text, changed before it is sent again."""

    title = StringField("Title")


class MoveForm(EditQuestionForm):
    """The departments and topics of a question, without its words."""

    title = None
    body = None
