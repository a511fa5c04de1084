"""The note of a month: what it tells, when it is sent, and what its readers say of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from forum.answers.answering import accept
from forum.core.clock import as_of
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.notifications.models import Notification
from forum.people.models import Organisation, Person
from forum.teams.measuring import Useful
from forum.teams.models import MonthlyNote
from forum.teams.monthly import first_of, month_after, month_before, told_of
from forum.teams.sending import rate, rating_of, send_note, useful
from tests import factories

MARCH = date(2026, 3, 1)
IN_MARCH = datetime(2026, 3, 11, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def began(app: object) -> None:
    """The organisation began in February."""
    db.session.scalars(select(Organisation)).one().founded_at = datetime(2026, 2, 2, tzinfo=UTC)


@pytest.fixture
def used(kim: Person, marta: Person, farah: Person) -> None:
    """In March a practice was made, and worked for four of five who used it."""
    with as_of(IN_MARCH):
        question = factories.question(kim)
        answer = factories.answer(marta, question)
        accept(kim, answer)
        practice = factories.practice(farah, answer, title="Weigh it twice")
    with as_of(IN_MARCH + timedelta(days=2)):
        for number in range(5):
            factories.outcome(factories.person(), practice, "resolved" if number else "not")


def test_a_month_tells_what_is_new_and_what_was_used_most(used: None) -> None:
    assert told_of(MARCH) == [
        {"name": "What changed", "words": "1 new best practice: “Weigh it twice”."},
        {"name": "Used most", "words": "“Weigh it twice” worked for 4 colleagues."},
    ]
    assert told_of(month_after(MARCH)) == []


def test_it_is_sent_on_the_first_working_day_once_and_stays_as_it_was(used: None, head: Person) -> None:
    for day in (datetime(2026, 3, 31, 9, tzinfo=UTC),):
        with as_of(day):
            assert send_note() is None
    with as_of(datetime(2026, 4, 1, 0, 5, tzinfo=UTC)):
        sent = send_note()
        assert sent is not None
        assert (sent.month, sent.readers) == (MARCH, 1)
        assert send_note() is None
    with as_of(datetime(2026, 4, 2, 9, tzinfo=UTC)):
        assert send_note() is None
    assert db.session.scalar(select(func.count()).select_from(MonthlyNote)) == 1


def test_a_month_that_begins_on_a_weekend_waits_for_monday(used: None, head: Person) -> None:
    db.session.add(MonthlyNote(month=MARCH, lines=[], readers=1, sent_at=IN_MARCH))
    with as_of(datetime(2026, 7, 30, tzinfo=UTC)):
        factories.practice(
            factories.person(None, None, "moderator"), factories.answer(head, factories.question(factories.person()))
        )
    with as_of(datetime(2026, 8, 2, 9, tzinfo=UTC)):  # A Sunday.
        assert send_note() is None
    with as_of(datetime(2026, 8, 3, 0, 1, tzinfo=UTC)):
        assert send_note() is not None


def test_nothing_is_sent_of_an_empty_month_or_to_nobody(kim: Person, used: None) -> None:
    with as_of(datetime(2026, 4, 1, 9, tzinfo=UTC)):
        assert send_note() is None  # Nobody answers for a department.
        factories.person("Late Head", None, "stakeholder")
    with as_of(datetime(2026, 6, 1, 9, tzinfo=UTC)):
        assert send_note() is None  # Nothing happened in May.


def test_those_who_answer_for_a_department_are_told_with_its_lines(
    used: None, head: Person, kim: Person, work_off: Callable[[], None]
) -> None:
    with as_of(datetime(2026, 4, 1, 9, tzinfo=UTC)):
        send_note()
        db.session.commit()
        work_off()
    told = db.session.scalars(select(Notification).where(Notification.kind == "monthly")).all()
    assert [(note.person_id, note.reason) for note in told] == [(head.id, "answers_for")]


def test_the_latest_word_of_a_reader_counts_and_others_have_none(used: None, head: Person, kim: Person) -> None:
    with as_of(datetime(2026, 4, 1, 9, tzinfo=UTC)):
        note = send_note()
    assert note is not None
    with pytest.raises(Forbidden):
        rate(kim, note, "yes")
    with pytest.raises(Invalid):
        rate(head, note, "maybe")
    rate(head, note, "no")
    rate(head, note, "yes")
    assert (rating_of(head, note), rating_of(kim, note)) == ("yes", None)
    assert useful(note) == Useful(1, 0, 0, 1)


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_months_follow_each_other(day: date) -> None:
    month = first_of(day)
    assert month_before(month_after(month)) == month
    assert month_after(month) - month <= timedelta(days=31)
    assert month <= day < month_after(month)
