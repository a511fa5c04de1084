"""The page of a question with all that stands under it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from flask import abort, g, render_template
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from forum.answers.answering import answers_of, answers_on_page, standing_acceptance
from forum.answers.forms import AnswerForm
from forum.answers.models import Answer
from forum.answers.ordering import in_order, reason
from forum.causes.listing import on_page as causes_on
from forum.core.clock import now
from forum.core.db import db
from forum.core.forms import typed_id
from forum.core.permissions import allowed
from forum.core.web import current_person, get_visible, is_viewed
from forum.moderation.models import REASONS
from forum.needs.pages import standing
from forum.needs.tried import remarks_on
from forum.posts.comments import Node, in_reading_order, threads
from forum.posts.locking import LOCKS
from forum.posts.models import Post
from forum.posts.quoting import quoted
from forum.posts.read_marks import followed_and_read, news_among
from forum.posts.reply_drafts import ChangedElsewhere
from forum.posts.thanks import thanks_for
from forum.posts.voices import choice_for
from forum.posts.votes import own_votes
from forum.practices.promoting import practices_of
from forum.questions.forms import MergeForm
from forum.questions.merging import Wording, standing_merge, survivor, wordings
from forum.questions.models import Question
from forum.reviewing.challenging import open_on
from forum.search.known import Known, known, known_question

NUMBER = re.compile(r"\s*#?([0-9]{1,10})\s*|.*/questions/([0-9]{1,10})(?:[/?#].*)?")
MOST_ANSWERS = 3  # of each of two questions that are compared: the best; the others are a link away
OFFERED = 8  # questions like the one that is to be merged: more are not compared


def thread_page(
    question: Question,
    form: AnswerForm | None = None,
    preview: str | None = None,
    *,
    fragment: bool = False,
    came_from: int = 0,
    since: int | None = None,
    quote: int = 0,
    draft_elsewhere: ChangedElsewhere | None = None,
) -> str:
    """The page of a question, or only its answers; also what a refused answer comes back on.

    `came_from` is the merged question whose address led here. What came after the post `since` is shown as new; on a
    whole page that is what came since the reader was here, and they have read it from now on. The post
    `quote` stands in the field for whatever is written about it. `draft_elsewhere` says that another window has changed
    the draft of the form.
    """
    person, voice = current_person(), current_person().voice_for(question)
    may_be_unnamed, shows_department = False, False
    if g.organisation.unnamed == "everybody" and not voice.is_persona:
        may_be_unnamed, shows_department = choice_for(person, question.id)
    also = wordings(question.id) if question.times_asked > 1 and not fragment else []
    readable, withheld = answers_on_page(question)
    answers = in_order(readable, question.accepted_answer_id)
    ids = [question.id, *(answer.id for answer in answers)]
    thanks = thanks_for(ids)
    comments = threads(question.id, person)
    follow_state, read_before, begun = followed_and_read(person, voice, question.id)
    posts = _in_reading_order(question, answers, comments)
    latest = max(each.id for each in posts)
    if (is_viewed() or since) and latest > (read_before or 0):
        g.has_read = question.id, latest  # Noted when the page is ready.
    if form is None:
        form = AnswerForm(formdata=None)
        if begun is not None:
            form.take_up_fields(begun)
        if quote == question.id:
            form.body.data = f"{form.body.data}\n\n{quoted(question)}" if form.body.data else quoted(question)
    return render_template(
        "answers/_answers.html" if fragment else "questions/show.html",
        question=question,
        answers=answers,
        withheld=[each for each in withheld if each.withheld == "hidden" or _sees(each)],
        lock_words=LOCKS,
        reason_words=REASONS,
        comments=comments,
        news=news_among(person, read_before if since is None and not fragment else since, posts),
        latest=latest,
        with_news=since is not None,
        my_votes=own_votes(person, ids),
        acceptance=standing_acceptance(question.id) if question.accepted_answer_id else None,
        practices=practices_of(question.id),
        causes=causes_on(question.id),
        reasons={answer.id: reason(answer, accepted=answer.id == question.accepted_answer_id) for answer in answers},
        standing=standing(person, question),
        remarks=remarks_on(answers),
        challenges=open_on(answers),
        wordings=[(each, *_objection(each)) for each in also],
        came_from=next((each for each in also if each.id == came_from), None),
        follow_state=follow_state,
        thanks=thanks,
        my_thanks={id for id, given in thanks.items() if any(each.by_id == voice.id for each in given)},
        me=voice,
        may_be_unnamed=may_be_unnamed,
        department_shown=shows_department,
        answer_form=form,
        quotes={each.id: quoted(each) for each in posts if each.id == quote and each.removed_at is None},
        preview_html=preview,
        draft_elsewhere=draft_elsewhere,
    )


def _in_reading_order(question: Question, answers: Sequence[Answer], comments: Mapping[int, list[Node]]) -> list[Post]:
    """Everything that stands on the page of a question, from top to bottom."""
    found: list[Post] = []
    for post in (question, *answers):
        found += [post, *in_reading_order(comments.get(post.id, ()))]
    return found


def wording_page(question: Question) -> str:
    """The page of a merged question's own text."""
    merge = standing_merge(question.id)
    return render_template(
        "questions/wording.html",
        question=question,
        into=survivor(question),
        merge=merge,
        reason_words=REASONS,
        comments=threads(question.id, current_person()),
    )


def merge_page(question: Question, form: MergeForm, typed: str, into: Question | None) -> str:
    """The page on which a question is merged: first into which one, then what comes of it."""
    named = _named(typed)
    found = [] if into or named == question else candidates(question, typed, named)
    both = [question, into] if into else []
    answers = {each.id: in_order(answers_of(each), each.accepted_answer_id) for each in both if each.answer_count}
    reasons = {
        answer.id: reason(answer, accepted=answer.id == each.accepted_answer_id)
        for each in both
        for answer in answers.get(each.id, ())
    }
    return render_template(
        "questions/merge.html",
        question=question,
        form=form,
        typed=typed,
        into=into,
        rows=found,
        itself=named == question,
        answers=answers,
        reasons=reasons,
        most_answers=MOST_ANSWERS,
    )


def _named(typed: str) -> Question | None:
    """The question whose number or address was typed, or the one that stands for it."""
    number = NUMBER.fullmatch(typed)
    named = db.session.get(Question, typed_id(number[1] or number[2])) if number else None
    return survivor(named) if named else None


def candidates(question: Question, typed: str, named: Question | None) -> Sequence[Known]:
    """The questions that somebody means by a number, an address or words; those most like it when nothing is typed."""
    if NUMBER.fullmatch(typed):
        return known_question(named.id) if named else []
    own = [f"q{question.id}"]
    return known(typed or question.title, limit=OFFERED, kinds=("question",), exclude=own, gone=True)


def standing_question(id: int) -> Question:
    """The question with that id, or the one that stands for it. Answers 404 when it is not there or removed."""
    question = get_visible(Question, id)
    return get_visible(Question, question.merged_into_id) if question.merged_into_id else question


def _objection(wording: Wording) -> tuple[bool, datetime | None]:
    """Whether the reader asked it, and until when they can say that it is not the same."""
    person, merge = current_person(), wording.merge
    if wording.author_id not in person.selves:
        return False, None
    ends = merge.objection_until
    is_open = merge.objected_at is None and merge.kept_at is None and ends is not None and now() <= ends
    return True, ends if is_open else None


def shown_question(id: int) -> Question:
    """The question with all that its page and its history need. Answers 404 when it is not there or removed."""
    return found_question(id) or abort(404)


def found_question(id: int) -> Question | None:
    """The same; None when it is not there or removed."""
    return db.session.scalars(_question(), {"id": id}).one_or_none()


def leaves_a_place(id: int) -> bool:
    """Whether a question that is off its page has another one for the reader: hidden, or one's own that waits."""
    withheld = db.session.get(Question, id)
    if withheld is None or withheld.withheld is None:
        return False
    return withheld.withheld == "hidden" or _sees(withheld)


def _sees(withheld: Post) -> bool:
    """Whether the reader wrote it, by name or without, or is a moderator."""
    return allowed(current_person().owner_among(withheld), "post.see_withheld", withheld)


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
