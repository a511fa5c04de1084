"""That somebody asked to be taken out, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.people.models import Person


class ErasureRequest(Model):
    """Somebody asked to be taken out; open until an administrator has done it, or it was taken back."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        Index(
            "ix_erasure_request_open",
            "person_id",
            unique=True,
            sqlite_where=text("done_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
