"""What people type, understood; and nothing that can be typed fails."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.clock import as_of
from forum.search.query import LONGEST_WORD, MOST_TERMS, Query, parse, to_text, with_filter, without_filter

TYPED = st.text(alphabet=st.sampled_from('ab 1"-:tagisdeptaufrbo*?~^[](){}\\/\n\x00é.+#\ud800'), max_size=120)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("late invoice", Query(words=("late", "invoice"))),
        ('"late invoice" -draft', Query(phrases=("late invoice",), excluded=("draft",))),
        ('-"second level"', Query(excluded=("second level",))),
        ("tag:month-end dept:finance", Query(tags=("month-end",), departments=("finance",))),
        ('dept:"Customer Service"', Query(departments=("customer-service",))),
        ("author:ola.mensah", Query(authors=("ola.mensah",))),
        ("is:solved is:practice", Query(states=("solved",), kinds=("practice",))),
        ("is:unsolved", Query(states=("open",))),
        ("after:2026-01-01 before:2026-02-01", Query(after=date(2026, 1, 1), before=date(2026, 2, 1))),
        ("after:2026-02 before:2026", Query(after=date(2026, 2, 1), before=date(2026, 1, 1))),
        ('dept:"Café & Möbel" author:"Ola Mensah"', Query(departments=("cafe-mobel",), authors=("ola-mensah",))),
        ("is:proven is:Practice", Query(states=("proven",), kinds=("practice",))),
        ("vpn sort:newest", Query(words=("vpn",), sort="newest")),
        ("http://example.org", Query(words=("http://example.org",))),
        ("colour:red", Query(words=("colour:red",))),
        ("C++ 0x80070005", Query(words=("C++", "0x80070005"))),
        ("", Query()),
        ("* ? ~ ()", Query()),
        ('"unclosed phrase', Query(phrases=("unclosed phrase",))),
    ],
)
def test_it_is_understood_as_people_mean_it(typed: str, understood: Query) -> None:
    assert parse(typed) == understood


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("after:2026-13-01", "“2026-13-01” is not a date; write after:2026-01-31, after:2026-01, after:2026, "),
        ("after:2026-13", "“2026-13” is not a date; write after:2026-01-31"),
        ("before:tomorrow", "“tomorrow” is not a date; write before:2026-01-31"),
        ("before:999999y", "“999999y” is not a date"),
        ("is:nice", "“is:nice” means nothing here"),
        ("sort:colour", "“sort:colour” is not known"),
    ],
)
def test_what_cannot_be_understood_is_said(typed: str, said: str) -> None:
    query = parse(typed)
    assert query.is_empty
    assert query.notices[0].startswith(said)


@pytest.mark.parametrize(
    ("typed", "day"),
    [("today", 15), ("yesterday", 14), ("3d", 12), ("1W", 8), ("2026-02-03", 3)],
)
def test_a_day_may_be_said_as_people_say_it(typed: str, day: int) -> None:
    with as_of(datetime(2026, 2, 15, 9, tzinfo=UTC)):
        assert parse(f"after:{typed}").after == date(2026, 2, day)


def test_a_filter_that_is_turned_round_is_words_to_leave_out_and_that_is_said() -> None:
    query = parse("vpn -tag:vat")
    assert query == Query(words=("vpn",), excluded=("tag:vat",))
    assert query.notices == ("A filter cannot be turned round: “-tag:vat” leaves out these words.",)


@pytest.mark.parametrize(
    "typed",
    [" ".join(f"w{n}" for n in range(90)), " ".join(f"tag:t{n}" for n in range(70)), f'x:"{"a b c d e f g " * 30}"'],
)
def test_a_search_has_bounds(typed: str) -> None:
    query = parse(typed)
    assert len((*query.words, *query.tags)) <= MOST_TERMS


def test_a_search_that_was_cut_says_so() -> None:
    assert parse("w " * 10 + "x" * 600).notices == ("That is a long search: its first 512 letters count.",)
    assert parse(" ".join(f"w{n}" for n in range(90))).notices == (
        "That is a long search: the first 32 words of it count.",
    )


def test_a_word_has_bounds() -> None:
    assert len(parse("x" * 500).words[0]) == LONGEST_WORD


@given(TYPED | st.text(max_size=200))
def test_nothing_that_can_be_typed_fails_and_what_was_understood_can_be_written_out(typed: str) -> None:
    query = replace(parse(typed), notices=())
    assert parse(to_text(query)) == query


@pytest.mark.parametrize("typed", ['"is:open"', '"tag::x"', 'x"dept:it"y'])
def test_a_filter_in_quotes_is_a_word_and_stays_one(typed: str) -> None:
    query = parse(typed)
    assert (query.states, query.tags, query.departments) == ((), (), ())
    assert parse(to_text(query)) == query


@given(TYPED)
def test_a_filter_put_on_can_be_taken_off(typed: str) -> None:
    query = parse(typed)
    for operator, value in (("tag", "boxes-x"), ("is", "solved"), ("dept", "sales-x")):
        filtered = parse(with_filter(query, operator, value))
        assert value in (*filtered.tags, *filtered.states, *filtered.departments)
        assert value not in without_filter(filtered, operator, value).replace(":", " ").split() or value == "solved"


def test_hostile_strings_are_only_words(shared_data: Path) -> None:
    for file in sorted((shared_data / "security").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            payload = json.loads(line)["payload"]
            if isinstance(payload, str):
                query = replace(parse(payload), notices=())
                assert parse(to_text(query)) == query
