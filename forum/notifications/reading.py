"""When a note is read, and when it is done: by the person, or because there is nothing left to do."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from forum.answers.answering import AnswerGiven
from forum.answers.merging import posts_of
from forum.answers.models import Answer
from forum.causes.quoting import QuoteAnswered
from forum.causes.stepping import CauseMoved
from forum.causes.stopping import StoppedReplied
from forum.chats.planning import ChatCalledOff
from forum.chats.running import ChatOpened, TurnApproved, TurnStruck, TurnTakenBack, waiting
from forum.chats.summing_up import ChatSummarised
from forum.commitments.blocking import KeyAsked, KeyReplied, KeyWithdrawn
from forum.commitments.committing import CommitmentDue, CommitmentReported
from forum.core.clock import now
from forum.core.db import db
from forum.core.events import EventRow
from forum.core.jobs import listener
from forum.core.permissions import require
from forum.impact.silos.introducing import SecondPersonReplied
from forum.moderation.deciding import CaseDecided
from forum.moderation.intervening import InterventionConfirmed, InterventionLapsed, InterventionLifted
from forum.moderation.suggesting import SuggestionDecided
from forum.needs.handing_over import NeedHandedOver, OfferDeclined
from forum.needs.inviting import InvitationReplied
from forum.needs.ledger import NeedMoved, NeedOpened
from forum.needs.models import WAITING, AnswerInvitation, Handover, Need
from forum.needs.owning import OwnerNamed, WordGiven
from forum.nominations.nominating import NominationRefused
from forum.nominations.reminding import NominationOverdue
from forum.notifications.models import Notification, awake
from forum.objectives.telling import StoryRemoved, StoryReplied
from forum.people.changing import RolesChanged
from forum.people.models import Person
from forum.posts.models import Comment, Post
from forum.posts.removing import PostRemoved
from forum.practices.ageing import PracticeConfirmed
from forum.practices.promoting import PracticePromoted, PracticeRetired
from forum.practices.validating import PracticeValidated
from forum.pulse.asking import PulseAsked
from forum.questions.merging import MergeUndone, QuestionsMerged
from forum.requests.agreeing import RequestAgreed, RequestDiagnosed, RequestProposed
from forum.requests.asking import RequestWaits
from forum.requests.checking import RequestCheckAsked, RequestCheckReplied
from forum.revealing.revealing import RevealAgreed, RevealRefused
from forum.reviewing.challenging import ChallengePassedOn, ChallengeSettled
from forum.teams.pledging import PledgeReported

# In which states of a need each kind of note still asks something. A check-in can be answered late.
ASKS_IN = {
    "check_in": ("due", "no_reply"),
    "prompt": ("answered",),
    "waiting": WAITING,
    "unanswered": ("open", "routed"),
    "problem": ("open_problem",),
    "word": ("open_problem",),
}

KEYS = ("KeyAsked", "KeyPassedUp")  # what asks somebody to open the way
# What is asked of somebody for a role: by its reason, the roles of which one is needed to do anything about it.
ASKED_FOR_A_ROLE = {
    "moderates": ("moderator",),
    "second_moderator": ("moderator",),
    "decides": ("moderator",),
    "stands_in": ("administrator",),
    "half": ("moderator", "administrator"),
    "champions": ("champion",),
    "answers_for": ("stakeholder",),
}


def mark(person: Person, *which: ColumnElement[bool], **changes: Any) -> None:
    """Change those of a person's own notes that meet the conditions."""
    require(person, "notification.mark")
    own = update(Notification).where(Notification.person_id.in_(person.selves), *which)
    db.session.execute(own.values(**changes))


def read_thread(person: Person, page_id: int | None, *, until: int) -> None:
    """The person has seen what there was on a page, up to the note with the id `until`; not what is put off."""
    require(person, "notification.mark")
    shown = (Notification.page_id == page_id, Notification.id <= until, awake(now()))
    mark(person, *shown, Notification.read_at.is_(None), read_at=now())


def read_all(person: Person, *, until: int) -> None:
    """The person has seen the inbox, up to the note with the id `until`: what came since stays unread."""
    require(person, "notification.mark")
    mark(person, Notification.id <= until, awake(now()), Notification.read_at.is_(None), read_at=now())


def put_away(person: Person, page_id: int | None, *, until: int) -> None:
    """Put a thread's notes away, up to the one with the id `until`; the next one brings it back by itself."""
    require(person, "notification.mark")
    shown = (Notification.page_id == page_id, Notification.id <= until)
    mark(person, *shown, Notification.read_at.is_(None), read_at=now())
    mark(person, *shown, done_at=now(), later_until=None)


def put_back(person: Person, page_id: int | None) -> None:
    """Put a thread's notes back into the inbox, read."""
    require(person, "notification.mark")
    mark(person, Notification.page_id == page_id, done_at=None)


def be_seen(person: Person) -> None:
    """The person is reading the site now: what happens in the next minutes need not be mailed."""
    require(person, "person.edit", person)
    person.last_seen_at = now()


@listener(at_once=True)
def settle_notes(event: NeedMoved) -> None:
    """A need went on: what was asked or told because of where it stood is done."""
    over = [Notification.kind == kind for kind, states in ASKS_IN.items() if event.after not in states]
    _settle(Notification.need_id == event.need_id, or_(*over))
    if event.seeks and event.before in WAITING and event.after not in (*WAITING, "merged"):
        _settle(_invited(event.post_id))


@listener(at_once=True)
def settle_problem(event: OwnerNamed | WordGiven) -> None:
    """Somebody was named, or another day was: no moderator needs to name anybody, and the owner has kept the day."""
    _settle(Notification.need_id == event.need_id, Notification.kind.in_(("problem", "word")))


@listener(at_once=True)
def settle_invitation(event: InvitationReplied) -> None:
    """Somebody replied to an invitation. Whoever is silent may still come to it, while nobody has answered."""
    if event.reply == "silence":
        return
    invited = select(AnswerInvitation.person_id).where(AnswerInvitation.id == event.invitation_id)
    _settle(_invited(event.post_id), Notification.person_id == invited.scalar_subquery())


@listener(at_once=True)
def settle_answered_invitation(event: AnswerGiven) -> None:
    """Whoever answered needs not be asked to."""
    author = select(Post.author_id).where(Post.id == event.post_id)
    _settle(_invited(event.question_id), Notification.person_id == author.scalar_subquery())


@listener(at_once=True)
def settle_handover(event: NeedHandedOver) -> None:
    """The need is somebody else's: what its first owner was asked is done, and so is what its new one was."""
    to_id = select(Handover.to_id).where(Handover.id == event.handover_id).scalar_subquery()
    _settle(or_(_invited(event.post_id), _offered(event.post_id)), Notification.person_id == to_id)
    _settle(Notification.need_id == event.need_id)


@listener(at_once=True)
def settle_offer(event: OfferDeclined) -> None:
    """The colleague has said whether it is theirs."""
    _settle(_offered(event.post_id))


@listener(at_once=True)
def settle_commitment(event: CommitmentReported) -> None:
    """What became of it is said: nobody is asked any more, also not for a key."""
    if event.state != "no_reply":  # It can be told late.
        _settle(_of(event.post_id, "commitment_id", event.commitment_id, "CommitmentDue"))
    _settle(_of(event.post_id, "commitment_id", event.commitment_id, *KEYS))


@listener(at_once=True)
def settle_case(event: CaseDecided) -> None:
    """A moderator decided: the others need not look at it any more."""
    asked = ("PostFlagged", "PostSentAgain", "ApprovedChanged")
    _settle(_of(event.post_id, "case_id", event.case_id, *asked))
    held = select(EventRow.id).where(EventRow.post_id == event.post_id, EventRow.name == "PostHeld")
    _settle(Notification.event_id.in_(held), Notification.kind == "moderation")


@listener(at_once=True)
def settle_roles(event: RolesChanged) -> None:
    """Whoever has lost a role is not asked, and not reminded, of what only that role lets them do."""
    lost = [reason for reason, roles in ASKED_FOR_A_ROLE.items() if not {*roles} & {*event.roles}]
    _settle(Notification.person_id == event.person_id, Notification.reason.in_(lost))


@listener(at_once=True)
def settle_turn(event: TurnApproved | TurnTakenBack | TurnStruck) -> None:
    """A turn that waited is out, or gone: when none waits any more, nobody need look at the chat."""
    if not waiting(event.post_id):
        held = select(EventRow.id).where(EventRow.post_id == event.post_id, EventRow.name == "TurnHeld")
        _settle(Notification.event_id.in_(held), Notification.kind == "moderation")


@listener(at_once=True)
def settle_intervention(event: InterventionConfirmed | InterventionLifted | InterventionLapsed) -> None:
    """A second moderator agreed, or it is over: nobody is asked any more."""
    done = _of(event.post_id, "intervention_id", event.intervention_id, "PostHidden", "PageLocked")
    _settle(done, Notification.kind == "moderation")


@listener(at_once=True)
def settle_suggestion(event: SuggestionDecided) -> None:
    """A suggestion was decided: whoever wrote the text is not asked any more."""
    _settle(_of(event.post_id, "suggestion_id", event.suggestion_id, "EditSuggested"))


@listener(at_once=True)
def settle_reminded(event: CommitmentDue | KeyAsked) -> None:
    """A reminder takes the place of what it reminds of."""
    if event.reminder:
        key = "blocker_id" if isinstance(event, KeyAsked) else "commitment_id"
        _settle(_of(event.post_id, key, getattr(event, key), type(event).__name__))


@listener(at_once=True)
def settle_key(event: KeyReplied | KeyWithdrawn) -> None:
    """Whoever has the key, or is one level up, has replied, or need not any more."""
    _settle(_of(event.post_id, "blocker_id", event.blocker_id, *KEYS))


@listener(at_once=True)
def settle_pulse(event: PulseAsked) -> None:
    """A reminder takes the place of what it reminds of. A reply settles nothing: it would leave its time behind."""
    asked = _of(None, "person_id", event.person_id, "PulseAsked")
    _settle(Notification.person_id == event.person_id, Notification.event_id != event.event_id, asked)


@listener(at_once=True)
def settle_welcome(event: NeedOpened) -> None:
    """Whoever was invited has brought a need."""
    person_id = select(Need.person_id).where(Need.id == event.need_id).scalar_subquery()
    _settle(Notification.person_id == person_id, Notification.kind == "welcome")


@listener(at_once=True)
def settle_pledge(event: PledgeReported) -> None:
    """The maker of a pledge has said how it went."""
    _settle(_of(None, "pledge_id", event.pledge_id, "PledgeDue"))


@listener(at_once=True)
def settle_nomination_notes(event: PracticePromoted | NominationRefused | NominationOverdue) -> None:
    """A moderator has decided: no other one needs to. Or nobody has, and a reminder takes the place of the note."""
    nominated = event.source_id if isinstance(event, PracticePromoted) else event.post_id
    page_id = select(Answer.question_id).where(Answer.id == nominated).scalar_subquery()
    _settle(Notification.page_id == page_id, Notification.post_id == nominated, Notification.kind == "nomination")


@listener(at_once=True)
def settle_checking(event: PracticeValidated) -> None:
    """Somebody said what they think of a practice: they need not be asked to."""
    asked = (Notification.page_id == event.post_id, Notification.reason == "peer")
    _settle(*asked, Notification.person_id == event.person_id)


@listener(at_once=True)
def settle_challenge(event: ChallengeSettled | ChallengePassedOn) -> None:
    """It was replied to, or somebody else owes the reply: nobody who was asked before needs to."""
    told = (EventRow.post_id == event.post_id, EventRow.name.like("%Challenge%"), EventRow.id < event.event_id)
    asked = Notification.kind.in_(("challenge", "upkeep"))
    _settle(Notification.post_id == event.post_id, asked, Notification.event_id.in_(select(EventRow.id).where(*told)))


@listener(at_once=True)
def settle_cause(event: CauseMoved) -> None:
    """The department has said something, or somebody else has: what it owed until then is done."""
    told = select(EventRow.id).where(
        EventRow.post_id == event.post_id, EventRow.name.in_(("CauseMoved", "CauseOverdue"))
    )
    _settle(Notification.page_id == event.post_id, Notification.event_id.in_(told.where(EventRow.id < event.event_id)))


@listener(at_once=True)
def settle_cause_reply(event: StoppedReplied | QuoteAnswered) -> None:
    """Somebody has said whether it has stopped, or whether they may be quoted."""
    asked = "StoppedAsked" if isinstance(event, StoppedReplied) else "QuoteAsked"
    told = select(EventRow.id).where(EventRow.post_id == event.post_id, EventRow.name == asked)
    mine = (Notification.page_id == event.post_id, Notification.person_id == event.person_id)
    _settle(*mine, Notification.event_id.in_(told))


@listener(at_once=True)
def settle_upkeep(event: PracticeConfirmed | PracticeRetired) -> None:
    """Somebody looked at the practice, or it is recommended no longer: nobody needs to look at it now."""
    names = ("PracticeDue", "PracticeStale", "KeeperAsked", "PracticeContested")
    told = (EventRow.post_id == event.post_id, EventRow.name.in_(names), EventRow.id < event.event_id)
    _settle(Notification.page_id == event.post_id, Notification.event_id.in_(select(EventRow.id).where(*told)))


@listener(at_once=True)
def settle_introduction(event: SecondPersonReplied) -> None:
    """Whoever was asked to be the second person has said whether they will."""
    asked = (Notification.page_id == event.post_id, Notification.reason == "second")
    _settle(*asked, Notification.person_id == event.person_id)


@listener(at_once=True)
def settle_story(event: StoryReplied | StoryRemoved) -> None:
    """The witness has said whether it is so, or need not any more."""
    told = (EventRow.name == "StoryTold", EventRow.data["story_id"].as_integer() == event.story_id)
    _settle_told(event.post_id, *told)


@listener(at_once=True)
def settle_reveal(event: RevealAgreed | RevealRefused) -> None:
    """A second person has decided: nobody else is asked to."""
    _settle(_of(event.post_id, "reveal_id", event.reveal_id, "RevealAsked"))


@listener(at_once=True)
def settle_request(event: RequestWaits | RequestDiagnosed | RequestProposed | RequestAgreed) -> None:
    """A request has gone on: what was asked of anybody until then is done."""
    names = ("RequestReceived", "RequestWaits", "RequestProposed")
    _settle_told(event.post_id, EventRow.name.in_(names), EventRow.id < event.event_id)


@listener(at_once=True)
def settle_request_check(event: RequestCheckAsked | RequestCheckReplied) -> None:
    """They said whether it helped, or are asked once more."""
    asked = (EventRow.name == "RequestCheckAsked", EventRow.data["check_id"].as_integer() == event.check_id)
    _settle_told(event.post_id, *asked, EventRow.id < event.event_id)


@listener(at_once=True)
def settle_chat(event: ChatOpened | ChatCalledOff | ChatSummarised) -> None:
    """A chat has gone on: it begins no more, and what was to be written is written."""
    names = ("ChatPlanned", "ChatBegins", "ChatSummaryDue")
    _settle_told(event.post_id, EventRow.name.in_(names), EventRow.id < event.event_id)


@listener(at_once=True)
def put_removed_away(event: PostRemoved) -> None:
    """What nobody can read any more is no news."""
    answer, comment = Answer.__table__, Comment.__table__
    page_id = (
        select(func.coalesce(answer.c.question_id, comment.c.page_id, Post.id))
        .outerjoin(answer, answer.c.id == Post.id)
        .outerjoin(comment, comment.c.id == Post.id)
        .where(Post.id == event.post_id)
        .scalar_subquery()
    )
    removed = or_(Notification.post_id == event.post_id, Notification.page_id == event.post_id)
    _settle(Notification.page_id == page_id, removed)  # By the page first: that is what the rows can be found by.


@listener(at_once=True)
def move_notes(event: QuestionsMerged) -> None:
    """What was told of a merged question is found, and read, at the question that stands for it."""
    _point(Notification.page_id == event.post_id, to=event.into_id)
    _stand_together(event.into_id)


@listener(at_once=True)
def move_notes_back(event: MergeUndone) -> None:
    """What was told of a question that is one of its own again is found there."""
    _point(Notification.page_id == event.into_id, Notification.post_id.in_(posts_of(event)), to=event.post_id)


def _stand_together(page_id: int) -> None:
    """Of a thread that came together, for each person: what was not put off brings the rest back, so that nothing
    leaves the inbox; what was put off until two days comes back on the first."""
    theirs: dict[int, list[datetime | None]] = defaultdict(list)
    standing = (Notification.page_id == page_id, Notification.done_at.is_(None))
    for person_id, until in db.session.execute(
        select(Notification.person_id, Notification.later_until).where(*standing)
    ):
        theirs[person_id].append(until if until is not None and until > now() else None)
    for person_id, times in theirs.items():
        if len(set(times)) > 1:
            until = None if None in times else min(each for each in times if each is not None)
            own = update(Notification).where(*standing, Notification.person_id == person_id)
            db.session.execute(own.values(later_until=until), execution_options={"synchronize_session": False})


def _point(*which: ColumnElement[bool], to: int) -> None:
    moved = update(Notification).where(*which).values(page_id=to)
    db.session.execute(moved, execution_options={"synchronize_session": False})


def _invited(question_id: int) -> ColumnElement[bool]:
    return and_(Notification.page_id == question_id, Notification.reason == "invited")


def _offered(question_id: int) -> ColumnElement[bool]:
    return and_(Notification.page_id == question_id, Notification.reason == "offered")


def _of(post_id: int | None, key: str, id: int, *events: str) -> ColumnElement[bool]:
    """What was told by events of these names about one commitment, key, round or pledge."""
    told = select(EventRow.id).where(EventRow.name.in_(events), EventRow.data[key].as_integer() == id)
    return Notification.event_id.in_(told.where(EventRow.post_id == post_id))  # Of the events on no page, too.


def _settle_told(page_id: int, *told: ColumnElement[bool]) -> None:
    """Put away what was told on a page by these events."""
    events = select(EventRow.id).where(EventRow.post_id == page_id, *told)
    _settle(Notification.page_id == page_id, Notification.event_id.in_(events))


def _settle(*which: ColumnElement[bool]) -> None:
    standing = update(Notification).where(*which, Notification.done_at.is_(None))
    db.session.execute(
        standing.values(done_at=now(), read_at=func.coalesce(Notification.read_at, now())),
        execution_options={"synchronize_session": False},
    )
