"""What stands in the way: mine to remove, or a dated request to whoever has the key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.commitments import listing
from forum.commitments.blocking import ask_for, note_blocker, remove_blocker, reply_to
from forum.commitments.committing import report, undertake
from forum.commitments.models import Blocker, Commitment
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid, Refused
from forum.core.events import EventRow
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.posts.removing import remove, restore
from forum.questions.models import Question
from tests import factories
from tests.needs.conftest import MONDAY, at, office_hours, pass_time

__all__ = ["at", "office_hours", "pass_time"]

Moments = Callable[[datetime], Any]
WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def made(kim: Person, marta: Person, at: Moments) -> Commitment:
    with at(MONDAY):
        return undertake(
            kim,
            factories.question(marta),
            occasion="the press stops",
            deed="call the maker myself",
            due_on=date(2026, 12, 18),
        )


@pytest.fixture
def wanted(kim: Person, marta: Person, made: Commitment, at: Moments) -> Blocker:
    with at(MONDAY):
        return note_blocker(
            kim, made, kind="permission", words="Only you may call them.", holder=marta, wanted_by=WEDNESDAY
        )


def asked() -> list[bool]:
    rows = db.session.scalars(select(EventRow).where(EventRow.name == "KeyAsked").order_by(EventRow.id))
    return [row.data["reminder"] for row in rows]


def test_whoever_has_the_key_is_asked_and_asked_once_more(
    wanted: Blocker, marta: Person, pass_time: Callable[..., datetime], at: Moments
) -> None:
    assert asked() == [False]
    end = pass_time(MONDAY, days=2, hours=7)  # The day itself is theirs.
    assert asked() == [False]
    end = pass_time(end, days=30)
    assert asked() == [False, True]
    with at(end - timedelta(days=20)):
        assert [each.overdue for each in listing.requests(marta)] == [True]


def test_an_open_way_is_out_of_the_way_and_a_no_needs_its_reason(kim: Person, marta: Person, wanted: Blocker) -> None:
    with pytest.raises(Forbidden):
        reply_to(kim, wanted, "opened", "")
    with pytest.raises(Invalid) as refused:
        reply_to(marta, wanted, "cannot", " ")
    assert refused.value.field == "answer"
    reply_to(marta, wanted, "opened", "Call them, I told them.")
    assert wanted.removed_at is not None
    with pytest.raises(Refused):
        reply_to(marta, wanted, "cannot", "After all not.")


def test_a_no_leaves_it_in_the_way(marta: Person, wanted: Blocker, pass_time: Callable[..., datetime]) -> None:
    reply_to(marta, wanted, "cannot", "The contract names me. Tell me, and I call within the hour.")
    assert (wanted.removed_at, wanted.is_waiting) == (None, False)
    pass_time(MONDAY, days=30)
    assert asked() == [False]


def test_nobody_is_asked_once_more_for_what_is_over(
    kim: Person, made: Commitment, wanted: Blocker, pass_time: Callable[..., datetime]
) -> None:
    report(kim, made, "dropped", word="The press is new.")
    pass_time(MONDAY, days=30)
    assert asked() == [False]


def test_what_is_mine_asks_nobody(kim: Person, made: Commitment) -> None:
    mine = note_blocker(kim, made, kind="time", words="I never have an hour in one piece.")
    assert (asked(), mine.is_waiting) == ([], False)
    remove_blocker(kim, mine)
    assert mine.removed_at is not None


def test_only_whoever_made_the_commitment_says_what_is_in_its_way(marta: Person, made: Commitment) -> None:
    with pytest.raises(Forbidden):
        note_blocker(marta, made, kind="time", words="They never have an hour.")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "weather"}, "kind"),
        ({"words": ""}, "words"),
        ({"wanted_by": None}, "wanted_by"),
        ({"wanted_by": date(2026, 11, 22)}, "wanted_by"),
        ({"holder": "kim"}, "holder"),
    ],
)
def test_a_request_names_what_whom_and_by_when(
    said: dict[str, Any], field: str, kim: Person, marta: Person, made: Commitment, at: Moments
) -> None:
    given = {"kind": "money", "words": "There is no budget for it.", "holder": marta, "wanted_by": WEDNESDAY, **said}
    given["holder"] = kim if given["holder"] == "kim" else given["holder"]
    with at(MONDAY), pytest.raises(Invalid) as refused:
        note_blocker(kim, made, **given)
    assert refused.value.field == field


def test_nobody_is_asked_once_more_on_a_removed_page_until_it_is_back(
    farah: Person, made: Commitment, wanted: Blocker, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    question = db.session.get_one(Question, made.page_id)
    with at(MONDAY):
        remove(farah, question)
    end = pass_time(MONDAY, days=12)
    assert asked() == [False]
    with at(end):
        restore(farah, question)
    pass_time(end, days=8)
    assert asked() == [False, True]


@pytest.fixture
def ada(marta: Person) -> Person:
    """Whoever Marta reports to."""
    made = factories.person("Ada Above")
    marta.manager_id = made.id
    db.session.flush()
    return made


def passed_up() -> list[int]:
    rows = db.session.scalars(select(EventRow).where(EventRow.name == "KeyPassedUp").order_by(EventRow.id))
    return [row.data["to_id"] for row in rows]


@pytest.fixture
def needed(kim: Person, marta: Person, at: Moments) -> Blocker:
    """Something that Kim needs of Marta, for no commitment."""
    with at(MONDAY):
        return ask_for(kim, marta, kind="money", words="One licence more.", wanted_by=date(2026, 12, 18))


def test_a_request_by_itself_is_owed_a_reply_in_three_days_and_then_one_level_up_is_told_once(
    needed: Blocker, kim: Person, marta: Person, ada: Person, pass_time: Callable[..., datetime], at: Moments
) -> None:
    end = pass_time(MONDAY, days=2, hours=7)
    assert (asked(), passed_up()) == ([False], [])
    end = pass_time(end, hours=1)
    assert (asked(), passed_up()) == ([False, True], [ada.id])
    end = pass_time(end, days=60)
    assert (asked(), passed_up()) == ([False, True], [ada.id])
    told = select(Notification.person_id, Notification.reason).where(Notification.done_at.is_(None))
    assert sorted(db.session.execute(told).all()) == sorted([(marta.id, "holds"), (ada.id, "one_up")])
    with at(end):
        for person in (kim, marta, ada):
            assert [each.overdue for each in listing.requests(person)] == [True]


def test_whoever_is_one_level_up_replies_too_once_they_were_told(
    needed: Blocker, kim: Person, ada: Person, pass_time: Callable[..., datetime], at: Moments
) -> None:
    with pytest.raises(Forbidden):
        reply_to(ada, needed, "opened", "")
    end = pass_time(MONDAY, days=4)
    with at(end):
        reply_to(ada, needed, "opened", "It is ordered.")
    pass_time(end, minutes=1)
    assert needed.removed_at is not None
    told = select(Notification.person_id, Notification.reason).where(Notification.done_at.is_(None))
    assert db.session.execute(told).all() == [(kim.id, "needs_key")]


def test_one_level_up_is_told_of_keys_to_commitments_too_but_not_whoever_waits(
    kim: Person, wanted: Blocker, marta: Person, pass_time: Callable[..., datetime]
) -> None:
    marta.manager_id = kim.id
    pass_time(MONDAY, days=10)
    assert (asked(), passed_up()) == ([False, True], [])


def test_when_the_holder_has_left_one_level_up_is_told_in_their_place(
    needed: Blocker, marta: Person, ada: Person, pass_time: Callable[..., datetime]
) -> None:
    marta.left_at = MONDAY
    pass_time(MONDAY, days=10)
    assert (asked(), passed_up()) == ([False], [ada.id])


def test_what_is_needed_no_longer_asks_nobody(
    needed: Blocker, kim: Person, marta: Person, ada: Person, pass_time: Callable[..., datetime]
) -> None:
    with pytest.raises(Forbidden):
        remove_blocker(marta, needed)
    remove_blocker(kim, needed)
    pass_time(MONDAY, days=10)
    assert (asked(), passed_up(), listing.requests(marta)) == ([False], [], [])
