"""What is offered as asked before: by what tells, wherever it stands and however it is written; nothing is filler."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from forum.search.current import engine
from forum.search.similar import Match, likeness, similar
from tests.search.engines.documents import document

NOISE = [
    document(
        f"q{number}",
        f"How do I get the {thing} to work for five days",
        "What I need is to get it to do that.",
        answers="Ask them.",
    )
    for number, thing in enumerate(
        ["projector", "badge reader", "coffee machine", "forklift", "lift", "door", "heating", "scanner"], start=50
    )
]


@pytest.fixture(autouse=True)
def library(app: Flask) -> None:
    engine().rebuild(
        [
            document("q1", "Parcel was delivered to the wrong warehouse\nShipment sent to an old address"),
            document(
                "q2", "Printer on the second floor prints blank pages", answers="Take the toner out and shake it."
            ),
            document("p3", "Shake the toner before you order a new one"),
            document("a4", "", "The warehouse closes at ten."),
            *NOISE,
        ]
    )


def ids(text: str, **more: object) -> list[str]:
    return [match.id for match in similar(text, **more)]  # type: ignore[arg-type]


def test_the_same_need_in_other_words_is_close_and_says_which_words_it_shares() -> None:
    best = similar("parcel delivered to a wrong warehouse, what now?")[0]
    assert (best.id, best.is_close, best.also) == ("q1", True, False)
    assert set(best.words) == {"parcel", "delivered", "warehouse"}


@pytest.mark.parametrize(
    ("score", "alike", "words", "is_close"),
    [
        (0.62, 0.0, ("parcel",), True),
        (0.61, 0.64, ("parcel",), False),
        (0.40, 0.65, ("parcel",), True),  # Nearly the same title, in an organisation where its words tell little.
        (0.90, 0.90, (), False),
    ],
)
def test_what_looks_the_same_is_told_by_either_figure(
    score: float, alike: float, words: tuple[str, ...], is_close: bool
) -> None:
    assert Match("q1", score, "Parcel?", also=False, words=words, alike=alike).is_close == is_close


def test_the_wording_of_a_merged_question_is_named_when_it_matches_better() -> None:
    best = similar("shipments go to our old address")[0]
    assert (best.id, best.also, best.wording) == ("q1", True, "Shipment sent to an old address")


def test_what_stands_in_an_answer_finds_the_question_as_related() -> None:
    found = {match.id: match for match in similar("shake toner")}
    assert {"q2", "p3"} <= found.keys()
    assert not found["q2"].is_close


def test_another_form_of_a_word_is_alike() -> None:
    assert likeness("prints blank pages", "printing of a blank page") > likeness("prints blank pages", "blank forms")


@pytest.mark.parametrize(
    "text", ["How do I get it to work", "what should I do to get five", "the of and", "", "?", "x"]
)
def test_words_that_tell_nothing_find_nothing(text: str) -> None:
    assert similar(text) == []


def test_filler_is_no_reason() -> None:
    words = {word for match in similar("How do I get a blank page out of the printer") for word in match.words}
    assert words <= {"blank", "page", "printer"}


def test_only_the_kinds_that_were_asked_for_are_given_and_none_of_the_excluded() -> None:
    assert "a4" not in ids("warehouse closes at ten")
    assert "a4" in ids("warehouse closes at ten", kinds=("answer",))
    assert "q1" not in ids("parcel wrong warehouse", exclude={"q1"})


def test_at_most_as_many_as_asked_for_best_first() -> None:
    found = similar("door of the lift, lift door", limit=3)
    assert {"q54", "q55"} <= {match.id for match in found}
    assert len(similar("door of the lift, lift door", limit=1)) == 1
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_a_share_the_same_both_ways_and_1_for_the_same_words(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
    assert likeness(one, one) in (0.0, 1.0)


def test_two_thousand_characters_and_odd_ones_do_not_fail() -> None:
    for text in ("warehouse " * 2_000, "\x00" * 50, "𝕬𝖇𝖈 \u202e parcel", "a" * 70_000):
        similar(text)
