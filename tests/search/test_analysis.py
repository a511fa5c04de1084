"""Which words are the same to a search: the forms of one, and no others."""

from __future__ import annotations

import pytest

from forum.search.analysis import terms


@pytest.mark.parametrize(
    "forms",
    [
        "ship ships shipped shipping",
        "stop stops stopped stopping",
        "plan plans planned planning",
        "log logs logged logging",
        "refer refers referred referring",
        "invoice invoices invoiced invoicing",
        "calibrate calibrated calibration calibrations",
        "analysis analyses",
        "day days",
    ],
)
def test_the_forms_of_a_word_are_one(forms: str) -> None:
    assert len(set(terms(forms))) == 1, set(terms(forms))


@pytest.mark.parametrize("words", ["customs customer", "news new", "goods good", "analysis analyst", "label lab"])
def test_words_that_mean_something_else_are_not(words: str) -> None:
    assert len(set(terms(words))) == 2
