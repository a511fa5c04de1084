"""Lists are paged by key: where the next page starts, and what becomes of a key that is not ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from forum.core.paging import LARGEST_ID, PER_PAGE, next_key, read_key
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser


def test_a_page_that_is_followed_by_another_says_where_that_one_starts() -> None:
    at = datetime(2026, 11, 23, 9, 18, 1, 234_567, tzinfo=UTC)
    full = [(at, id) for id in range(PER_PAGE + 1, 0, -1)]
    key = next_key(full, lambda row: row)
    assert read_key(key) == {"last": at, "last_id": 2}
    assert next_key(full[:-1], lambda row: row) is None
    assert next_key([], lambda row: row) is None


@hypothesis_settings(max_examples=200)
@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(1, LARGEST_ID))
def test_a_key_says_exactly_where_the_next_page_starts(at: datetime, id: int) -> None:
    key = next_key([(at, id)] * (PER_PAGE + 1), lambda row: row)
    assert read_key(key) == {"last": at, "last_id": id}


BROKEN_KEYS = [
    "",
    "x",
    "1",
    "1-",
    "-1",
    "1-2-3",
    "1-2\n",
    "١-٢",
    "9" * 18 + "-1",
    "1-" + "9" * 11,
    "1e5-1",
    "0x1-1",
    "--",
]


@pytest.mark.parametrize("key", BROKEN_KEYS)
def test_a_key_that_is_not_ours_is_the_start_of_the_list(
    browser: Callable[[Person], Browser], kim: Person, key: str
) -> None:
    factories.question(kim, "Where does this list start?")
    answer = browser(kim).get("/questions", query_string={"tab": "new", "after": key})
    assert "Where does this list start?" in answer.text


@pytest.mark.parametrize("key", ["0-1", "99999999999999999-9999999999"])
def test_a_key_at_the_edge_of_time_is_no_failure(browser: Callable[[Person], Browser], kim: Person, key: str) -> None:
    factories.question(kim)
    for path in (
        "/questions?tab=new",
        f"/people/{kim.id}?tab=answers",
        "/practices?state=current",
        "/departments/sales?x=",
    ):
        assert browser(kim).get(f"{path}&after={key}", follow_redirects=True).status_code == 200
