"""What hooks are told: read when it is sent, of what everybody may read by then, and of nobody by name."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Select, delete, func, select

from forum.answers.answering import AnswerAccepted
from forum.answers.models import Acceptance
from forum.causes.linking import address as cause_address
from forum.causes.models import FIXED, Cause
from forum.causes.stepping import CauseMoved
from forum.core.clock import half_day, now, real_now
from forum.core.db import db, transaction
from forum.core.events import Event, PostEvent, publish
from forum.core.jobs import enqueue, listener
from forum.core.languages import SOURCE, Message, said, speaking
from forum.core.permissions import require
from forum.core.sealing import CannotOpen
from forum.departments.models import Department, post_department
from forum.hooks import reaching
from forum.hooks.models import KINDS, Delivery, Hook
from forum.hooks.registering import HookSwitched, HookTried
from forum.people.models import Person
from forum.posts.taking_back import TAKE_BACK_FOR
from forum.practices.models import Practice
from forum.practices.promoting import PracticePromoted
from forum.practices.promoting import address as practice_address
from forum.questions.asking import QuestionAsked
from forum.questions.asking import address as question_address
from forum.questions.models import Question

log = logging.getLogger(__name__)

# When it is tried again after it went wrong: a chat that restarts is back by the second, one in trouble by the last.
AGAIN = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
PATIENCE = 12  # tries in a row that went wrong, of three things or more: then nothing is sent any more
KEPT = 50  # deliveries of each hook
TEST = "test"
OTHER_KEY = Message("its address was kept with another secret key: register it again")
# What chats take for a mention, a link or a command, and would act on: shown, and without effect.
HARMLESS = str.maketrans({"<": "‹", ">": "›", "@": "@\u200b", "[": "(", "]": ")", "`": "'", "*": "∗", "_": "_\u200b"})


@dataclass(frozen=True, kw_only=True)
class HookDue(Event):
    """Something is to be sent to a hook. Queued, no row."""

    hook_id: int
    kind: str
    post_id: int | None = None
    tries: int = 0


@dataclass(frozen=True)
class News:
    """What is told: its words, title, path, and the departments that it concerns."""

    title: str
    path: str
    departments: Sequence[Department] = ()


@listener(atomic=True)
def tell_hooks(event: PostEvent) -> None:
    """Have every hook that wants to know of it told: once it can no longer be taken back."""
    kind = _kind_of(event)
    if kind is None or current_app.config["PROVEN_HOOKS"] == "off":
        return
    for hook in db.session.scalars(select(Hook).where(Hook.off_at.is_(None))):
        if kind in hook.kinds:
            told = HookDue(hook_id=hook.id, kind=kind, post_id=event.post_id)
            enqueue(send_hook, told, due=_when(told))


def test(administrator: Person, hook: Hook) -> None:
    """Send something to a hook that says nothing but that it works; also to one that is off."""
    require(administrator, "hook.keep")
    publish(HookTried(hook_id=hook.id), actor=administrator)
    enqueue(send_hook, HookDue(hook_id=hook.id, kind=TEST))


@listener()
def send_hook(event: HookDue) -> None:
    """Send one thing to one hook, keep what came of it, and try again later where it went wrong."""
    hook = db.session.get(Hook, event.hook_id)
    mode = current_app.config["PROVEN_HOOKS"]
    if hook is None or mode == "off" or (hook.off_at is not None and event.kind != TEST):
        return
    news = _news_of(event)
    if news is None or not _concerns(hook, news):
        return
    with speaking(current_app.config["PROVEN_LANGUAGE"] or SOURCE):  # Many read a channel.
        body = _body(event, news)
    status, problem = _sent(hook, body, inside=mode == "inside")
    with transaction():
        _keep(event, status, problem)


def _kind_of(event: PostEvent) -> str | None:
    if isinstance(event, CauseMoved):  # Only where the repair is new: not where it was found to hold.
        return "fixed" if event.after in FIXED and event.before not in FIXED else None
    kinds: dict[type[PostEvent], str] = {
        QuestionAsked: "question",
        AnswerAccepted: "accepted",
        PracticePromoted: "practice",
    }
    return kinds.get(type(event))


def _when(event: HookDue) -> datetime:
    """When it may be told. Of a question without a name when its half-day is over: a chat keeps the minute for good."""
    question = _question(event) if event.kind in ("question", "accepted") else None
    if question is not None and db.session.get_one(Person, question.author_id).is_persona:
        return half_day(now()) + timedelta(hours=12)
    return now() + TAKE_BACK_FOR if event.kind == "question" else now()


def _news_of(event: HookDue) -> News | None:
    """What is to be told as it stands now; None for what is gone, hidden, merged or taken back since."""
    if event.kind == TEST:
        return News(Message("This is a test: news will stand here."), "/")
    if event.kind == "practice":
        practice = db.session.get(Practice, event.post_id)
        if practice is None or practice.removed_at is not None or practice.retired_at is not None:
            return None
        return News(practice.title, practice_address(practice.id, practice.title), _departments(practice.id))
    if event.kind == "fixed":
        cause = db.session.get(Cause, event.post_id)
        if cause is None or cause.removed_at is not None or cause.state not in FIXED:
            return None
        return News(cause.title, cause_address(cause.id, cause.title), [cause.department])
    question = _question(event)
    if question is None or question.removed_at is not None or question.merged_into_id is not None:
        return None
    return News(question.title, question_address(question.id, question.title), _departments(question.id))


def _departments(post_id: int) -> Sequence[Department]:
    here = post_department.c.department_id == Department.id
    query = select(Department).join(post_department, here).where(post_department.c.post_id == post_id)
    return db.session.scalars(query.order_by(Department.name)).all()


def _question(event: HookDue) -> Question | None:
    """The question; of an acceptance only while that stands."""
    if event.kind == "question":
        return db.session.get(Question, event.post_id)
    standing = (Acceptance.answer_id == event.post_id, Acceptance.withdrawn_at.is_(None))
    return db.session.scalar(
        select(Question)
        .where(Question.accepted_answer_id == event.post_id)
        .join(Acceptance, Acceptance.question_id == Question.id)
        .where(*standing)
    )


def _concerns(hook: Hook, news: News) -> bool:
    here = {department.id for department in news.departments}
    return news.path == "/" or not hook.department_ids or bool(here.intersection(hook.department_ids))


def _body(event: HookDue, news: News) -> bytes:
    """`text` is what Slack, Mattermost and Teams show, in the language that is spoken; the rest is for programmes."""
    url = current_app.config["PROVEN_ADDRESS"] + news.path
    title = said(news.title)
    words = f"{said(KINDS[event.kind])}: {title}" if event.kind in KINDS else title
    told = {
        "text": f"{words.translate(HARMLESS)}\n{url}",
        "event": event.kind,
        "title": title,
        "url": url,
        "departments": [department.slug for department in news.departments],
    }
    return json.dumps(told).encode()


def _sent(hook: Hook, body: bytes, *, inside: bool) -> tuple[int | None, str]:
    """The status of the answer, and what went wrong if something did. The transaction is over: sending takes time."""
    try:
        address, headers = hook.address, signed(hook.secret, body)
    except CannotOpen:
        return None, OTHER_KEY
    db.session.rollback()
    try:
        status = reaching.post(address, body, headers, inside=inside)
    except reaching.NotReached as why:
        return None, str(why)
    return status, "" if 200 <= status < 300 else f"it answered {status}"


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers of a delivery: HMAC-SHA-256 of the time, a full stop and the body."""
    moment = str(int(real_now().timestamp()))
    mark = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Proven",
        "X-Proven-Timestamp": moment,
        "X-Proven-Signature": f"v1={mark}",
    }


def _keep(event: HookDue, status: int | None, problem: str) -> None:
    hook = db.session.get(Hook, event.hook_id, with_for_update=True, populate_existing=True)
    if hook is None:
        return
    db.session.add(Delivery(hook_id=hook.id, at=now(), kind=event.kind, status=status, problem=problem))
    db.session.flush()
    old = select(Delivery.id).where(Delivery.hook_id == hook.id).order_by(Delivery.id.desc()).offset(KEPT)
    db.session.execute(delete(Delivery).where(Delivery.id.in_(db.session.scalars(old).all())))
    if not problem:
        hook.failures = 0
    elif event.kind != TEST:
        hook.failures += 1
        if hook.failures >= PATIENCE and hook.off_at is None:
            hook.off_at, hook.gave_up = now(), True
            publish(HookSwitched(hook_id=hook.id, on=False))
        elif event.tries < len(AGAIN) and hook.off_at is None:
            enqueue(send_hook, replace(event, tries=event.tries + 1), due=now() + AGAIN[event.tries])


def given_up() -> Select[int]:
    """How many hooks were switched off because they failed: what administrators are told at home."""
    return select(func.count()).select_from(Hook).where(Hook.gave_up)
