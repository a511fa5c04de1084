"""Questions, answers, comments and thanks: who hears of them, and of what becomes of two that are the same."""

from __future__ import annotations

from sqlalchemy import select

from forum.answers.answering import AnswerAccepted, AnswerGiven
from forum.answers.models import Answer
from forum.core.db import db
from forum.core.jobs import listener
from forum.needs.merging import MergeObjected
from forum.needs.models import Handover, Need
from forum.notifications.recipients.telling import (
    LABELS,
    followers,
    mentioned,
    moderators,
    page_of,
    row_of,
    sharing,
    tell,
    told_before,
)
from forum.posts.comments import CommentWritten
from forum.posts.models import Comment, Post, Thanks
from forum.posts.revisions import PostEdited
from forum.posts.thanks import PostThanked
from forum.practices.models import Practice
from forum.questions.asking import QuestionAsked
from forum.questions.merging import MergeEvent, QuestionsMerged
from forum.questions.models import Merge, Question


@listener(atomic=True)
def tell_of_question(event: QuestionAsked) -> None:
    """A question: whoever it mentions, and whoever follows the asker, its topics or its departments.

    Whoever it was asked for is asked whether it is theirs, which says it all.
    """
    asked = db.session.get_one(Question, event.post_id)
    people = [mentioned(asked), *followers(event, "question", asked, *LABELS)]
    offered = select(Handover.to_id).where(Handover.question_id == asked.id)
    tell(event, "question", asked, asked, people, but=db.session.scalars(offered).all())


@listener(atomic=True)
def tell_of_answer(event: AnswerGiven) -> None:
    """An answer: whoever it mentions, the asker, whoever has the same need, and who follows the question or watches a
    label of it."""
    given = db.session.get_one(Answer, event.post_id)
    question = db.session.get_one(Question, event.question_id)
    people = [
        mentioned(given),
        ("asked", [question.author_id]),
        ("shares", sharing(question)),
        *followers(event, "answer", question, "question", "tag", "department"),
    ]
    tell(event, "answer", given, question, people)


@listener(atomic=True)
def tell_of_acceptance(event: AnswerAccepted) -> None:
    """An accepted answer: whoever wrote it, and the asker when a moderator did it in their place."""
    accepted = db.session.get_one(Answer, event.post_id)
    question = db.session.get_one(Question, event.question_id)
    if question.accepted_answer_id != accepted.id:
        return
    asker = [question.author_id] if event.in_askers_place else []
    people = [("wrote", [accepted.author_id]), ("asked", asker)]
    tell(event, "outcome", accepted, question, people, but=told_before(event, accepted))


@listener(atomic=True)
def tell_of_comment(event: CommentWritten) -> None:
    """A comment: whoever it mentions or replies to, who wrote or keeps what it is about, who follows the question
    or watches a label of it."""
    written = db.session.get_one(Comment, event.post_id)
    about, page = db.session.get_one(Post, event.on_id), db.session.get_one(Post, event.page_id)
    is_thread = isinstance(page, Question)
    replied_to = db.session.get(Comment, written.reply_to_id) if written.reply_to_id else None
    people = [
        mentioned(written),
        ("replied", [replied_to.author_id] if replied_to else []),
        ("wrote", [about.author_id]),
        ("keeps", [about.owner_id] if isinstance(about, Practice) else []),
        *followers(event, "comment", page, *(("question", "tag", "department") if is_thread else ("cause",))),
    ]
    tell(event, "comment", written, page, people)


@listener(atomic=True)
def tell_of_mentions(event: PostEdited) -> None:
    """An edit: only whoever is mentioned now and was not before."""
    edited = db.session.get_one(Post, event.post_id)
    tell(event, "mention", edited, page_of(edited), [mentioned(edited, event.version)])


@listener(atomic=True)
def tell_of_thanks(event: PostThanked) -> None:
    """Thanks: whoever wrote what they are for. Taking them back and giving them again is told once."""
    thanked = db.session.get_one(Post, event.post_id)
    standing = select(Thanks.id).where(Thanks.post_id == thanked.id, Thanks.by_id == row_of(event).actor_id)
    if db.session.scalar(standing) is not None:
        people = [("wrote", [thanked.author_id])]
        tell(event, "thanks", thanked, page_of(thanked), people, but=told_before(event, thanked))


@listener(atomic=True)
def tell_of_merge(event: QuestionsMerged) -> None:
    """A merged question: whoever asked it, and whoever has the same need, while it is merged."""
    asked = db.session.get_one(Question, event.post_id)
    if asked.merged_into_id is not None:
        page = db.session.get_one(Question, asked.merged_into_id)
        shares = select(Need.person_id).where(Need.merged_from_id == asked.id, Need.origin == "me_too")
        people = [("asked", [asked.author_id]), ("shares", db.session.scalars(shares).all())]
        tell(event, "answer", asked, page, people)


@listener(atomic=True)
def tell_of_objection(event: MergeObjected) -> None:
    """The asker of a merged question objects: whoever merged it, and the moderators, one of whom decides."""
    merge = db.session.get_one(Merge, event.merge_id)
    asked = db.session.get_one(Question, event.post_id)
    if merge.is_contested and asked.merged_into_id is not None:
        people = [("merged", [merge.by_id]), ("decides", moderators())]
        tell(event, "comment", asked, db.session.get_one(Question, asked.merged_into_id), people)


@listener(atomic=True)
def tell_of_decision(event: MergeEvent) -> None:
    """Two questions are taken apart, or stay merged: whoever asked the one, and whoever merged them."""
    merge = db.session.get_one(Merge, event.merge_id)
    asked = db.session.get_one(Question, event.post_id)
    page = db.session.get_one(Question, asked.merged_into_id or asked.id)
    tell(event, "answer", asked, page, [("asked", [asked.author_id]), ("merged", [merge.by_id])])
