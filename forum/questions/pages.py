"""The page of a question with all that stands under it."""

from __future__ import annotations

from functools import cache

from flask import abort, render_template
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from forum.answers.answering import answers_of, standing_acceptance
from forum.answers.forms import AnswerForm
from forum.answers.ordering import in_order, reason
from forum.core.db import db
from forum.core.web import current_person
from forum.departments.following import following
from forum.needs.pages import standing
from forum.posts.comments import threads
from forum.posts.models import Post
from forum.posts.thanks import thanks_for
from forum.posts.votes import own_votes
from forum.practices.promoting import practices_of
from forum.questions.models import Question


def thread_page(
    question: Question, form: AnswerForm | None = None, preview: str | None = None, *, fragment: bool = False
) -> str:
    """The page of a question, or only its answers; also what a refused answer comes back on."""
    person = current_person()
    answers = in_order(answers_of(question), question.accepted_answer_id)
    ids = [question.id, *(answer.id for answer in answers)]
    thanks = thanks_for(ids)
    return render_template(
        "answers/_answers.html" if fragment else "questions/show.html",
        question=question,
        answers=answers,
        comments=threads(question.id),
        my_votes=own_votes(person, ids),
        acceptance=standing_acceptance(question.id) if question.accepted_answer_id else None,
        practices=practices_of(question.id),
        reasons={answer.id: reason(answer, accepted=answer.id == question.accepted_answer_id) for answer in answers},
        standing=standing(person, question),
        follow_state=following(person, "question", question.id),
        thanks=thanks,
        my_thanks={id for id, given in thanks.items() if any(each.by_id == person.id for each in given)},
        answer_form=form or AnswerForm(formdata=None),
        preview_html=preview,
    )


def shown_question(id: int) -> Question:
    """The question with all that its page and its history need. Answers 404 when it is not there or removed."""
    return db.session.scalars(_question(), {"id": id}).one_or_none() or abort(404)


@cache  # Made once: putting a statement together takes as long as running it.
def _question() -> Select[Question]:
    return (
        select(Question)
        .where(Question.id == bindparam("id"), Post.removed_at.is_(None))
        .options(
            joinedload(Question.author),
            joinedload(Question.author_department),
            selectinload(Question.departments),
            selectinload(Question.tags),
        )
        .execution_options(populate_existing=True)
    )
