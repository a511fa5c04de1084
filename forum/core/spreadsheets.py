"""Tables to be taken away: CSV in UTF-8, safe to be opened in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import Response

FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # what a formula begins with, also in wide letters


def as_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A table as a file that the browser keeps."""
    headers = {"Content-Disposition": f"attachment; filename={name}.csv"}
    return Response(as_text(columns, rows), content_type="text/csv; charset=utf-8", headers=headers)


def as_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as text: nothing for None, dates as 2026-01-31, "yes" and "no", numbers with a point."""
    return "".join(map(as_line, (columns, *rows)))


def as_line(row: Iterable[Any]) -> str:
    """One line of a table that is too long to be kept whole."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(map(_cell, row))
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        # A leading apostrophe keeps a spreadsheet from taking words for a formula.
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else value
