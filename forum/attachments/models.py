"""An attachment, and in which posts it was ever used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model, UTCDateTime

PICTURES = ("png", "jpg", "webp")  # A GIF becomes a PNG.
FILES = ("pdf", "txt", "csv")
KINDS = (*PICTURES, *FILES)
TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
}


class Attachment(Model):
    """A picture or file that somebody added to a text. Its bytes lie in the storage, under its token."""

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS}", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Random: the address says neither who uploaded it nor when, and nobody can guess the next.
    token: Mapped[str] = mapped_column(unique=True)
    # Nobody once it is used without a name, or whoever uploaded it was forgotten.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    # What a file was called; a picture has no name, for a camera's or a person's would say more than was meant.
    name: Mapped[str] = mapped_column(default="")
    size: Mapped[int]  # bytes, as stored
    width: Mapped[int | None]
    height: Mapped[int | None]
    sha256: Mapped[str]  # of the bytes as stored: a backup can be compared with it
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    # From then on nobody gets it; the worker deletes the bytes and then the row.
    thrown_away_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)

    @property
    def is_picture(self) -> bool:
        """Whether it is shown in the text, and not only linked."""
        return self.kind in PICTURES

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"/attachments/{self.token}"

    @property
    def file_name(self) -> str:
        """What it is called on the disk of whoever saves it."""
        return self.name or f"{'picture' if self.is_picture else 'file'}.{self.kind}"


class PostAttachment(Model):
    """A post uses an attachment, or did in an earlier version, which its history still shows."""

    __tablename__ = "post_attachment"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    attachment_id: Mapped[int] = mapped_column(
        ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
