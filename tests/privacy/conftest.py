"""What the tests of privacy share: the rows that people come by outside of what they write."""

from __future__ import annotations

from datetime import timedelta

from forum.core.clock import now
from forum.core.db import db
from forum.identity.models import DirectoryEntry, DirectoryGroup, DirectoryMembership, Identity
from forum.people.factor_models import CodeApp, Passkey, PasskeyChallenge, RecoveryCode
from forum.people.models import Person


def keep_everything_else(of: Person) -> None:
    """Second factors, what the provider and the directory call them, and what a browser was asked to sign."""
    dates = {"added_at": now(), "person_id": of.id}
    group = DirectoryGroup(name=f"Group {of.id}", name_key=f"group {of.id}", since=now())
    db.session.add(group)
    db.session.flush()
    db.session.add_all(
        [
            CodeApp(sealed_secret=f"unreadable 1 {of.email}", last_step=1, **dates),
            Passkey(
                name=f"Phone of {of.name}",
                credential_id=f"unreadable 2 {of.handle}",
                public_key="unreadable 3",
                sign_count=0,
                **dates,
            ),
            PasskeyChallenge(challenge=f"unreadable 4 {of.handle}", purpose="add", person_id=of.id, expires_at=now()),
            RecoveryCode(person_id=of.id, fingerprint=f"unreadable 5 {of.handle}"),
            Identity(
                issuer="https://login.example",
                subject=f"{of.email}",
                person_id=of.id,
                linked_at=now() - timedelta(days=1),
                used_at=now(),
            ),
            DirectoryMembership(person_id=of.id, group_id=group.id),
            DirectoryEntry(person_id=of.id, user_name=of.email, user_key=of.email, external_id=of.handle, since=now()),
        ]
    )
    db.session.flush()
