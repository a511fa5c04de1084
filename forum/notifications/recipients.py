"""Who hears of what: one listener for each event, with the people it concerns, the strongest reason first.

Nobody hears of what they did themselves, nobody who has left hears anything, and one event is one note for a person
however many reasons there are. Each listener looks at how things stand when it runs: news that is none any more, and
what the person can no longer act upon, is not told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import joinedload

from forum.answers.answering import AnswerAccepted, AnswerGiven
from forum.answers.models import Answer
from forum.causes.answering import CauseDoubted, DelegateNamed
from forum.causes.duties import CauseOverdue, responsible_ids
from forum.causes.linking import CauseLinked
from forum.causes.models import Cause, CauseTelling
from forum.causes.quoting import QuoteAsked
from forum.causes.stepping import CauseMoved, CauseTold
from forum.causes.stopping import RetirementProposed, StoppedAsked
from forum.commitments.blocking import KeyAsked, KeyPassedUp, KeyReplied
from forum.commitments.committing import CommitmentConfirmed, CommitmentDue, CommitmentMade, CommitmentReported
from forum.commitments.experimenting import ExperimentBacked, ExperimentBegun, ExperimentThanked, ExperimentTold
from forum.commitments.models import Blocker, Commitment
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event, EventRow, PostEvent
from forum.core.jobs import listener
from forum.departments.models import Follow, post_department, post_tag
from forum.impact.introducing import SecondPersonAsked
from forum.impact.models import Introduction
from forum.impact.welcoming import ColleagueInvited
from forum.needs.check_ins import CheckInAsked, OutcomeGiven
from forum.needs.escalating import AcceptancePrompted, Escalated
from forum.needs.handing_over import NeedHandedOver, NeedOffered, OfferDeclined
from forum.needs.inviting import PersonInvited, is_unanswered
from forum.needs.merging import MergeObjected
from forum.needs.models import AnswerInvitation, CheckIn, Handover, Need, met_by_answers
from forum.needs.owning import OwnerNamed, WordDue, WordGiven, WordMissed
from forum.nominations.models import Nomination
from forum.nominations.nominating import AnswerNominated, NominationRefused
from forum.notifications.models import Notification
from forum.notifications.preferences import Frequencies
from forum.notifications.timing import mail_due
from forum.objectives.models import Story
from forum.objectives.telling import StoryReplied, StoryTold
from forum.people.models import Person, Role
from forum.posts.comments import CommentWritten
from forum.posts.models import Comment, Post, Revision, Thanks
from forum.posts.revisions import PostEdited
from forum.posts.thanks import PostThanked
from forum.practices.adapting import PracticeAdapted
from forum.practices.ageing import KeeperAsked, PracticeConfirmed, PracticeDue, PracticeStale
from forum.practices.models import Practice
from forum.practices.promoting import PracticeHandedOver, PracticePromoted, PracticeRetired
from forum.practices.validating import PeerInvited, Validation
from forum.practices.weighing import PracticeContested, PracticeLabelled
from forum.pulse.asking import PulseAsked
from forum.pulse.models import PulseInvitation
from forum.questions.asking import QuestionAsked
from forum.questions.merging import MergeEvent, QuestionsMerged
from forum.questions.models import Merge, Question
from forum.requests.agreeing import RequestAgreed, RequestDiagnosed, RequestProposed
from forum.requests.asking import RequestReceived, RequestWaits
from forum.requests.checking import RequestCheckAsked, RequestChecked
from forum.requests.models import WAITING, Request, RequestCheck
from forum.reviewing.challenging import (
    ChallengeJoined,
    ChallengeOverdue,
    ChallengePassedOn,
    ChallengeSettled,
    PostChallenged,
)
from forum.reviewing.models import Challenge, ChallengeBacking
from forum.teams.leading import people_led_by, stakeholders
from forum.teams.models import Pledge
from forum.teams.pledging import PledgeConfirmed, PledgeDue, PledgeReported
from forum.teams.sending import MonthlyNoteSent

OLD = timedelta(days=14)  # What is told so late comes from a replay or a long standstill: kept as read, never mailed.
AT_ONCE = 500  # rows of one statement: PostgreSQL and SQLite take that many values, and more people are rare

Reason = tuple[str, Iterable[int]]


@listener(atomic=True)
def tell_of_question(event: QuestionAsked) -> None:
    """A question: whoever it mentions, and whoever follows the asker, its topics or its departments.

    Whoever it was asked for is asked whether it is theirs, which says it all.
    """
    asked = db.session.get_one(Question, event.post_id)
    people = [_mentioned(asked), *_followers(event, asked, *LABELS)]
    offered = select(Handover.to_id).where(Handover.question_id == asked.id)
    _tell(event, "question", asked, asked, people, but=db.session.scalars(offered).all())


@listener(atomic=True)
def tell_of_answer(event: AnswerGiven) -> None:
    """An answer: whoever it mentions, the asker, whoever has the same need, and whoever follows the question."""
    given = db.session.get_one(Answer, event.post_id)
    question = db.session.get_one(Question, event.question_id)
    people = [
        _mentioned(given),
        ("asked", [question.author_id]),
        ("shares", _sharing(question)),
        *_followers(event, question, "question"),
    ]
    _tell(event, "answer", given, question, people)


@listener(atomic=True)
def tell_of_acceptance(event: AnswerAccepted) -> None:
    """An accepted answer: whoever wrote it, and the asker when a moderator did it in their place."""
    accepted = db.session.get_one(Answer, event.post_id)
    question = db.session.get_one(Question, event.question_id)
    if question.accepted_answer_id != accepted.id:
        return
    asker = [question.author_id] if event.in_askers_place else []
    people = [("wrote", [accepted.author_id]), ("asked", asker)]
    _tell(event, "outcome", accepted, question, people, but=_told_before(event, accepted))


@listener(atomic=True)
def tell_of_comment(event: CommentWritten) -> None:
    """A comment: whoever it mentions or replies to, who wrote or keeps what it is about, who follows the question."""
    written = db.session.get_one(Comment, event.post_id)
    about, page = db.session.get_one(Post, event.on_id), db.session.get_one(Post, event.page_id)
    replied_to = db.session.get(Comment, written.reply_to_id) if written.reply_to_id else None
    people = [
        _mentioned(written),
        ("replied", [replied_to.author_id] if replied_to else []),
        ("wrote", [about.author_id]),
        ("keeps", [about.owner_id] if isinstance(about, Practice) else []),
        *_followers(event, page, "question", "cause"),
    ]
    _tell(event, "comment", written, page, people)


@listener(atomic=True)
def tell_of_mentions(event: PostEdited) -> None:
    """An edit: only whoever is mentioned now and was not before."""
    edited = db.session.get_one(Post, event.post_id)
    _tell(event, "mention", edited, _page_of(edited), [_mentioned(edited, event.version)])


@listener(atomic=True)
def tell_of_practice(event: PracticePromoted) -> None:
    """A new practice: who wrote it, nominated it, asked, has the same need, tried it or keeps it, and who follows the
    question, its topics or departments."""
    made = db.session.get_one(Practice, event.post_id)
    question = db.session.get_one(Question, event.question_id)
    people = [
        ("wrote", [made.author_id]),
        ("nominated", _nominators(made)),
        ("asked", [question.author_id]),
        ("shares", _sharing(question)),
        ("tried", _triers(made)),
        ("keeps", _new_keeper(made)),
        *_followers(event, question, "question"),
        *_followers(event, made, "tag", "department"),
    ]
    _tell(event, "practice", made, made, people)


@listener(atomic=True)
def tell_of_nomination(event: AnswerNominated) -> None:
    """A nominated answer: the moderators, one of whom decides, while it waits; but whoever wrote it."""
    nomination = db.session.get_one(Nomination, event.nomination_id)
    if nomination.decided_at is None:
        answer = db.session.get_one(Post, event.post_id)
        people = [("moderates", _moderators())]
        _tell(event, "nomination", answer, _page_of(answer), people, but=[answer.author_id])


@listener(atomic=True)
def tell_of_refusal(event: NominationRefused) -> None:
    """A refused nomination: whoever nominated it, with the reason."""
    nomination = db.session.get_one(Nomination, event.nomination_id)
    answer = db.session.get_one(Post, event.post_id)
    nominator = [nomination.by_id] if nomination.by_id else []
    _tell(event, "practice", answer, _page_of(answer), [("nominated", nominator)])


@listener(atomic=True)
def tell_of_checking(event: PeerInvited) -> None:
    """A new practice that somebody is asked to check: that person, unless they have said already what they think."""
    practice = db.session.get_one(Practice, event.post_id)
    asked = select(Validation.id).where(
        Validation.practice_id == practice.id, Validation.person_id == event.person_id, Validation.verdict.is_(None)
    )
    if db.session.scalar(asked) is not None:
        _tell(event, "practice", practice, practice, [("peer", [event.person_id])])


@listener(atomic=True)
def tell_of_variant(event: PracticeAdapted) -> None:
    """A practice was adapted: who wrote or keeps the original, and who follows its topics or departments."""
    made, original = db.session.get_one(Practice, event.post_id), db.session.get_one(Practice, event.original_id)
    people = [
        ("inspired", [original.author_id]),
        ("keeps_original", [original.owner_id]),
        *_followers(event, made, "tag", "department"),
    ]
    _tell(event, "practice", made, made, people)


@listener(atomic=True)
def tell_of_date(event: PracticeDue) -> None:
    """The date of a practice has come: whoever keeps it, and the moderators; while nobody has looked at it."""
    practice = db.session.get_one(Practice, event.post_id)
    if practice.asked_at is not None and practice.retired_at is None:
        _tell_of_upkeep(event, practice)


@listener(atomic=True)
def tell_of_age(event: PracticeStale) -> None:
    """A practice counts as out of date: whoever keeps it, and the moderators; while it does."""
    practice = db.session.get_one(Practice, event.post_id)
    if practice.stale_since is not None and practice.retired_at is None:
        _tell_of_upkeep(event, practice)


@listener(atomic=True)
def tell_of_asking(event: KeeperAsked) -> None:
    """A moderator asks whether a practice still holds: whoever keeps it."""
    practice = db.session.get_one(Practice, event.post_id)
    if practice.retired_at is None:
        _tell(event, "review", practice, practice, [("keeps", [practice.owner_id])])


@listener(atomic=True)
def tell_of_review(event: PracticeConfirmed) -> None:
    """Somebody else than its keeper found that a practice holds: whoever keeps it."""
    practice = db.session.get_one(Practice, event.post_id)
    _tell(event, "practice", practice, practice, [("keeps", [practice.owner_id])])


@listener(atomic=True)
def tell_of_keeper(event: PracticeHandedOver) -> None:
    """A practice got somebody new who looks after it: that person, once."""
    practice = db.session.get_one(Practice, event.post_id)
    _tell(event, "practice", practice, practice, [("keeps", _new_keeper(practice))])


@listener(atomic=True)
def tell_of_retirement(event: PracticeRetired) -> None:
    """A practice that is recommended no longer: who wrote it and who keeps it."""
    retired = db.session.get_one(Practice, event.post_id)
    _tell(event, "practice", retired, retired, [("wrote", [retired.author_id]), ("keeps", [retired.owner_id])])


@listener(atomic=True)
def tell_of_label(event: PracticeLabelled) -> None:
    """A practice that is Proven, or is so no more: who wrote it and who keeps it, unless that has changed again."""
    practice = db.session.get_one(Practice, event.post_id)
    if "proven" in (event.before, event.after) and practice.label == event.after:
        _tell(event, "practice", practice, practice, [("wrote", [practice.author_id]), ("keeps", [practice.owner_id])])


@listener(atomic=True)
def tell_of_contest(event: PracticeContested) -> None:
    """A practice that works for most does not in one department: who keeps it, to find out what is different there."""
    practice = db.session.get_one(Practice, event.post_id)
    _tell(event, "review", practice, practice, [("keeps", [practice.owner_id])])


@listener(atomic=True)
def tell_of_thanks(event: PostThanked) -> None:
    """Thanks: whoever wrote what they are for. Taking them back and giving them again is told once."""
    thanked = db.session.get_one(Post, event.post_id)
    standing = select(Thanks.id).where(Thanks.post_id == thanked.id, Thanks.by_id == _row(event).actor_id)
    if db.session.scalar(standing) is not None:
        people = [("wrote", [thanked.author_id])]
        _tell(event, "thanks", thanked, _page_of(thanked), people, but=_told_before(event, thanked))


@listener(atomic=True)
def tell_of_invitation(event: PersonInvited) -> None:
    """An invitation to help: whoever is invited, unless they have replied already."""
    unanswered = (AnswerInvitation.id == event.invitation_id, is_unanswered())
    if db.session.scalar(select(AnswerInvitation.id).where(*unanswered)) is not None:
        question = db.session.get_one(Question, event.post_id)
        _tell(event, "invitation", question, question, [("invited", [event.person_id])])


@listener(atomic=True)
def tell_of_check_in(event: CheckInAsked) -> None:
    """A check-in or its reminder: whoever has the need, while they can still reply."""
    check_in = db.session.get_one(CheckIn, event.check_in_id)
    need = _need(check_in.need_id)
    if need.state == "due" and need.round == check_in.round and need.person_id == event.person_id:
        about = db.session.get_one(Post, check_in.answer_id or event.post_id)
        _tell(event, "check_in", about, _page_of(about), [("needs", [need.person_id])], need=need)


@listener(atomic=True)
def tell_of_outcome(event: OutcomeGiven) -> None:
    """What became of an answer: whoever gave it. Silence is no outcome and is not told."""
    if event.answer_id is not None and event.outcome != "no_reply":
        answer = db.session.get_one(Answer, event.answer_id)
        _tell(event, "outcome", answer, _page_of(answer), [("wrote", [answer.author_id])])


@listener(atomic=True)
def tell_of_merge(event: QuestionsMerged) -> None:
    """A merged question: whoever asked it, and whoever has the same need, while it is merged."""
    asked = db.session.get_one(Question, event.post_id)
    if asked.merged_into_id is not None:
        page = db.session.get_one(Question, asked.merged_into_id)
        shares = select(Need.person_id).where(Need.merged_from_id == asked.id, Need.origin == "me_too")
        people = [("asked", [asked.author_id]), ("shares", db.session.scalars(shares).all())]
        _tell(event, "answer", asked, page, people)


@listener(atomic=True)
def tell_of_objection(event: MergeObjected) -> None:
    """The asker of a merged question objects: whoever merged it, and the moderators, one of whom decides."""
    merge = db.session.get_one(Merge, event.merge_id)
    asked = db.session.get_one(Question, event.post_id)
    if merge.is_contested and asked.merged_into_id is not None:
        people = [("merged", [merge.by_id]), ("decides", _moderators())]
        _tell(event, "comment", asked, db.session.get_one(Question, asked.merged_into_id), people)


@listener(atomic=True)
def tell_of_decision(event: MergeEvent) -> None:
    """Two questions are taken apart, or stay merged: whoever asked the one, and whoever merged them."""
    merge = db.session.get_one(Merge, event.merge_id)
    asked = db.session.get_one(Question, event.post_id)
    page = db.session.get_one(Question, asked.merged_into_id or asked.id)
    _tell(event, "answer", asked, page, [("asked", [asked.author_id]), ("merged", [merge.by_id])])


@listener(atomic=True)
def tell_of_escalation(event: Escalated) -> None:
    """Nobody has answered yet: the asker, when that brought about anything, and the moderators, who name somebody."""
    need = _need(event.need_id)
    if not need.is_waiting:
        return
    question = db.session.get_one(Question, event.post_id)
    if event.asked or event.step == "owner":
        _tell(event, "waiting", question, question, [(_whose(need), [need.person_id])], need=need)
    if event.step in FOR_MODERATORS and need.owner_id is None:
        people = [("moderates", _moderators())]
        _tell(event, FOR_MODERATORS[event.step], question, question, people, need=need, but=[need.person_id])


@listener(atomic=True)
def tell_of_owner(event: OwnerNamed) -> None:
    """Somebody stays with an open problem: the asker, and that person."""
    _tell_of_staying(event)


@listener(atomic=True)
def tell_of_word(event: WordGiven) -> None:
    """What has happened so far with an open problem: the asker, and the owner when a moderator said it."""
    _tell_of_staying(event)


@listener(atomic=True)
def tell_of_due_word(event: WordDue) -> None:
    """The day of a promise: the owner, while it stands."""
    need = _need(event.need_id)
    if _still_promised(need, event):
        question = db.session.get_one(Question, event.post_id)
        _tell(event, "word", question, question, [("stays", [event.owner_id])], need=need)


@listener(atomic=True)
def tell_of_missed_word(event: WordMissed) -> None:
    """A day that passed without a word: the moderators; to the one who promised it in the second person."""
    need = _need(event.need_id)
    if _still_promised(need, event):
        question = db.session.get_one(Question, event.post_id)
        moderators = _moderators()
        people = [("stays", {event.owner_id} & set(moderators)), ("moderates", moderators)]
        _tell(event, "problem", question, question, people, need=need, but=[need.person_id])


@listener(atomic=True)
def tell_of_prompt(event: AcceptancePrompted) -> None:
    """A word to mark the answer that helped: the asker, while there is something to mark."""
    asked = (Need.question_id == event.post_id, Need.person_id == event.person_id, Need.origin == "asked")
    need = db.session.scalar(_fresh(select(Need).where(*asked, Need.merged_from_id.is_(None))))
    if need is not None and need.state == "answered":
        question = db.session.get_one(Question, event.post_id)
        _tell(event, "prompt", question, question, [("asked", [need.person_id])], need=need)


@listener(atomic=True)
def tell_of_offer(event: NeedOffered) -> None:
    """A question that was asked for somebody: that colleague, unless they have replied already."""
    handover = db.session.scalars(_fresh(select(Handover).where(Handover.id == event.handover_id))).one()
    if handover.replied_at is None:
        question = db.session.get_one(Question, event.post_id)
        _tell(event, "invitation", question, question, [("offered", [handover.to_id])])


@listener(atomic=True)
def tell_of_handover(event: NeedHandedOver) -> None:
    """The colleague says that it is theirs: whoever wrote it down."""
    _tell_typist(event, event.handover_id)


@listener(atomic=True)
def tell_of_decline(event: OfferDeclined) -> None:
    """The colleague says that it is not theirs: whoever wrote it down, and still has it."""
    _tell_typist(event, event.handover_id)


@listener(atomic=True)
def tell_of_commitment(event: CommitmentMade) -> None:
    """What somebody will do: whom they named to do it together."""
    _tell_of_commitment(event, [("with", _named(event.with_id))], while_open=True)


@listener(atomic=True)
def tell_of_due_commitment(event: CommitmentDue) -> None:
    """The day is over: whoever said what they would do, while it can be told."""
    _tell_of_commitment(event, [("committed", [event.person_id])], while_open=True)


@listener(atomic=True)
def tell_of_report(event: CommitmentReported) -> None:
    """What became of it: whoever was named to do it together. Silence is not told."""
    if event.state != "no_reply":
        _tell_of_commitment(event, [("with", _named(event.with_id))])


@listener(atomic=True)
def tell_of_confirmation(event: CommitmentConfirmed) -> None:
    """It is confirmed: whoever said that they would do it."""
    _tell_of_commitment(event, [("committed", [event.person_id])])


@listener(atomic=True)
def tell_of_experiment(event: ExperimentBegun) -> None:
    """Something is tried: whoever wrote the page that it is about, and whoever keeps that practice."""
    page = db.session.get_one(Post, event.post_id)
    keeps = [page.owner_id] if isinstance(page, Practice) else []
    _tell_of_commitment(event, [("keeps", keeps), ("wrote", [page.author_id])])


@listener(atomic=True)
def tell_of_result(event: ExperimentTold) -> None:
    """What came of it: whoever backs it, wrote the page, or keeps that practice."""
    page = db.session.get_one(Post, event.post_id)
    keeps = [page.owner_id] if isinstance(page, Practice) else []
    people: list[Reason] = [("backs", _named(event.sponsor_id)), ("keeps", keeps), ("wrote", [page.author_id])]
    _tell_of_commitment(event, people)


@listener(atomic=True)
def tell_of_backing(event: ExperimentBacked | ExperimentThanked) -> None:
    """Somebody backs an experiment, or says thank you for it: whose it is."""
    _tell_of_commitment(event, [("committed", [event.person_id])])


@listener(atomic=True)
def tell_of_key(event: KeyAsked | KeyPassedUp) -> None:
    """Something stands in the way: whoever has the key, or is one level up, while it does."""
    blocker = db.session.get_one(Blocker, event.blocker_id)
    people: Reason = ("one_up", [event.to_id]) if isinstance(event, KeyPassedUp) else ("holds", [event.holder_id])
    if not blocker.is_waiting:
        return
    if event.commitment_id is not None:
        _tell_of_commitment(event, [people], kind="key", while_open=True)
    else:
        _tell(event, "key", None, None, [people])


@listener(atomic=True)
def tell_of_key_reply(event: KeyReplied) -> None:
    """The way is open, or cannot be: whoever asked."""
    asker = [db.session.get_one(Blocker, event.blocker_id).person_id]
    if event.commitment_id is not None:
        _tell_of_commitment(event, [("committed", asker)])
    else:
        _tell(event, "key", None, None, [("needs_key", asker)])


@listener(atomic=True)
def tell_of_pulse(event: PulseAsked) -> None:
    """The pulse: whose turn it is, unless they have replied meanwhile."""
    invitation = db.session.get_one(PulseInvitation, (event.round_id, event.person_id))
    if not invitation.has_replied:
        _tell(event, "pulse", None, None, [("turn", [event.person_id])])


@listener(atomic=True)
def tell_of_pledge(event: PledgeDue | PledgeReported | PledgeConfirmed) -> None:
    """A pledge: its maker, when its time is over or somebody confirms it; the team, when its maker tells of it."""
    pledge = db.session.get_one(Pledge, event.pledge_id)
    team: Reason = ("team", people_led_by(pledge.person_id))
    people = team if isinstance(event, PledgeReported) else ("pledged", [pledge.person_id])
    if not isinstance(event, PledgeDue) or pledge.is_open:
        _tell(event, "commitment", None, None, [people])


@listener(atomic=True)
def tell_of_month(event: MonthlyNoteSent) -> None:
    """The note of a month: everybody who answers for a department."""
    _tell(event, "monthly", None, None, [("answers_for", stakeholders())])


@listener(atomic=True)
def tell_of_challenge(event: PostChallenged) -> None:
    """Somebody says that it no longer works: whoever owes the reply, and whoever wrote it."""
    challenged = _challenge(event.challenge_id)
    if challenged.outcome is None:
        post = db.session.get_one(Post, event.post_id)
        _tell(event, "challenge", post, _page_of(post), [_owing(challenged, post)])
        _tell(event, "outcome", post, _page_of(post), [("wrote", [post.author_id])], but=[challenged.owner_id])


@listener(atomic=True)
def tell_of_joining(event: ChallengeJoined) -> None:
    """Somebody else sees the same: whoever owes the reply, while it is owed."""
    _tell_owing(event)


@listener(atomic=True)
def tell_of_passing_on(event: ChallengePassedOn) -> None:
    """A practice that stands challenged got a new owner: that person."""
    _tell_owing(event)


@listener(atomic=True)
def tell_of_overdue(event: ChallengeOverdue) -> None:
    """Nobody replied in time: the moderators, one of whom decides, and once more whoever owes it."""
    challenged = _challenge(event.challenge_id)
    _tell_owing(event)
    if challenged.outcome is None:
        post = db.session.get_one(Post, event.post_id)
        own = [challenged.by_id, challenged.owner_id]  # Nobody decides what they said themselves.
        _tell(event, "upkeep", post, _page_of(post), [("moderates", _moderators())], but=own)


@listener(atomic=True)
def tell_of_reply(event: ChallengeSettled) -> None:
    """What came of a challenge: whoever made it, whoever joined it, and who wrote or keeps what it was about."""
    challenged, post = _challenge(event.challenge_id), db.session.get_one(Post, event.post_id)
    if challenged.outcome != event.outcome:
        return  # Replied to again meanwhile; that is told.
    joined = select(ChallengeBacking.person_id).where(ChallengeBacking.challenge_id == challenged.id)
    people = [
        ("challenged", [challenged.by_id]),
        ("agrees", db.session.scalars(joined).all()),
        _owing(challenged, post),
        ("wrote", [post.author_id]),
    ]
    _tell(event, "outcome", post, _page_of(post), people)


@listener(atomic=True)
def tell_of_cause_link(event: CauseLinked) -> None:
    """A question has a cause: whoever asked it, who can say that theirs was something else."""
    cause, question = db.session.get_one(Cause, event.post_id), db.session.get(Question, event.linked_id)
    if event.link and question is not None:
        _tell(event, "cause", cause, cause, [("linked", [question.author_id])])


@listener(atomic=True)
def tell_of_cause(event: CauseTold) -> None:
    """A step of a cause: everybody who asked or needs the same, who put it into words, owns it too, or follows it."""
    cause = db.session.get_one(Cause, event.post_id)
    asked = select(CauseTelling.person_id).where(CauseTelling.step_id == event.step_id)
    people = [
        ("linked", db.session.scalars(asked).all()),
        ("co_owns", _named(cause.co_owner_id)),
        ("suspected", [cause.author_id]),
        *_followers(event, cause, "cause"),
    ]
    _tell(event, "cause", cause, cause, people, but=_answering(event, cause))


@listener(atomic=True)
def tell_of_cause_duty(event: CauseMoved) -> None:
    """A cause is its department's to answer, or has stopped: whoever speaks for that department."""
    cause = db.session.get_one(Cause, event.post_id)
    if event.kind in OWED and cause.state == event.after:
        kind = "cause" if event.kind == "verified" else "cause_asked"
        _tell(event, kind, cause, cause, [("answers_for", responsible_ids(cause))])


@listener(atomic=True)
def tell_of_late_cause(event: CauseOverdue) -> None:
    """Nobody has said anything in time: one level up, once, and whoever owes it."""
    cause = db.session.get_one(Cause, event.post_id)
    if cause.overdue_at is not None and cause.state == event.state:
        people: list[Reason] = [("answers_for", responsible_ids(cause)), ("one_up", event.up_ids)]
        _tell(event, "cause_asked", cause, cause, people)


@listener(atomic=True)
def tell_of_doubt(event: CauseDoubted) -> None:
    """Somebody does not accept that it stays: whoever speaks for the department."""
    cause = db.session.get_one(Cause, event.post_id)
    _tell(event, "cause", cause, cause, [("answers_for", responsible_ids(cause))])


@listener(atomic=True)
def tell_of_delegate(event: DelegateNamed) -> None:
    """Somebody may speak for the department: that person."""
    cause = db.session.get_one(Cause, event.post_id)
    _tell(event, "cause_asked", cause, cause, [("answers_for", [event.person_id])])


@listener(atomic=True)
def tell_of_quote(event: QuoteAsked) -> None:
    """Somebody would like to quote: whose words they are."""
    cause = db.session.get_one(Cause, event.post_id)
    _tell(event, "cause_asked", cause, cause, [("linked", [event.person_id])])


@listener(atomic=True)
def tell_of_stopping(event: StoppedAsked) -> None:
    """Has it stopped? Whoever asked, while it is said to be fixed."""
    cause = db.session.get_one(Cause, event.post_id)
    if cause.effect_on is not None:
        _tell(event, "cause_asked", cause, cause, [("linked", [event.person_id])])


@listener(atomic=True)
def tell_of_retiring(event: RetirementProposed) -> None:
    """What a practice works around is gone: whoever keeps it, and the moderators, one of whom decides."""
    practice = db.session.get_one(Practice, event.post_id)
    if practice.retired_at is None:
        _tell(event, "review", practice, practice, [("keeps", [practice.owner_id])])
        _tell(event, "upkeep", practice, practice, [("moderates", _moderators())], but=[practice.owner_id])


@listener(atomic=True)
def tell_of_introduction(event: SecondPersonAsked) -> None:
    """Somebody is asked to be the second person whom a department can turn to: that person, until they have replied."""
    introduction = db.session.get_one(Introduction, event.introduction_id)
    if introduction.state == "asked":
        question = db.session.get_one(Question, event.post_id)
        _tell(event, "invitation", question, question, [("second", [event.person_id])])


@listener(atomic=True)
def tell_of_welcome(event: ColleagueInvited) -> None:
    """A warm invitation: whoever never brought a need here, unless they have meanwhile."""
    if db.session.scalar(select(Need.id).where(Need.person_id == event.person_id).limit(1)) is None:
        _tell(event, "welcome", None, None, [("colleague", [event.person_id])])


@listener(atomic=True)
def tell_of_story(event: StoryTold) -> None:
    """A story: whoever is named to say whether it is so, while they have not."""
    story = db.session.get_one(Story, event.story_id)
    if story.is_true is None and story.removed_at is None:
        page = db.session.get_one(Post, event.post_id)
        _tell(event, "story", page, page, [("witness", [event.witness_id])])


@listener(atomic=True)
def tell_of_story_reply(event: StoryReplied) -> None:
    """Somebody said whether a story is so: whoever told it; when it is so, also who wrote or keeps what it is about."""
    story, page = db.session.get_one(Story, event.story_id), db.session.get_one(Post, event.post_id)
    if story.removed_at is None:
        keeps = [page.owner_id] if isinstance(page, Practice) else []
        others = [("wrote", [page.author_id]), ("keeps", keeps)] if event.is_true else []
        _tell(event, "story", page, page, [("told", [story.by_id]), *others])


@listener(atomic=True)
def tell_of_request(event: RequestReceived | RequestWaits) -> None:
    """Somebody asks for a course, or still waits: the moderators, and the champions of their department."""
    request = db.session.get_one(Request, event.post_id)
    if request.state in WAITING:
        champions = select(Role.person_id).where(Role.name == "champion", Role.until.is_(None))
        near = db.session.scalars(champions.where(Role.department_id == request.author_department_id)).all()
        people = [("moderates", _moderators()), ("champions", near)]
        _tell(event, "request", request, request, people, but=[request.author_id])


@listener(atomic=True)
def tell_of_request_step(event: RequestDiagnosed | RequestProposed | RequestAgreed | RequestChecked) -> None:
    """A request has gone on: whoever asked, and whoever looks after it from the other side; what is proposed only
    while it waits for a reply."""
    request = db.session.get_one(Request, event.post_id)
    if isinstance(event, RequestProposed) and request.state != "proposed":
        return
    people = [("requested", [request.author_id]), ("other_side", _named(request.owner_id))]
    _tell(event, "request", request, request, people)


@listener(atomic=True)
def tell_of_request_check(event: RequestCheckAsked) -> None:
    """Whether what was agreed helped: whoever is asked, while they have not said."""
    check = db.session.get_one(RequestCheck, event.check_id)
    if check.reply is None:
        request = db.session.get_one(Request, event.post_id)
        reason = "requested" if check.side == "requester" else "concerned"
        _tell(event, "request", request, request, [(reason, [event.person_id])])


LABELS = ("person", "tag", "department")  # By whom, about what, for whom: the closest first.
KIND_OF_REASON = {"mentioned": "mention"}
OWED = ("signalled", "challenged", "recurred", "verified")  # steps of which a department is told as its own
FOR_MODERATORS = {"others": "unanswered", "owner": "problem"}  # Which steps of waiting moderators are told, as what.


def _tell(
    event: Event,
    kind: str,
    about: Post | None,
    page: Post | None,
    people: Sequence[Reason],
    *,
    need: Need | None = None,
    but: Collection[int] = (),
) -> None:
    """Write a note to everybody concerned about something on a page, or about no post at all; twice is once."""
    row = _row(event)
    if any(post is not None and post.removed_at is not None for post in (about, page)):
        return
    reasons: dict[int, list[str]] = {}
    for reason, ids in people:
        for id in ids:
            reasons.setdefault(id, []).append(reason)
    for already in (row.actor_id, *but):
        reasons.pop(already or 0, None)
    if need is not None:
        _put_earlier_away(event, kind, need)
    shared = {
        "event_id": row.id,
        "actor_id": row.actor_id,
        "post_id": about.id if about else None,
        "page_id": page.id if page else None,
        "need_id": need.id if need else None,
        "created_at": row.at,
        "read_at": row.at if row.at < now() - OLD else None,
    }
    _write([{**shared, **note} for note in _notes(kind, reasons, since=row.at)])


def _tell_of_commitment(
    event: Any, people: Sequence[Reason], *, kind: str = "commitment", while_open: bool = False
) -> None:
    commitment = db.session.get_one(Commitment, event.commitment_id)
    if commitment.is_open or not while_open:
        page = db.session.get_one(Post, event.post_id)
        _tell(event, kind, page, page, people)


def _answering(event: CauseTold, cause: Cause) -> Sequence[int]:
    """Whoever speaks for the department is told of what it owes, and not of the same once more."""
    return responsible_ids(cause) if event.kind in OWED else []


def _named(person_id: int | None) -> Sequence[int]:
    return [person_id] if person_id is not None else []


def _tell_of_upkeep(event: PracticeDue | PracticeStale, practice: Practice) -> None:
    _tell(event, "review", practice, practice, [("keeps", [practice.owner_id])])
    _tell(event, "upkeep", practice, practice, [("moderates", _moderators())], but=[practice.owner_id])


def _tell_owing(event: ChallengeJoined | ChallengePassedOn | ChallengeOverdue) -> None:
    challenged = _challenge(event.challenge_id)
    if challenged.outcome is None:
        post = db.session.get_one(Post, event.post_id)
        _tell(event, "challenge", post, _page_of(post), [_owing(challenged, post)])


def _owing(challenged: Challenge, post: Post) -> Reason:
    """Whoever owes a challenge its reply, and why it is them."""
    return "keeps" if isinstance(post, Practice) else "wrote", [challenged.owner_id]


def _challenge(id: int) -> Challenge:
    return db.session.scalars(_fresh(select(Challenge).where(Challenge.id == id))).one()


def _tell_typist(event: PostEvent, handover_id: int) -> None:
    handover, question = db.session.get_one(Handover, handover_id), db.session.get_one(Question, event.post_id)
    _tell(event, "waiting", question, question, [("typed", [handover.from_id])])


def _notes(kind: str, reasons: dict[int, list[str]], *, since: datetime) -> Iterable[dict[str, Any]]:
    """For each person who is here: the strongest reason of which they wish to hear, and when that is mailed."""
    frequencies = Frequencies(reasons)
    here = select(Person).where(Person.id.in_(list(reasons)), Person.left_at.is_(None)).order_by(Person.id)
    for person in db.session.scalars(here.options(joinedload(Person.department))):
        for reason in reasons[person.id]:
            of_reason = KIND_OF_REASON.get(reason, kind)
            frequency = frequencies.of(person.id, of_reason)
            if frequency != "off":
                due = mail_due(frequency, person, since)
                yield {"person_id": person.id, "kind": of_reason, "reason": reason, "mail_due_at": due}
                break


def _write(notes: list[dict[str, Any]]) -> None:
    insert = sqlite_insert if db.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    for start in range(0, len(notes), AT_ONCE):
        rows = insert(Notification).values(notes[start : start + AT_ONCE])
        db.session.execute(rows.on_conflict_do_nothing(index_elements=["person_id", "event_id"]))


def _put_earlier_away(event: Event, kind: str, need: Need) -> None:
    """A reminder takes the place of what it reminds of: one line in the inbox for what is asked once."""
    earlier = (Notification.need_id == need.id, Notification.kind == kind, Notification.event_id < event.event_id)
    standing = update(Notification).where(*earlier, Notification.done_at.is_(None))
    db.session.execute(standing.values(done_at=now(), read_at=now()))


def _mentioned(post: Post, version: int = 1) -> Reason:
    """Whoever this version of a post mentions and the one before it did not."""
    handles = _handles(post, version) - _handles(post, version - 1)
    found = db.session.scalars(select(Person.id).where(Person.handle.in_(sorted(handles)))).all() if handles else []
    return "mentioned", found


def _tell_of_staying(event: OwnerNamed | WordGiven) -> None:
    need = _need(event.need_id)
    if need.is_waiting and need.owner_id == event.owner_id:
        question = db.session.get_one(Question, event.post_id)
        people = [("stays", [event.owner_id]), (_whose(need), [need.person_id])]
        _tell(event, "waiting", question, question, people, need=need)


def _whose(need: Need) -> str:
    """The reason for which whoever has a need is told that it waits."""
    return "asked" if need.origin == "asked" else "needs"


def _moderators() -> Sequence[int]:
    roles = select(Role.person_id).where(Role.name == "moderator", Role.until.is_(None))
    return db.session.scalars(roles.distinct()).all()


def _still_promised(need: Need, event: WordDue | WordMissed) -> bool:
    """Whether an open problem still waits for what was promised for that day."""
    promised = need.next_on is not None and need.next_on.isoformat() == event.next_on
    return need.state == "open_problem" and need.owner_id == event.owner_id and promised


def _new_keeper(practice: Practice) -> Sequence[int]:
    """Whoever looks after a practice, unless they have been told so, or that it was made of their words."""
    known = (Notification.page_id == practice.id, Notification.reason.in_(("keeps", "wrote")))
    told = select(Notification.id).where(Notification.person_id == practice.owner_id, *known)
    return [practice.owner_id] if db.session.scalar(told.limit(1)) is None else []


def _nominators(practice: Practice) -> Sequence[int]:
    """Whoever nominated what a practice was made of, also when that was refused at first."""
    nominated = db.session.scalars(select(Nomination.by_id).where(Nomination.post_id == practice.source_id).distinct())
    return [id for id in nominated if id is not None]


def _triers(practice: Practice) -> Sequence[int]:
    """Whoever tried the answer that a practice was made of: asked about it, whatever came of it."""
    tried = select(Need.person_id).join(CheckIn, CheckIn.need_id == Need.id)
    return db.session.scalars(tried.where(CheckIn.answer_id == practice.source_id).distinct()).all()


def _sharing(question: Question) -> Sequence[int]:
    """Whoever has the same need, also in other words, or tried in vain what was known already."""
    shared = (Need.question_id == question.id, met_by_answers(), Need.state != "withdrawn")
    return db.session.scalars(select(Need.person_id).where(*shared, Need.person_id != question.author_id)).all()


def _followers(event: PostEvent, post: Post, *kinds: str) -> list[Reason]:
    """Who followed the post, its author, its topics or its departments when it happened; one reason for each kind."""
    followed: dict[str, Any] = {
        "question": [post.id],
        "cause": [post.id],
        "person": [post.author_id],
        "tag": select(post_tag.c.tag_id).where(post_tag.c.post_id == post.id),
        "department": select(post_department.c.department_id).where(post_department.c.post_id == post.id),
    }
    wanted = or_(*(and_(Follow.kind == kind, Follow.followed_id.in_(followed[kind])) for kind in kinds))
    query = select(Follow.kind, Follow.person_id).where(wanted, Follow.since <= _row(event).at)
    found = db.session.execute(query).all()
    return [(f"follows_{kind}", [person_id for of, person_id in found if of == kind]) for kind in kinds]


def _told_before(event: PostEvent, about: Post) -> Collection[int]:
    """Whoever was told that the same person did the same to the same post."""
    row = _row(event)
    same = (Notification.post_id == about.id, Notification.actor_id == row.actor_id, EventRow.name == row.name)
    earlier = select(Notification.person_id).join(EventRow, EventRow.id == Notification.event_id)
    return db.session.scalars(earlier.where(*same, Notification.event_id != row.id)).all()


def _row(event: Event) -> EventRow:
    return db.session.get_one(EventRow, event.event_id)


def _page_of(post: Post) -> Post:
    """The question or practice on whose page a post stands; itself for one of these."""
    if isinstance(post, Answer):
        return db.session.get_one(Post, post.question_id)
    return db.session.get_one(Post, post.page_id) if isinstance(post, Comment) else post


def _handles(post: Post, version: int) -> set[str]:
    kept = select(Revision.texts).where(Revision.post_id == post.id, Revision.number == version)
    texts = db.session.scalar(kept) if version else None
    return text.mentioned_handles(texts["body"]) if texts else set()


def _need(id: int) -> Need:
    return db.session.scalars(_fresh(select(Need).where(Need.id == id))).one()


def _fresh(query: Any) -> Any:
    """Read as the row is now, and hold it: whoever moves it on meanwhile finds the note that is written here."""
    return query.with_for_update().execution_options(populate_existing=True)
