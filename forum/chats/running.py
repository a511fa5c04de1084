"""The hour itself: the host opens one question after another, everybody takes short turns, and a turn can be struck."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from forum.chats.models import HOUR, Chat, ChatQuestion, ChatTurn
from forum.chats.planning import MOST_QUESTIONS, ChatTimer, checked_question, hold
from forum.chats.summing_up import follow_up, remind_of_summary
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.needs import timers
from forum.people.models import Person
from forum.posts.holding import would_wait

LONGEST_TURN = 500  # characters: short turns, so that everybody has some
LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True)
class ChatOpened(PostEvent):
    """The hour begins."""


@dataclass(frozen=True, kw_only=True)
class TurnTaken(PostEvent):
    """Somebody said something."""

    turn_id: int
    question_id: int


@dataclass(frozen=True, kw_only=True)
class TurnHeld(PostEvent):
    """What somebody said waits for approval. `first`: nothing else of that chat does."""

    turn_id: int
    first: bool


@dataclass(frozen=True, kw_only=True)
class TurnApproved(PostEvent):
    """A moderator let a turn stand that waited: from now on everybody reads it."""

    turn_id: int


@dataclass(frozen=True, kw_only=True)
class TurnTakenBack(PostEvent):
    """Whoever said it took it back."""

    turn_id: int


@dataclass(frozen=True, kw_only=True)
class TurnStruck(PostEvent):
    """The host or a moderator struck what somebody said; the reason stands in its place.

    `reason` is the word of the moderators' list, where one was chosen.
    """

    turn_id: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ChatClosed(PostEvent):
    """The hour is over: whoever spoke is asked what they are doing about it."""


def open_chat(host: Person, chat: Chat) -> None:
    """Begin, with the first question. Raises `Refused` before its time, or long after it."""
    require(host, "chat.run", chat)
    hold(chat, "planned")
    if not chat.may_begin:
        raise Refused(
            "Its time is over. Plan it anew, so that whoever wants to come hears of it."
            if chat.was_missed
            else "It can be opened from a quarter of an hour before its time."
        )
    chat.state, chat.opened_at = "open", now()
    publish(ChatOpened(post_id=chat.id), actor=host)
    _open_next(chat)
    enqueue(close_when_over, ChatTimer(chat_id=chat.id), due=chat.opened_at + HOUR)


def ask_next(host: Person, chat: Chat, *, seen: int) -> None:
    """Open the next question. `seen` is the one that the host saw open: pressed twice is once."""
    require(host, "chat.run", chat)
    hold(chat, "open")
    present = present_question(chat)
    if present is None or present.id == seen:
        _open_next(chat)


def add_question(host: Person, chat: Chat, typed: str) -> ChatQuestion:
    """Add a question behind those that are prepared; the last one stays the last."""
    require(host, "chat.run", chat)
    hold(chat, "planned", "open")
    words = checked_question(typed)
    present = present_question(chat)
    if present is not None and present.is_last:
        raise Refused("The last question is open. What is still to be asked is asked in another chat.")
    if (db.session.scalar(select(func.count()).where(ChatQuestion.chat_id == chat.id)) or 0) > MOST_QUESTIONS:
        raise Invalid(gettext("At most %(most)s questions: an hour is short.", most=MOST_QUESTIONS), "words")
    made = ChatQuestion(chat_id=chat.id, words=words)
    db.session.add(made)
    db.session.flush()
    return made


def take_turn(voice: Person, chat: Chat, question_id: int | None, typed: str) -> ChatTurn:
    """Say something to a question that has been opened, or to the present one, as somebody's voice in this chat.

    Raises `Invalid` for too much or nothing, `Refused` while the chat is not open.
    """
    require(voice, "turn.take", chat)
    words = text.clean_source(typed).strip()
    if not words:
        raise Invalid("Type what you want to say.", "words")
    if len(words) > LONGEST_TURN:
        raise Invalid(gettext("At most %(most)s characters: say it in two turns.", most=LONGEST_TURN), "words")
    hold(chat, "open")
    question = db.session.get(ChatQuestion, question_id) if question_id is not None else present_question(chat)
    if question is None or question.chat_id != chat.id or question.opened_at is None:
        raise Invalid("This question is not open. Send it again, and it stands under the present one.", "words")
    made = ChatTurn(
        chat_id=chat.id,
        question_id=question.id,
        author_id=voice.id,
        words=words,
        said_at=voice.stamp(),
        held_at=voice.stamp() if would_wait(voice) else None,
        struck_because="",
    )
    first = not waiting(chat.id)
    db.session.add(made)
    db.session.flush()
    if made.held_at is not None:
        publish(TurnHeld(post_id=chat.id, turn_id=made.id, first=first), actor=voice)
    else:
        publish(TurnTaken(post_id=chat.id, turn_id=made.id, question_id=question.id), actor=voice)
    return made


def let_stand(moderator: Person, turn: ChatTurn) -> None:
    """Approve a turn that waits: from now on everybody reads it. Raises `Refused` when that was decided before."""
    require(moderator, "turn.approve", turn)
    db.session.refresh(turn, ["held_at", "struck_at"], with_for_update=True)
    if turn.held_at is None or turn.struck_at is not None:
        raise Refused("This has been decided meanwhile. The page shows how.")
    turn.held_at, turn.said_at = None, db.session.get_one(Person, turn.author_id).stamp()
    db.session.flush()
    publish(TurnApproved(post_id=turn.chat_id, turn_id=turn.id), actor=moderator)


def strike(person: Person, turn: ChatTurn, because: str, *, reason: str = "") -> None:
    """Take a turn off the page; its place says why. Whoever said it needs no reason, everybody else does.

    `reason` is the word of the moderators' list that `because` was made of, if it was.
    """
    require(person, "turn.strike", turn)
    db.session.refresh(turn, ["struck_at"], with_for_update=True)
    if turn.struck_at is not None:
        raise Refused("This has been struck already. Reload the page to see it so.")
    is_own = turn.author_id == person.id
    because = text.clean_line(because, LONGEST_REASON + 1)
    if not because and not is_own:
        raise Invalid("Say why. The reason stands in its place, for everybody.", "because")
    if len(because) > LONGEST_REASON:
        raise Invalid(gettext("At most %(most)s characters.", most=LONGEST_REASON), "because")
    turn.struck_at, turn.struck_by_id = person.stamp(), person.id
    turn.struck_because = because or "taken back by whoever said it"
    if is_own:
        publish(TurnTakenBack(post_id=turn.chat_id, turn_id=turn.id), actor=person)
    else:
        publish(TurnStruck(post_id=turn.chat_id, turn_id=turn.id, reason=reason), actor=person)


def close(host: Person, chat: Chat) -> None:
    """End it before the hour is over."""
    require(host, "chat.run", chat)
    hold(chat, "open")
    _close(chat, host)


@listener(atomic=True)
def close_when_over(event: ChatTimer) -> None:
    """The hour is over."""
    chat = db.session.get(Chat, event.chat_id)
    if chat is None:
        return
    db.session.refresh(chat, ["state"], with_for_update=True)
    if chat.state == "open":
        _close(chat)


def present_question(chat: Chat) -> ChatQuestion | None:
    """The question that was opened last."""
    opened = select(ChatQuestion).where(ChatQuestion.chat_id == chat.id, ChatQuestion.opened_at.is_not(None))
    return db.session.scalar(opened.order_by(ChatQuestion.is_last.desc(), ChatQuestion.id.desc()).limit(1))


def waiting(chat_id: int) -> int:
    """How many turns of a chat wait for approval."""
    held = (ChatTurn.chat_id == chat_id, ChatTurn.held_at.is_not(None), ChatTurn.struck_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(ChatTurn).where(*held)) or 0


def _open_next(chat: Chat) -> None:
    waiting = select(ChatQuestion).where(ChatQuestion.chat_id == chat.id, ChatQuestion.opened_at.is_(None))
    following = db.session.scalar(waiting.order_by(ChatQuestion.is_last, ChatQuestion.id).limit(1))
    if following is None:
        raise Refused("The last question is open already. What is still to be asked is asked in another chat.")
    following.opened_at = now()


def _close(chat: Chat, host: Person | None = None) -> None:
    """End it. The last question is asked in any case: of everybody who spoke, and on the page."""
    last = db.session.scalars(select(ChatQuestion).where(ChatQuestion.chat_id == chat.id, ChatQuestion.is_last)).one()
    last.opened_at = last.opened_at or now()
    author = db.session.get_one(Person, chat.author_id)
    chat.state, chat.closed_at = "closed", now()
    chat.summary_due_at = timers.due(timers.CHAT_SUMMARY, author, chat.closed_at)
    publish(ChatClosed(post_id=chat.id), actor=host)
    event = ChatTimer(chat_id=chat.id)
    enqueue(remind_of_summary, event, due=chat.summary_due_at)
    enqueue(follow_up, event, due=timers.due(timers.CHAT_FOLLOW_UP, author, chat.closed_at))
