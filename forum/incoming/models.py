"""That a mail was taken, so that the same one is posted once however often it arrives."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model


class ReceivedMail(Model):
    """A mail that was taken. Neither whose it was nor what was made of it, and of when only the day."""

    __tablename__ = "received_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    day: Mapped[date] = mapped_column(index=True)
