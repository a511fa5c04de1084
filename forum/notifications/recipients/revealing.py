"""Who hears of it when it is asked who wrote without a name."""

from __future__ import annotations

from sqlalchemy import select

from forum.core.db import db
from forum.core.jobs import listener
from forum.notifications.recipients.telling import page_of, tell
from forum.people.models import Role
from forum.revealing.models import Reveal
from forum.revealing.revealing import RevealAgreed, RevealAsked, RevealRefused


@listener(atomic=True)
def tell_of_reveal_asked(event: RevealAsked) -> None:
    """Somebody asks: those of the other role, while nobody has decided. Whoever wrote it is told of a yes alone."""
    asked = db.session.get_one(Reveal, event.reveal_id)
    if asked.state == "waiting":
        roles = select(Role.person_id).where(Role.name == event.wanted, Role.until.is_(None)).distinct()
        tell(event, "reveal", asked.post, page_of(asked.post), [("half", db.session.scalars(roles).all())])


@listener(at_once=True)
def tell_of_reveal(event: RevealAgreed | RevealRefused) -> None:
    """It is decided: whoever asked; and whoever wrote it, in the same moment, when the two know."""
    asked = db.session.get_one(Reveal, event.reveal_id)
    people = [("seeks_name", [asked.asked_by_id])]
    if isinstance(event, RevealAgreed):
        people.insert(0, ("revealed", [asked.persona_id]))
    tell(event, "reveal", asked.post, page_of(asked.post), people)
