"""Second factors: an app that shows codes, passkeys, codes for an emergency, and what is asked of a passkey."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model, UTCDateTime


class CodeApp(Model):
    """An app that shows somebody a new code every half minute. Its secret is sealed; see core/sealing.py."""

    __tablename__ = "code_app"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The half minute of the last code that was taken: it and all before it are taken no more.
    last_step: Mapped[int]


class Passkey(Model):
    """A key pair of which we have the public half: the other never leaves the person's device."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    credential_id: Mapped[str] = mapped_column(unique=True)  # base64url, as browsers write it
    public_key: Mapped[str] = mapped_column(Text)  # base64url of COSE
    sign_count: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PasskeyChallenge(Model):
    """Random bytes that a passkey is asked to sign, once and soon. `person_id` is empty where nobody has said who."""

    __tablename__ = "passkey_challenge"

    challenge: Mapped[str] = mapped_column(primary_key=True)  # base64url
    purpose: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class RecoveryCode(Model):
    """A code that lets somebody in once in place of a lost device. Only its fingerprint is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
