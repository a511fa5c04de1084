"""What the pages of administrators share."""

from __future__ import annotations

from forum.core.permissions import require
from forum.core.web import current_person


def administrators_only() -> None:
    """Nobody else sees these pages; each deed is checked again by its verb."""
    require(current_person(), "system.see")
