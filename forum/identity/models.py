"""Whom the identity provider means by a subject, what its words mean here, and what a directory was told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Model, UTCDateTime
from forum.departments.models import Department
from forum.people.models import Person


class Identity(Model):
    """Whom an identity provider means by a subject. An e-mail address changes hands; issuer and subject never do."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Directory(Model):
    """The one row that says what the words of the provider and the directory mean here; see meanings.py."""

    __tablename__ = "directory"
    __table_args__ = (CheckConstraint("id = 1", "only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    # Where somebody goes whose department is not said or not known; None: they are not let in.
    default_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    departments: Mapped[str] = mapped_column(Text, default="")
    roles: Mapped[str] = mapped_column(Text, default="")
    # Whether somebody who is here already is known by a verified e-mail address, at the first sign-in only.
    links_by_email: Mapped[bool] = mapped_column(default=False)

    default_department: Mapped[Department | None] = relationship(lazy="joined")


class DirectoryEntry(Model):
    """What the directory calls a person. One that was removed there is not told of any more; the person stays."""

    __tablename__ = "directory_entry"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    user_name: Mapped[str]
    user_key: Mapped[str] = mapped_column(unique=True)  # The name as it is compared: its case does not count.
    external_id: Mapped[str | None] = mapped_column(unique=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DirectoryGroup(Model):
    """A group of the directory, as it is called there. What it means here, a line of `Directory.roles` says."""

    __tablename__ = "directory_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)  # The name as it is compared: its case does not count.
    external_id: Mapped[str | None] = mapped_column(unique=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class DirectoryMembership(Model):
    """Somebody is in a group of the directory."""

    __tablename__ = "directory_membership"

    group_id: Mapped[int] = mapped_column(ForeignKey("directory_group.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class DirectoryToken(Model):
    """What a directory shows to be let in, kept as a hash. It belongs to the organisation, not to whoever made it."""

    __tablename__ = "directory_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    made_by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
