"""What people searched for last, and what they did not find, counted by person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from forum.core.clock import as_of
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.people.models import Person
from forum.search.history import (
    MOST_RECENT,
    Missed,
    MissedSearch,
    RecentSearch,
    bring_back,
    dismiss,
    dismissed,
    forget,
    forget_old_searches,
    is_known,
    missed,
    recent,
    remember,
)
from forum.search.port import Hit, Page
from forum.search.query import parse

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONDAY = NOON.date()
NOTHING = Page(hits=[], total=0)
SOME = Page(hits=[Hit("q1", 1.0)], total=1, widened=True)
GOOD = Page(hits=[Hit("q1", 1.0)], total=1)


def search(person: Person, typed: str, found: Page | None = NOTHING, *, after: float = 0) -> None:
    """Search so many minutes after noon."""
    with as_of(NOON + timedelta(minutes=after)):
        remember(person, parse(typed), found)


def rows(kind: type) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


# The last searches


def test_the_last_searches_are_offered_latest_first_and_each_once(kim: Person, marta: Person) -> None:
    for minute, typed in enumerate(("vpn", "parcel dept:sales sort:newest", "vpn", "late invoice")):
        search(kim, typed, GOOD, after=2 * minute)
    search(marta, "secret", GOOD)
    assert recent(kim) == ["late invoice", "vpn", "parcel dept:sales"]


def test_only_the_last_ten_are_kept(kim: Person) -> None:
    for number in range(MOST_RECENT + 5):
        search(kim, f"word{number:02}", GOOD, after=2 * number)
    assert recent(kim) == [f"word{number:02}" for number in range(14, 4, -1)]
    assert rows(RecentSearch) == MOST_RECENT


def test_what_was_typed_on_takes_the_place_of_its_beginning(kim: Person) -> None:
    search(kim, "late", GOOD)
    search(kim, "late invoice", GOOD, after=0.2)
    assert recent(kim) == ["late invoice"]
    search(kim, "late invoice dept:finance", GOOD, after=5)
    assert recent(kim) == ["late invoice dept:finance", "late invoice"]


def test_the_same_search_again_and_no_search_at_all_are_nothing_to_remember(kim: Person) -> None:
    search(kim, "vpn", GOOD)
    with as_of(NOON + timedelta(seconds=30)):
        assert is_known(kim, parse("vpn"))
        assert is_known(kim, parse("vpn sort:newest"))
        assert is_known(kim, parse(" "))
        assert not is_known(kim, parse("vpn token"))


def test_whoever_clears_the_list_leaves_nothing_behind(kim: Person, marta: Person) -> None:
    search(kim, "wombat")
    search(marta, "quokka")
    forget(kim)
    assert (recent(kim), recent(marta)) == ([], ["quokka"])
    assert [each.words for each in missed(MONDAY, people=1)] == ["quokka"]


# What was not found


def test_five_searches_of_three_people_count_three(kim: Person, marta: Person, farah: Person) -> None:
    for minute, person in enumerate((kim, kim, marta, farah, kim)):
        search(person, "wombat cellar", after=2 * minute)
    assert missed(MONDAY) == [Missed("wombat cellar", people=3, last=MONDAY)]


def test_the_same_words_in_another_order_or_form_are_the_same(kim: Person, marta: Person, farah: Person) -> None:
    search(kim, "Wombats in the cellar")
    search(marta, "cellar wombat")
    search(farah, "cellar WOMBAT")
    assert missed(MONDAY) == [Missed("cellar wombat", people=3, last=MONDAY)]


def test_what_is_missed_keeps_the_capitals_that_most_gave_it(kim: Person, marta: Person, farah: Person) -> None:
    search(kim, "the RMA wombat")
    search(marta, "the rma wombat")
    search(farah, "the RMA wombat")
    search(kim, "The rma WOMBAT", after=5)  # Once a day, however it is written.
    assert missed(MONDAY) == [Missed("the RMA wombat", people=3, last=MONDAY)]
    assert rows(MissedSearch) == 3


def test_what_is_dismissed_is_listed_no_more_however_it_is_written_until_it_is_put_back(
    kim: Person, marta: Person, farah: Person
) -> None:
    for person in (kim, marta):
        search(person, "lost Wombat")
        search(person, "quokka", after=5)
    with as_of(NOON):
        dismiss(farah, "wombats lost")
        dismiss(farah, " ")
    assert [each.words for each in missed(MONDAY)] == ["quokka"]
    assert [(words, name) for words, name, _ in dismissed(MONDAY)] == [("wombats lost", "Farah Aziz")]
    search(farah, "lost wombat", after=10)
    assert [each.words for each in missed(MONDAY)] == ["quokka"]
    bring_back(farah, "Lost wombat")
    assert [(each.words, each.people) for each in missed(MONDAY)] == [("lost Wombat", 3), ("quokka", 2)]
    assert dismissed(MONDAY) == []


def test_only_moderators_dismiss_and_it_is_forgotten_after_half_a_year(kim: Person, farah: Person) -> None:
    with pytest.raises(Forbidden):
        dismiss(kim, "wombat")
    with pytest.raises(Forbidden):
        bring_back(kim, "wombat")
    with as_of(NOON):
        dismiss(farah, "wombat")
        db.session.commit()
    with as_of(NOON + timedelta(days=181)):
        forget_old_searches()
    assert dismissed(MONDAY) == []


def test_trying_again_on_another_day_is_the_same_person_and_a_later_day(kim: Person, marta: Person) -> None:
    search(kim, "wombat")
    search(marta, "wombat", after=24 * 60)
    search(kim, "wombat", after=48 * 60)
    assert missed(MONDAY) == [Missed("wombat", people=2, last=date(2026, 3, 4))]
    assert missed(date(2026, 3, 4)) == []


def test_what_one_person_alone_missed_is_not_told(kim: Person) -> None:
    search(kim, "wombat")
    assert missed(MONDAY) == []


def test_what_only_some_words_found_is_missed_too(kim: Person, marta: Person) -> None:
    search(kim, "wombat address", SOME)
    search(marta, "wombat address", SOME)
    assert [each.people for each in missed(MONDAY)] == [2]


@pytest.mark.parametrize("typed", ["wombat tag:vat", "wombat -cellar", "is:open", "wombat after:2026", "-wombat"])
def test_a_search_with_a_filter_says_nothing_about_what_is_missing(typed: str, kim: Person) -> None:
    search(kim, typed)
    assert rows(MissedSearch) == 0


def test_nothing_is_kept_of_what_found_something_or_while_the_index_is_away(kim: Person) -> None:
    search(kim, "vpn", GOOD)
    search(kim, "wombat", None)
    search(kim, "quokka", Page(hits=[], total=0, partial=True))
    assert rows(MissedSearch) == 0


def test_typing_on_counts_once_and_not_at_all_once_it_found_something(kim: Person) -> None:
    search(kim, "womb")
    search(kim, "wombat cel", after=0.2)
    search(kim, "wombat cellar", after=0.4)
    assert [each.words for each in missed(MONDAY, people=1)] == ["wombat cellar"]
    search(kim, "wombat", GOOD, after=0.6)
    assert missed(MONDAY, people=1) == []


def test_after_half_a_year_all_of_it_is_forgotten(kim: Person) -> None:
    search(kim, "wombat")
    with as_of(NOON + timedelta(days=179)):
        forget_old_searches()
        assert (rows(RecentSearch), rows(MissedSearch)) == (1, 1)
    with as_of(NOON + timedelta(days=182)):
        forget_old_searches()
        assert (rows(RecentSearch), rows(MissedSearch)) == (0, 0)
