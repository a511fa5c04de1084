"""Did you mean: which known word a misspelled one stands for."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from forum.search.query import parse
from forum.search.spelling import corrected, distance, likeliest

TITLES = {"warehouse": 7, "delivery": 9, "deliverer": 2, "invoice": 4, "invoices": 5, "vat": 3, "café": 1}


def like(letter: str, lengths: range) -> Iterable[tuple[str, int]]:
    return [(word, uses) for word, uses in TITLES.items() if word[0] == letter and len(word) in lengths]


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("invoice", "invoice", 0),
        ("invoice", "invioce", 1),
        ("invoice", "invoic", 1),
        ("invoice", "xinvoice", 1),
        ("invoice", "imvoise", 2),
        ("abcd", "badc", 2),
        ("", "ab", 2),
    ],
)
def test_letters_changed_added_dropped_or_swapped_are_counted(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == distance(other, one) == steps


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("warehuose", "warehouse"),
        ("Wharehouse", "warehouse"),
        ("delivvery", "delivery"),
        ("parcel delivvery", "parcel delivery"),
        ("delivvery tag:shipping sort:newest", "delivery tag:shipping sort:newest"),
        ("arehouse", None),  # Another first letter is nearly never a slip.
        ("vaat", None),  # Words of three letters are like everything.
        ("va", None),
        ("zzzzzz", None),
        ("", None),
    ],
)
def test_a_word_that_stands_nowhere_is_replaced_by_the_one_meant(typed: str, meant: str | None) -> None:
    assert corrected(parse(typed), lambda word: word == "parcel", like) == meant


def test_a_known_word_is_left_as_it_is() -> None:
    assert corrected(parse("delivvery"), lambda word: True, like) is None


def test_of_a_short_word_only_one_letter_may_be_wrong() -> None:
    assert likeliest("swap", [("say", 9)]) is None
    assert likeliest("swpa", [("swap", 1)]) == "swap"


def test_the_nearest_word_is_meant_and_of_equally_near_ones_the_commonest() -> None:
    assert likeliest("invoicez", [("invoice", 9), ("invoiced", 2), ("invoices", 5), ("voices", 99)]) == "invoice"
    assert likeliest("invoicez", [("invoice", 1), ("invoices", 5)]) == "invoices"
    assert likeliest("deliverr", [("deliver", 1), ("delivery", 1)]) == "deliver"
    assert likeliest("deliverer", [("delivery", 99), ("deliverers", 1)]) == "deliverers"
