"""What a replayed story leaves behind: no mail about what lies in the past, from its first moment on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.core import jobs
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.exchange.replaying import play
from forum.notifications.models import Notification
from forum.notifications.recipients.telling import OLD
from forum.people.models import Person
from tests import factories


@pytest.mark.parametrize("ago", [OLD - timedelta(minutes=1), OLD, OLD + timedelta(minutes=1)])
def test_nobody_is_mailed_what_happened_about_as_long_ago_as_news_are_told(
    kim: Person, marta: Person, noise: None, ago: timedelta
) -> None:
    end = now()
    with as_of(end - 2 * OLD):
        question = factories.question(kim)
    play([(end - ago, lambda: factories.answer(marta, question))], end)
    db.session.commit()
    with as_of(end):
        while jobs.run_due():
            pass
    told = select(Notification).where(Notification.page_id == question.id, Notification.kind == "answer")
    note = db.session.scalars(told).one()
    assert note.read_at or note.mail_due_at is None or note.mail_due_at > end
