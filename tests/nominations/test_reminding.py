"""A nomination that waits too long: the moderators are told once more, and nobody else, and no more often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.events import EventRow
from forum.needs import timers
from forum.nominations.models import Nomination
from forum.nominations.nominating import nominate, refuse
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.posts.removing import remove, restore
from tests import factories
from tests.needs.conftest import MONDAY, office_hours, pass_time

__all__ = ["office_hours", "pass_time"]

Pass = Callable[..., datetime]
WHY = "Everybody who packs should do it."


@pytest.fixture
def begin(kim: Person) -> datetime:
    """A Monday on which everybody is here."""
    return MONDAY + timedelta(weeks=1 + max((now() - MONDAY) // timedelta(weeks=1), 0))


@pytest.fixture
def answer(marta: Person, kim: Person, begin: datetime) -> Answer:
    with as_of(begin):
        return factories.answer(marta, factories.question(kim, "How do we label the boxes?"), "On two sides.")


@pytest.fixture
def nominated(answer: Answer, kim: Person, farah: Person, begin: datetime, pass_time: Pass) -> Nomination:
    """Nominated on that Monday, and nobody decides; Farah is the moderator."""
    with as_of(begin):
        made = nominate(kim, answer, why=WHY)
    pass_time(begin, minutes=5)
    return made


def told(person: Person) -> list[str]:
    """The events of the notes about nominations that wait in somebody's inbox."""
    notes = select(EventRow.name).join(Notification, Notification.event_id == EventRow.id)
    mine = (Notification.person_id == person.id, Notification.kind == "nomination", Notification.done_at.is_(None))
    return list(db.session.scalars(notes.where(*mine).order_by(Notification.id)))


def overdue() -> int:
    return len(db.session.scalars(select(EventRow.id).where(EventRow.name == "NominationOverdue")).all())


def test_after_five_working_days_the_moderators_are_told_once_more(
    farah: Person, kim: Person, marta: Person, nominated: Nomination, begin: datetime, pass_time: Pass
) -> None:
    due = timers.due(timers.DECISION, farah, nominated.at)
    pass_time(begin, seconds=(due - begin).total_seconds() - 60)
    assert (told(farah), nominated.overdue_at) == (["AnswerNominated"], None)
    pass_time(begin, weeks=6)
    assert (told(farah), nominated.overdue_at) == (["NominationOverdue"], due)
    assert (told(kim), told(marta), overdue()) == ([], [], 1)


def test_what_was_decided_reminds_nobody(
    farah: Person, nominated: Nomination, begin: datetime, pass_time: Pass
) -> None:
    with as_of(begin + timedelta(days=1)):
        refuse(farah, nominated, reason="one_case", words="It fits one case only.")
    pass_time(begin, weeks=6)
    assert (told(farah), overdue()) == ([], 0)


def test_a_decision_settles_the_reminder_too(
    farah: Person, nominated: Nomination, begin: datetime, pass_time: Pass
) -> None:
    end = pass_time(begin, weeks=6)
    with as_of(end):
        refuse(farah, nominated, reason="one_case", words="It fits one case only.")
    assert told(farah) == []


def test_whoever_became_a_moderator_meanwhile_is_reminded_too_and_who_wrote_it_never(
    farah: Person, marta: Person, nominated: Nomination, answer: Answer, begin: datetime, pass_time: Pass
) -> None:
    other = factories.person("Ania Kowal", None, "moderator")
    pass_time(begin, weeks=6)
    assert (told(other), told(marta)) == (["NominationOverdue"], [])


def test_what_was_removed_meanwhile_reminds_when_it_is_back(
    farah: Person, marta: Person, nominated: Nomination, answer: Answer, begin: datetime, pass_time: Pass
) -> None:
    with as_of(begin + timedelta(days=1)):
        remove(marta, answer)
    end = pass_time(begin, weeks=6)
    assert overdue() == 0
    with as_of(end):
        restore(marta, answer)
    pass_time(end, days=1)
    assert (told(farah)[-1:], overdue()) == (["NominationOverdue"], 1)
