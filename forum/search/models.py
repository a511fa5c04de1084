"""Groups of words that mean the same in this organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime


class SynonymGroup(Model):
    """Words and short phrases that mean the same here, as they are written: whoever looks for one finds all."""

    __tablename__ = "synonym_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list[str]] = mapped_column(JSON)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    added_by: Mapped[Any] = relationship("Person", foreign_keys=[added_by_id])
    changed_by: Mapped[Any] = relationship("Person", foreign_keys=[changed_by_id])

    @property
    def as_typed(self) -> str:
        """The group in one line, as a moderator would type it."""
        return ", ".join(self.words)
