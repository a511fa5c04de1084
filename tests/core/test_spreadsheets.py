"""Tables as files: what a spreadsheet must not take for a formula, and how dates and words are written."""

from __future__ import annotations

from datetime import date

import pytest

from forum.core.spreadsheets import as_text
from tests.rules.source import MODULES


@pytest.mark.parametrize("words", ["=1+1", "+49", "-x", "@name", "\tx", "\r=x", "\n=x", "\uff1d1"])
def test_words_are_no_formula(words: str) -> None:
    assert as_text(("a",), [(words,)]).split("\r\n", 1)[1].lstrip('"').startswith("'")


def test_every_table_is_written_here() -> None:
    """A module that writes CSV by itself forgets that a department may be called =1+1."""
    others = [name for name, module in MODULES.items() if "csv" in module.libraries and name != "core.spreadsheets"]
    assert others == []


def test_numbers_stay_numbers_and_dates_dates() -> None:
    row = (-1.5, 0, None, True, False, date(2026, 1, 31), 'say "so", please')
    assert as_text(("a",) * 7, [row]).splitlines()[1] == '-1.5,0,,yes,no,2026-01-31,"say ""so"", please"'
