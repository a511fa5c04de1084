"""People, their roles and departments over time, the sessions they are signed in with, and invitations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask_login import UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.clock import half_day, now
from forum.core.db import Model, UTCDateTime, db
from forum.core.languages import messages
from forum.departments.models import Department
from forum.people.persona_links import persona_id_in, personas_of

ROLES = ("champion", "moderator", "stakeholder", "administrator")
ROLES_OF_A_DEPARTMENT = ("champion", "stakeholder")
ROLE_NAMES = messages(
    {
        "administrator": "Administrator",
        "moderator": "Moderator",
        "champion": "Champion",
        "stakeholder": "Stakeholder",
    }
)
THEMES = ("auto", "light", "dark", "contrast")
FIRST_DAYS = timedelta(days=14)  # So long somebody says for themselves where they belong.
UNNAMED = ("nobody", "askers", "everybody")  # who may write without a name: not at all, to ask, also to answer
# Of a session: the second factor is asked for; whoever it is must first add one; everything is open.
STAGES = ("factor", "setup", "open")


class Organisation(Model):
    """The one organisation that this site belongs to; absent until somebody has set it up."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("approval IN ('off', 'newcomers', 'everybody')", "approval"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)
    founded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Whether what means the same is offered too; see search/meaning.py.
    uses_meaning: Mapped[bool] = mapped_column(default=False)
    # The sites that may show cards of practices, one on each line; see people/embedding.py.
    embedded_by: Mapped[str] = mapped_column(Text, default="")
    # Who may write without a name; see people/personas.py.
    unnamed: Mapped[str] = mapped_column(default="everybody", server_default="everybody")
    # Whose posts wait for approval, and how many of a newcomer's; see posts/holding.py.
    approval: Mapped[str] = mapped_column(default="off")
    first_posts: Mapped[int] = mapped_column(default=1)
    # How often somebody was parted from what they wrote without a name; see people/persona_links.py.
    partings: Mapped[int] = mapped_column(default=0, server_default="0")
    # Whether moderators and administrators must have a second factor; see people/requiring.py.
    requires_factor: Mapped[bool] = mapped_column(default=False)


class Person(Model, UserMixin):
    """An employee. Roles add up; whoever has left keeps the posts and loses everything else.

    Or a persona: the name under which an employee speaks in one thread without a name. It counts as somebody who has
    left, so that no list, count or picker of people knows it; see personas.py.
    """

    __tablename__ = "person"
    __allow_unmapped__ = True  # For `session_token` and `session`, which are of the request and not of the row.

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    job_title: Mapped[str] = mapped_column(default="")
    # Whom the person reports to; nobody at the top. See reporting.py.
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    about: Mapped[str] = mapped_column(Text, default="")
    theme: Mapped[str] = mapped_column(default="auto")
    shortcuts: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(default="", server_default="")  # of core/languages.py; empty: as it comes
    # Own opening hours, for part-time staff and shifts; empty: the department's.
    calendar: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # The last day of an absence; until then nobody asks the person anything.
    away_until: Mapped[date | None]
    # When the person last looked at a page, to the minute: nobody is mailed what they are reading.
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When the person came in for the first time and was shown the welcome; when they closed the first steps for good.
    arrived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    first_steps_closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_persona: Mapped[bool] = mapped_column(default=False, server_default=false())
    # When name, address and all that is private were taken out; see privacy/erasing.py.
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    department: Mapped[Department] = relationship(lazy="joined", innerjoin=True)
    manager: Mapped[Person | None] = relationship(remote_side=[id], lazy="select")
    roles: Mapped[list[Role]] = relationship(
        lazy="select", primaryjoin="and_(Person.id == Role.person_id, Role.until.is_(None))", viewonly=True
    )

    session_token: str | None = None  # Of the session this request came with; see sign_in.py.
    session: Session | None = None

    @property
    def is_active(self) -> bool:
        """Whether the person still works here, or speaks without a name."""
        return self.left_at is None or self.is_persona

    @property
    def is_new(self) -> bool:
        """Whether these are the person's first days here."""
        return now() - self.joined_at < FIRST_DAYS

    @property
    def selves(self) -> frozenset[int]:
        """Everybody who is this person: itself and the personas under which it speaks without a name."""
        return personas_of(self.id) | {self.id}

    def owner_among(self, subject: Any) -> Person:
        """The persona of this person to whom `subject` belongs; else the person, who acts on it by name."""
        personas = personas_of(self.id)
        if not personas:
            return self
        names = ("author_id", "person_id", "by_id", "owner_id", "removed_by_id")
        owners = (getattr(subject, name, None) for name in names)
        mine = next((id for id in owners if id in personas), None)
        return self if mine is None else db.session.get_one(Person, mine)

    def voice_for(self, subject: Any) -> Person:
        """As whom the person acts on `subject`: the persona to whom it belongs, else the one who speaks in its thread.

        The person itself where there is none. What somebody does by virtue of a role is done by name.
        """
        voice = self.owner_among(subject)
        if voice is not self or not personas_of(self.id):
            return voice
        threads = (getattr(subject, name, None) for name in ("page_id", "question_id", "practice_id"))
        mine = persona_id_in(self.id, next((id for id in threads if id), None) or subject.id)
        return self if mine is None else db.session.get_one(Person, mine)

    def stamp(self) -> datetime:
        """When what the person writes now is said to be written: to the half-day for whoever gives no name.

        What a post does not hold cannot be shown by mistake, wherever posts are shown.
        """
        return half_day(now()) if self.is_persona else now()

    @property
    def is_moderator(self) -> bool:
        """Whether the person keeps the knowledge of the whole organisation in order."""
        return any(role.name == "moderator" for role in self.roles)

    @property
    def is_administrator(self) -> bool:
        """Whether the person looks after people and settings; that alone gives no right over what others wrote."""
        return any(role.name == "administrator" for role in self.roles)

    def is_champion_of(self, department_id: int) -> bool:
        """Whether the person carries practices into that department."""
        return any(role.name == "champion" and role.department_id == department_id for role in self.roles)

    def is_stakeholder_of(self, department_id: int) -> bool:
        """Whether the person answers for that department."""
        return department_id in self.stakes

    @property
    def stakes(self) -> list[int]:
        """The departments for which the person answers."""
        return [role.department_id for role in self.roles if role.name == "stakeholder" and role.department_id]

    @property
    def championed(self) -> list[int]:
        """The departments into which the person carries practices."""
        return [role.department_id for role in self.roles if role.name == "champion" and role.department_id]

    def get_id(self) -> str:
        """What the cookie holds: the session's secret, never the person's id."""
        return self.session_token or ""


class Role(Model):
    """A role somebody has or had; an ended one stays, so that the past is not rewritten."""

    __tablename__ = "role"
    __table_args__ = (CheckConstraint(f"name IN {ROLES}", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    department: Mapped[Department | None] = relationship(lazy="joined")


class Membership(Model):
    """In which department somebody was, from when until when."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Skill(Model):
    """Somebody said: I know about this topic."""

    __tablename__ = "skill"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True)


class Session(Model):
    """One browser somebody is signed in with. The row ends it at once; the cookie alone proves nothing."""

    __tablename__ = "session"
    __table_args__ = (CheckConstraint(f"stage IN {STAGES}", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When it was last used, to some minutes; when the person last proved who they are.
    last_used_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stage: Mapped[str] = mapped_column(default="open")
    browser: Mapped[str] = mapped_column(default="")


class Invitation(Model):
    """A link that lets one person in once, or lets one person choose a new password."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    department: Mapped[Department | None] = relationship(lazy="joined")
