"""The directory as somebody who does things: it is no person, and may only what the permission table lets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OrganisationsDirectory:
    """Speaks for the organisation about who works here. What it does is written down as done by nobody."""

    id: None = None
    department_id: None = None
    is_active: bool = True
    is_directory: bool = True
    is_moderator: bool = False
    is_administrator: bool = False


DIRECTORY: Any = OrganisationsDirectory()
