"""What is kept for a time goes after it, and not before."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from forum.audit.models import AuditLine
from forum.audit.writing import note
from forum.core.clock import as_of, now, real_now
from forum.core.config import PROJECT
from forum.core.db import db, transaction
from forum.core.events import EventRow
from forum.core.jobs import Job
from forum.notifications.models import Mail, Notification
from forum.people.models import Invitation, Person, Session
from forum.privacy.models import ErasureRequest
from forum.privacy.retention import RETENTION, prune
from forum.search.history import RecentSearch
from tests import factories
from tests.untouchable import without_guard


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def made(model: type[Any], person: Person, old: timedelta) -> None:
    """One of its kind, which has been kept for so long."""
    at = now() - old
    if model is Session:
        ended = real_now() - old
        row = Session(
            token_hash=str(old), person_id=person.id, began_at=at, ends_at=ended, last_used_at=ended, confirmed_at=at
        )
    elif model is Invitation:
        row = Invitation(token_hash=str(old), email="x@y.example", invited_by_id=person.id, sent_at=at, expires_at=at)
    elif model is Job:
        row = Job(listener="audit", event="X", data={}, due_at=at, given_up_at=at)
    elif model is ErasureRequest:
        row = ErasureRequest(person_id=person.id, asked_at=at, withdrawn_at=at)
    elif model is Mail:
        row = Mail(person_id=person.id, due_at=at, done_at=at)
    else:
        row = RecentSearch(person_id=person.id, words=str(old), at=at)
    db.session.add(row)
    db.session.flush()


DAYS = {Session: 1, Invitation: 90, Job: 90, ErasureRequest: 365, Mail: 365, RecentSearch: 180}


@pytest.mark.parametrize("model", DAYS, ids=lambda model: model.__name__)
def test_it_goes_after_its_time_and_not_a_day_before(model: type[Any], kim: Person) -> None:
    db.session.query(model).delete()
    limit = timedelta(days=DAYS[model])
    made(model, kim, limit - timedelta(hours=1))
    made(model, kim, limit + timedelta(hours=1))
    db.session.commit()
    prune()
    assert count(model) == 1
    with as_of(now() + timedelta(hours=2)):
        prune()
    assert count(model) == (1 if model is Session else 0)  # Sessions go by real time.


def test_what_was_read_goes_after_a_year_and_what_was_not_stays_with_its_mail(kim: Person, marta: Person) -> None:
    factories.question(kim)
    event_id = db.session.scalar(select(func.max(EventRow.id)))
    old = now() - timedelta(days=366)
    mail = Mail(person_id=kim.id, due_at=old, done_at=old)
    db.session.add(mail)
    db.session.flush()
    told = {"event_id": event_id, "kind": "key", "reason": "holds", "created_at": old, "mail_id": mail.id}
    for person, read_at in ((kim, old), (marta, None)):
        db.session.add(Notification(person_id=person.id, read_at=read_at, **told))
    db.session.commit()
    prune()
    assert [each.person_id for each in db.session.scalars(select(Notification))] == [marta.id]
    assert count(Mail) == 1


def test_many_go_in_small_steps_and_one_that_fails_stops_no_other(kim: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        made(Job, kim, timedelta(days=100, seconds=number))
    made(Session, kim, timedelta(days=3))
    db.session.commit()
    monkeypatch.setattr("forum.privacy.retention.AT_ONCE", 3)
    monkeypatch.setattr("forum.search.history.forget_old_searches", lambda: 1 / 0)
    prune()
    assert (count(Job), count(Session)) == (0, 0)


def test_the_audit_log_keeps_three_years(kim: Person) -> None:
    with transaction(), without_guard(db.session.connection()):
        db.session.execute(delete(AuditLine))  # Those of today: the oldest go first, by number.
    for days in (1_097, 1_093):
        with as_of(now() - timedelta(days=days)), transaction():
            note("system.index", data={"days": days})
    prune()
    left = db.session.scalars(select(AuditLine).where(AuditLine.kind == "system.index")).all()
    assert [line.data["days"] for line in left] == [1_093]


def test_the_operator_reads_the_same_table() -> None:
    said = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    part = said.split("## How long things are kept")[1].split("\n## ")[0]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in re.findall(r"^\| .*", part, re.M)]
    assert rows[2:] == [(each.what, each.long, each.since, each.why) for each in RETENTION]
