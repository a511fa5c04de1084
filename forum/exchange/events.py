"""What an exchange of data tells the rest."""

from __future__ import annotations

from dataclasses import dataclass

from forum.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PostsImported(Event):
    """Questions came in from elsewhere, each with its answers."""

    source: str
    question_ids: list[int]
