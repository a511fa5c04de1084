"""FeedAddress: what the secret addresses of one person's feeds are made of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model, UTCDateTime


class FeedAddress(Model):
    """One person may read the site in other programmes. The address is signed: who only has this row cannot make it."""

    __tablename__ = "feed_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    secret: Mapped[str]  # random; another one ends every address made of it
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
