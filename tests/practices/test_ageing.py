"""Ageing: due on a date, fresh again by who confirms or uses it, out of date when nobody looks or it fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.core.events import EventRow
from forum.departments.models import Department
from forum.needs import check_ins
from forum.needs.opening import use_practice
from forum.people.models import Person
from forum.practices import listing
from forum.practices.ageing import (
    NoLongerRecommended,
    StillChallenged,
    confirm,
    look_at_dates,
    should_retire,
)
from forum.practices.models import Practice
from forum.practices.promoting import look_after, retire, revise, texts_of
from forum.practices.weighing import by_version, contested
from forum.reviewing.challenging import challenge, reply
from forum.search.ranking import factor
from tests import factories
from tests.notifications.conftest import WEEK, notes

MADE = datetime(2026, 5, 4, 10, tzinfo=UTC)
DATE = datetime(2026, 10, 31, tzinfo=UTC)  # 180 days later, a Saturday
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def office_hours(sales: Any, finance: Any) -> None:
    """Everybody works from nine to five, in UTC."""
    for department in (sales, finance):
        department.calendar = {"timezone": "UTC", "hours": WEEK}


@pytest.fixture
def practice(kim: Person, marta: Person, farah: Person, noise: None) -> Practice:
    """Of Marta's words, kept by her; Farah made it."""
    with as_of(MADE):
        answer = factories.answer(marta, factories.question(kim))
        made = factories.practice(farah, answer)
    db.session.commit()
    return made


@pytest.fixture
def work() -> Callable[[datetime], None]:
    """Look at the dates at a moment, and do what follows from it."""

    def run(moment: datetime) -> None:
        db.session.commit()
        with as_of(moment):
            look_at_dates()
            while jobs.run_due():
                pass
        db.session.expire_all()

    return run


def use(person: Person, practice: Practice, outcome: str, moment: datetime) -> None:
    """Somebody uses it and says how it went."""
    with as_of(moment):
        made = check_ins.plan(use_practice(person, practice.id), practice_version=practice.version)
        check_ins.reply(person, made, outcome)
        db.session.commit()
        while jobs.run_due():
            pass
    db.session.expire_all()


def events(name: str) -> int:
    return db.session.query(EventRow).filter_by(name=name).count()


def test_keeper_and_moderators_are_asked_once_when_the_date_has_come(
    marta: Person, farah: Person, practice: Practice, work: Any
) -> None:
    work(DATE - timedelta(minutes=1))
    assert events("PracticeDue") == 0
    for hour in range(3):
        work(DATE + timedelta(hours=hour))
    assert events("PracticeDue") == 1
    assert notes(marta).count(("review", "keeps")) == 1
    assert notes(farah).count(("upkeep", "moderates")) == 1


@pytest.mark.parametrize("who", ["marta", "farah"])
def test_keeper_or_moderator_confirm_and_the_clock_begins_again(
    who: str, marta: Person, farah: Person, practice: Practice, work: Any
) -> None:
    work(DATE)
    with as_of(MONDAY):
        confirm({"marta": marta, "farah": farah}[who], practice)
    assert (practice.review_on, practice.reviewed_at, practice.asked_at) == (date(2027, 5, 1), MONDAY, None)
    assert {"review", "upkeep"}.isdisjoint(dict(notes(marta)) | dict(notes(farah)))
    work(MONDAY)
    assert events("PracticeDue") == 1
    work(datetime(2027, 5, 1, tzinfo=UTC))
    assert events("PracticeDue") == 2


def test_whoever_made_it_work_lately_confirms_too(kim: Person, chris: Person, practice: Practice, work: Any) -> None:
    use(kim, practice, "resolved", DATE - timedelta(days=80))
    use(chris, practice, "partly", DATE - timedelta(days=80))
    work(DATE)
    with as_of(DATE + timedelta(days=11)), pytest.raises(Forbidden):
        confirm(kim, practice)
    with as_of(DATE + timedelta(days=10)):
        with pytest.raises(Forbidden):
            confirm(chris, practice)
        confirm(kim, practice)
    assert practice.reviewed_at == DATE + timedelta(days=10)


def test_two_uses_that_worked_since_it_was_asked_are_a_review(
    kim: Person, chris: Person, marta: Person, farah: Person, practice: Practice, work: Any
) -> None:
    use(kim, practice, "partly", DATE - timedelta(days=1))
    work(DATE)
    use(marta, practice, "resolved", MONDAY)  # Whoever wrote it does not count.
    use(kim, practice, "partly", MONDAY)
    use(kim, practice, "resolved", MONDAY)
    assert practice.reviewed_at is None
    use(chris, practice, "resolved", MONDAY + timedelta(hours=1))
    assert practice.review_on == date(2027, 5, 1)
    assert db.session.query(EventRow).filter_by(name="PracticeConfirmed").one().data == {"by_use": True}
    assert ("practice", "keeps") in notes(marta)
    assert "upkeep" not in dict(notes(farah))


def test_use_before_the_date_moves_nothing(kim: Person, chris: Person, practice: Practice) -> None:
    for person in (kim, chris):
        use(person, practice, "resolved", DATE - timedelta(days=10))
    assert practice.review_on == DATE.date()


def test_nobody_looking_for_twenty_working_days_makes_it_out_of_date(
    marta: Person, farah: Person, practice: Practice, work: Any
) -> None:
    work(DATE)
    last = datetime(2026, 11, 27, 17, tzinfo=UTC)
    work(last - timedelta(minutes=1))
    assert practice.stale_since is None
    work(last)
    work(last + timedelta(hours=1))
    assert (practice.stale_since, practice.stale_because, events("PracticeStale")) == (last, "overdue", 1)
    assert [row.id for row in listing.library(state="stale").rows] == [practice.id]
    with as_of(last + timedelta(days=3)):
        confirm(marta, practice)
    assert (practice.stale_since, practice.stale_because) == (None, "")
    assert {"review", "upkeep"}.isdisjoint(dict(notes(marta)) | dict(notes(farah)))


def test_what_was_never_asked_about_is_not_out_of_date_however_old_its_date(practice: Practice, work: Any) -> None:
    work(DATE + timedelta(days=200))
    assert (practice.asked_at, practice.stale_since) == (DATE + timedelta(days=200), None)


def test_a_new_pace_is_a_new_date_of_which_is_asked_again(
    farah: Person, marta: Person, sales: Any, practice: Practice, work: Any
) -> None:
    work(DATE)
    db.session.refresh(practice, ["departments", "tags"])
    with as_of(DATE):
        look_after(farah, practice, owner=marta, departments=[sales.id], tags="", review_pace="fast")
    work(DATE + timedelta(days=89))
    assert events("PracticeDue") == 1
    work(DATE + timedelta(days=90))
    assert events("PracticeDue") == 2


def test_two_failures_of_the_last_five_make_it_out_of_date(
    kim: Person, chris: Person, marta: Person, practice: Practice
) -> None:
    moments = iter(MADE + timedelta(days=day) for day in range(1, 20))
    use(kim, practice, "not", next(moments))
    for _ in range(4):
        use(chris, practice, "resolved", next(moments))
    use(chris, practice, "not", next(moments))
    assert practice.stale_since is None  # Of the last five only this one failed.
    use(marta, practice, "not", next(moments))  # Whoever wrote it does not count.
    assert practice.stale_since is None
    use(kim, practice, "not", next(moments))
    assert practice.stale_because == "outcomes"


def test_after_a_review_failures_of_before_do_not_count(
    kim: Person, chris: Person, marta: Person, practice: Practice
) -> None:
    for person in (kim, chris):
        use(person, practice, "not", MADE + timedelta(days=1))
    with as_of(MADE + timedelta(days=2)):
        confirm(marta, practice)
    use(kim, practice, "not", MADE + timedelta(days=3))
    assert practice.stale_since is None


def test_use_does_not_heal_what_failed(kim: Person, chris: Person, practice: Practice, work: Any) -> None:
    work(DATE)
    for outcome in ("not", "not"):  # One person is no two, however often they say it.
        use(kim, practice, outcome, MONDAY)
    assert practice.stale_because == ""
    for person, outcome in ((chris, "not"), (kim, "resolved"), (chris, "resolved")):
        use(person, practice, outcome, MONDAY)
    assert practice.stale_because == "outcomes"


def test_a_challenge_that_is_upheld_makes_it_out_of_date_until_it_is_mended(
    kim: Person, marta: Person, practice: Practice
) -> None:
    with as_of(MONDAY):
        made = challenge(kim, practice, what="The menu is gone since March.")
        with pytest.raises(StillChallenged):
            confirm(marta, practice)
        reply(marta, made, "upheld", "So it is.")
        assert practice.stale_because == "challenge"
        revise(marta, practice, texts_of({**practice.texts, "body": "1. Use the new one."}), seen=1)
        reply(marta, made, "changed", "There is a new one.")
    assert (practice.stale_since, practice.reviewed_at, practice.challenged_at) == (None, MONDAY, None)


def test_what_is_retired_is_neither_asked_about_nor_confirmed(
    farah: Person, kim: Person, practice: Practice, work: Any
) -> None:
    with as_of(MADE):
        retire(farah, practice, because="Gone.")
    work(DATE)
    for _ in range(2):
        use(kim, practice, "not", DATE)
    assert (practice.asked_at, practice.stale_since) == (None, None)
    with pytest.raises(NoLongerRecommended):
        confirm(farah, practice)


def test_what_became_of_it_is_told_by_version_without_its_authors_word(
    kim: Person, marta: Person, practice: Practice
) -> None:
    use(kim, practice, "resolved", MONDAY)
    use(marta, practice, "resolved", MONDAY)
    revise(marta, practice, texts_of({**practice.texts, "body": "1. Better."}), seen=1)
    use(kim, practice, "partly", MONDAY)
    use(kim, practice, "not", MONDAY)
    found = {version: (each.worked, each.partly, each.failed) for version, each in by_version(practice).items()}
    assert found == {1: (1, 0, 0), 2: (0, 1, 1)}


def test_a_department_for_which_it_fails_contests_what_works_for_the_others(
    sales: Department, finance: Department, practice: Practice
) -> None:
    def by(department: Department, *outcomes: str) -> None:
        for outcome in outcomes:
            use(factories.person(None, department), practice, outcome, MADE + timedelta(days=1))
        db.session.refresh(practice)

    by(sales, "resolved", "resolved", "resolved", "resolved")
    by(finance, "resolved", "partly")
    assert contested({practice.id: practice.found}) == {practice.id: []}
    by(finance, "not")
    assert contested({practice.id: practice.found}) == {practice.id: ["Finance"]}
    by(sales, "not", "not", "not", "not")
    assert contested({practice.id: practice.found}) == {practice.id: []}  # It fails for most, wherever they are.


def test_retiring_is_proposed_of_what_fails_or_was_out_of_date_for_twelve_weeks(
    marta: Person, practice: Practice
) -> None:
    practice.owner, practice.label = marta, "mixed"
    assert not should_retire(practice, MONDAY)
    practice.stale_since = MONDAY
    assert not should_retire(practice, MONDAY + timedelta(weeks=12, minutes=-1) - timedelta(days=2, hours=16))
    assert should_retire(practice, MONDAY + timedelta(weeks=12))
    practice.stale_since, practice.label = None, "does_not_work"
    assert should_retire(practice, MONDAY)


def test_what_is_out_of_date_stands_lower_and_is_not_proven() -> None:
    assert factor(("practice", "stale"), 0, 0) < factor((), 0, 0) < factor(("practice",), 0, 0)
