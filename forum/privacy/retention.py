"""How long anything is kept that is not kept for good: one table, and the one job that acts on it each night."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select

from forum.attachments import keeping
from forum.audit import letting_go
from forum.core.clock import now, real_now
from forum.core.db import db, transaction
from forum.core.jobs import Job
from forum.core.languages import ngettext
from forum.incoming.models import ReceivedMail
from forum.needs import drafts
from forum.notifications.models import Mail, Notification
from forum.people.models import Invitation, Session
from forum.people.passkeys import forget_old_challenges
from forum.people.sign_in import ended_before
from forum.posts.models import ReadMark, ReplyDraft
from forum.posts.read_marks import KEPT_FOR
from forum.privacy.models import ErasureRequest
from forum.search import history

log = logging.getLogger(__name__)

PRUNE_EVERY = timedelta(days=1)
AT_ONCE = 500  # rows in one transaction, so that nobody waits for the write lock


@dataclass(frozen=True)
class Kept:
    """One kind of thing: how long it is kept, counted from when, why that long, and what deletes it.

    `delete` is given the moment before which everything goes; None where something else deletes it in time.
    """

    what: str
    days: int
    since: str
    why: str
    delete: Callable[[datetime], int] | None = None

    @property
    def long(self) -> str:
        """How long, in words."""
        years, rest = divmod(self.days, 365)
        if years and not rest:
            return ngettext("%(num)s year", "%(num)s years", years)
        return ngettext("%(num)s day", "%(num)s days", self.days)


def _sessions(before: datetime) -> int:
    # Sessions end by real time, also where the clock of a demonstration was moved.
    return _gone(Session, ended_before(real_now() - (now() - before)))


def _challenges(_before: datetime) -> int:
    with transaction():
        forget_old_challenges()
    return 0


def _invitations(before: datetime) -> int:
    return _gone(Invitation, Invitation.expires_at < before)


def _notes(before: datetime) -> int:
    return _gone(Notification, Notification.read_at < before)


def _read_marks(before: datetime) -> int:
    return _gone(ReadMark, ReadMark.day < before.date())


def _replies(before: datetime) -> int:
    return _gone(ReplyDraft, ReplyDraft.touched_at < before)


def _mails(before: datetime) -> int:
    carried = exists().where(Notification.mail_id == Mail.id)
    return _gone(Mail, Mail.done_at < before, ~carried)


def _received(before: datetime) -> int:
    return _gone(ReceivedMail, ReceivedMail.day < before.date())


def _jobs(before: datetime) -> int:
    return _gone(Job, Job.given_up_at < before)


def _withdrawn(before: datetime) -> int:
    return _gone(ErasureRequest, ErasureRequest.withdrawn_at < before)


def _searches(_before: datetime) -> int:
    history.forget_old_searches()
    return 0


def _audit(_before: datetime) -> int:
    return letting_go.let_old_lines_go()


RETENTION: tuple[Kept, ...] = (
    Kept(
        "What somebody searched for, and what nothing was found for",
        history.KEEP_FOR.days,
        "it was searched for",
        "Long enough to see that a word comes back each quarter.",
        _searches,
    ),
    Kept(
        "What somebody began to ask and did not post",
        drafts.KEEP_FOR.days,
        "the last word was typed",
        "A holiday, after which nobody remembers what it was. Each draft has its own timer.",
    ),
    Kept(
        "Answers and comments that somebody began and did not post",
        drafts.KEEP_FOR.days,
        "the last word was typed",
        "As long as a question that somebody began.",
        _replies,
    ),
    Kept(
        "Pictures and files that no text uses",
        keeping.UNUSED_FOR.days,
        "they were added",
        "As long as the draft that they may belong to. The worker looks every hour.",
    ),
    Kept("Sessions", 1, "they ended, or were last used long enough ago", "They are of no use any more.", _sessions),
    Kept("What a passkey was asked to sign", 1, "it could be signed", "Nothing is open by it any more.", _challenges),
    Kept(
        "Invitations and links for a new password",
        90,
        "they stopped working",
        "Long enough to find out who let somebody in; they hold an address.",
        _invitations,
    ),
    Kept("Notifications", 365, "they were read", "A year, in which somebody may look for one again.", _notes),
    Kept(
        "Up to where somebody has read a thread",
        KEPT_FOR.days,
        "something new was read in it",
        "A year, after which nobody goes on where they were. Of when it was read only the day is kept.",
        _read_marks,
    ),
    Kept("Mails, of which only whom and when is kept", 365, "they went out", "As long as what they told.", _mails),
    Kept(
        "That a mail was taken, as a fingerprint",
        60,
        "it was taken",
        "Twice as long as a mail can be replied to, so that none is posted twice.",
        _received,
    ),
    Kept("Background work that was given up", 90, "it was given up", "A quarter, to see what went wrong.", _jobs),
    Kept(
        "Requests to be taken out, taken back",
        365,
        "they were taken back",
        "For questions about it.",
        _withdrawn,
    ),
    Kept(
        "The audit log",
        letting_go.KEPT_FOR.days,
        "the line was written",
        "As long as somebody may be asked about what was done. The database refuses less.",
        _audit,
    ),
)


def prune() -> None:
    """Delete what has been kept long enough, in small transactions; one that fails stops no other."""
    for kept in RETENTION:
        if kept.delete is None:
            continue
        try:
            count = kept.delete(now() - timedelta(days=kept.days))
        except Exception:  # Logged in full, tried again tomorrow; the others have nothing to do with it.
            db.session.rollback()
            log.exception("could not delete what is old of: %s", kept.what)
        else:
            if count:
                log.info("deleted %d of: %s", count, kept.what)


def _gone(model: Any, *old: Any) -> int:
    """Delete rows that are old enough, some at a time; returns how many."""
    gone = 0
    few = select(model.id).where(*old).order_by(model.id).limit(AT_ONCE)
    while ids := db.session.scalars(few).all():
        with transaction():
            db.session.execute(delete(model).where(model.id.in_(ids)))
        gone += len(ids)
    db.session.rollback()
    return gone
