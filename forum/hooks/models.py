"""Hook: an address of a chat that is told of what happens; and what was sent there last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model, UTCDateTime
from forum.core.languages import gettext, messages
from forum.core.sealing import open_sealed

ADDRESS, SECRET = "hook address", "hook secret"  # what they are sealed for
KINDS = messages(
    {
        "question": "A question was asked",
        "accepted": "An answer was accepted",
        "practice": "A best practice was made",
        "fixed": "A cause was fixed",
    }
)


class Hook(Model):
    """Where to send, what of, and how it went. Whoever has the database alone can neither send nor sign."""

    __tablename__ = "hook"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    host: Mapped[str]  # all that is shown of the address: the rest of it lets anybody write there
    sealed_address: Mapped[str] = mapped_column(Text)
    sealed_secret: Mapped[str] = mapped_column(Text)
    kinds: Mapped[list[str]] = mapped_column(JSON)
    department_ids: Mapped[list[int]] = mapped_column(JSON)  # none: all of them
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(default=0)  # tries that went wrong since one went right
    # From then on nothing is sent; `gave_up` if it was failures that ended it.
    off_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    gave_up: Mapped[bool] = mapped_column(default=False)

    @property
    def address(self) -> str:
        """Where to send. Raises `CannotOpen` when the secret key is another one."""
        return open_sealed(self.sealed_address, ADDRESS)

    @property
    def secret(self) -> str:
        """With what to sign."""
        return open_sealed(self.sealed_secret, SECRET)


class Delivery(Model):
    """One try to send something to a hook, and what came of it."""

    __tablename__ = "hook_delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("hook.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str]
    status: Mapped[int | None]  # of the answer; none where nobody answered
    problem: Mapped[str] = mapped_column(default="")

    @property
    def arrived(self) -> bool:
        """Whether it was taken."""
        return not self.problem

    @property
    def why(self) -> str:
        """What went wrong, in the reader's language."""
        return gettext("it answered %(status)s", status=self.status) if self.status else gettext(self.problem)
