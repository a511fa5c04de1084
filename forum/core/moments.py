"""What had happened by a moment: conditions on columns that say when something did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_


def had_happened(column: Any, by: datetime | None) -> ColumnElement[bool]:
    """Whether it had happened by a moment, that moment included; without one, whether it ever has."""
    happened: ColumnElement[bool] = column.is_not(None) if by is None else column <= by
    return happened


def had_not_happened(column: Any, by: datetime | None) -> ColumnElement[bool]:
    """Whether it had not happened yet; without a moment, whether it never has."""
    never: ColumnElement[bool] = column.is_(None)
    return never if by is None else or_(never, column > by)
