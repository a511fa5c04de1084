"""Nominating: anybody says that an answer should be known everywhere, or the system does, and a moderator decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from forum.answers.models import Answer
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.jobs import listener
from forum.core.permissions import require
from forum.needs.check_ins import OutcomeGiven
from forum.needs.models import CheckIn, Need
from forum.nominations.models import ASKED_AGAIN, HELPED, REFUSALS, Nomination
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import PracticePromoted, PromotedBefore, practice_of
from forum.questions.merging import QuestionsMerged
from forum.questions.models import Question

LONGEST_WHY = 300  # characters: a line or two
PEOPLE_HELPED = 2  # needs of different people that one answer met: more than luck
DUPLICATES = 3  # questions merged into one: it is asked again and again


@dataclass(frozen=True, kw_only=True)
class AnswerNominated(PostEvent):
    """An answer waits for a moderator to decide whether it becomes a best practice. Without an actor: by the system."""

    nomination_id: int


@dataclass(frozen=True, kw_only=True)
class NominationRefused(PostEvent):
    """A moderator decided that an answer does not become a best practice, and said why."""

    nomination_id: int
    reason: str


class NominatedBefore(Refused):
    """One nomination waits at a time."""

    message = "A colleague has nominated this already, and a moderator decides. You need do nothing more."


class RefusedBefore(Refused):
    """What was refused comes again when there is something new."""

    message = (
        "This was refused, and nothing has changed since: neither its text, nor how many it worked for. "
        "Improve it, or wait until it has worked for somebody else, and nominate it again."
    )


class Decided(Refused):
    """Somebody was faster."""

    message = "This has been decided meanwhile. Go back to the nominations to see how."


def nominate(person: Person, answer: Answer, *, why: str) -> Nomination:
    """Say that an answer should become a best practice, in a line why. What the system proposed becomes theirs.

    Raises `PromotedBefore`, `NominatedBefore`, `RefusedBefore`, or `Invalid` without a reason.
    """
    require(person, "nomination.make", answer)
    why = text.clean_line(why, LONGEST_WHY)
    if len(why) < 5:
        raise Invalid("Say in a line why others should work by it.", "why")
    _hold(answer)
    if practice_of(answer) is not None:
        raise PromotedBefore()
    latest = latest_of(answer)
    if latest is not None and latest.decided_at is None:
        if latest.by_id is not None:
            raise NominatedBefore()
        latest.by_id, latest.why = person.id, why
        return latest
    if latest is not None and not _has_changed(answer, since=latest):
        raise RefusedBefore()
    return _add(answer, by=person, why=why)


def refuse(moderator: Person, nomination: Nomination, *, reason: str, words: str) -> None:
    """Decide that it does not become a best practice. Whoever nominated it is told why.

    Raises `Invalid` without a reason of the list or without words, `Decided` when somebody was faster.
    """
    require(moderator, "nomination.decide", nomination.post)
    answer = nomination.post
    if reason not in REFUSALS:
        raise Invalid("Choose a reason.", "reason")
    words = text.clean_line(words, 500)
    if len(words) < 5:
        raise Invalid("Say in your own words what is missing: whoever nominated it reads this.", "words")
    if not _decide(nomination.post_id, moderator.id, "refused", reason=reason, words=words):
        raise Decided()
    db.session.refresh(nomination)
    nomination.seen_version, nomination.seen_worked = answer.version, getattr(answer, "worked", 0)
    publish(NominationRefused(post_id=answer.id, nomination_id=nomination.id, reason=reason), actor=moderator)


@listener(at_once=True)
def settle_nomination(event: PracticePromoted) -> None:
    """What became a practice, nominated or not, waits for nobody any more."""
    practice = db.session.get_one(Practice, event.post_id)
    _decide(event.source_id, practice.promoted_by_id, "promoted")


@listener(at_once=True)
def propose_what_helped(event: OutcomeGiven) -> None:
    """An answer that met the needs of two people is proposed; its own author's word does not count."""
    if event.outcome != "resolved" or event.answer_id is None:
        return
    answer = db.session.get_one(Answer, event.answer_id)
    helped = _people_helped(answer)
    if helped >= PEOPLE_HELPED:
        propose(answer, HELPED % {"number": helped})


@listener(at_once=True)
def propose_what_is_asked_again(event: QuestionsMerged) -> None:
    """The accepted answer to a question that three others were merged into is proposed."""
    question = db.session.get_one(Question, event.into_id)
    if question.times_asked > DUPLICATES and question.accepted_answer_id is not None:
        answer = db.session.get_one(Answer, question.accepted_answer_id)
        propose(answer, ASKED_AGAIN % {"number": question.times_asked})


def propose(answer: Answer, why: str) -> None:
    """Nominate an answer in nobody's name; nothing where it was nominated or promoted before, whatever came of it."""
    _hold(answer)
    if answer.removed_at is None and latest_of(answer) is None and practice_of(answer) is None:
        _add(answer, by=None, why=why)


def latest_of(post: Post) -> Nomination | None:
    """The nomination of a post that waits, else the one decided last."""
    return db.session.scalar(
        select(Nomination).where(Nomination.post_id == post.id).order_by(Nomination.id.desc()).limit(1)
    )


def _add(answer: Answer, *, by: Person | None, why: str) -> Nomination:
    made = Nomination(
        post_id=answer.id,
        by_id=by.id if by else None,
        why=why,
        at=now(),
        seen_version=answer.version,
        seen_worked=answer.worked,
        words="",
    )
    db.session.add(made)
    db.session.flush()
    publish(AnswerNominated(post_id=answer.id, nomination_id=made.id), actor=by)
    return made


def _has_changed(answer: Answer, *, since: Nomination) -> bool:
    """Whether there is something that whoever decided last has not seen."""
    return answer.version > since.seen_version or answer.worked > since.seen_worked


def _people_helped(answer: Answer) -> int:
    query = (
        select(func.count(Need.person_id.distinct()))
        .join(CheckIn, CheckIn.need_id == Need.id)
        .where(CheckIn.answer_id == answer.id, CheckIn.outcome == "resolved", Need.person_id != answer.author_id)
    )
    return db.session.scalar(query) or 0


def _hold(answer: Answer) -> None:
    """Of two who nominate at once the second sees what the first did."""
    db.session.execute(select(Post.id).where(Post.id == answer.id).with_for_update(key_share=True, of=Post.__table__))


def _decide(post_id: int, moderator_id: int, decision: str, **said: Any) -> bool:
    """End the nomination that waits; whether there was one. Of two decisions at once exactly one counts."""
    waiting = update(Nomination).where(Nomination.post_id == post_id, Nomination.decided_at.is_(None))
    ended: Any = db.session.execute(
        waiting.values(decided_at=now(), decided_by_id=moderator_id, decision=decision, **said),
        execution_options={"synchronize_session": "fetch"},
    )
    return bool(ended.rowcount)
