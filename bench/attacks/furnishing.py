"""Adds one of each thing that the demonstration has none of, so that its words are seen where they are printed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from forum.attachments.models import Attachment
from forum.chats.models import ChatTurn
from forum.commitments.models import Blocker, Commitment, Experiment
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.departments.models import Department
from forum.hooks.models import Hook
from forum.identity.models import DirectoryToken
from forum.impact.models import Introduction, QuarterNote
from forum.impact.viewing import asked_for
from forum.moderation import intervening
from forum.moderation.models import CannedReason, Case, Suggestion
from forum.notifications.models import Notification, RefusedMailbox
from forum.people.factor_models import Passkey
from forum.people.models import Person
from forum.posts.models import Comment, Post, ReplyDraft
from forum.questions.models import Question
from forum.revealing.models import Reveal
from forum.reviewing.models import Challenge, ChallengeBacking
from forum.search.history import MissedDismissal, MissedSearch, RecentSearch


def furnish(everything: int) -> None:
    """Add what is missing, as somebody with every role would have left it."""
    if db.session.scalar(select(func.count(CannedReason.id))):
        return  # A filled site that is kept for reuse has it already.
    with transaction():
        person = db.session.get_one(Person, everything)
        db.session.add_all([*_own(person), *_of_administrators(person), *_of_moderators(person)])
        db.session.flush()
        _withhold(person)
        db.session.add_all(_told_apart(person))


def _own(person: Person) -> list[Any]:
    """What only the person sees: a device, a file that is in no text yet, what was searched for."""
    return [
        Passkey(person_id=person.id, name="key", credential_id="k", public_key="k", sign_count=0, added_at=now()),
        Attachment(
            token="0" * 32, person_id=person.id, kind="txt", name="a.txt", size=1, sha256="0" * 64, uploaded_at=now()
        ),
        RecentSearch(person_id=person.id, words="words", at=now()),
    ]


def _of_administrators(person: Person) -> list[Any]:
    """What the pages of administrators list, and what a foreign server said of a mailbox for which something waits."""
    not_mailed = (Notification.read_at.is_(None), Notification.mail_id.is_(None), Notification.mail_due_at.is_not(None))
    waits = db.session.scalars(
        select(Person).join(Notification, Notification.person_id == Person.id).where(*not_mailed)
    )
    refused = waits.first()
    assert refused is not None, "nobody waits for a mail"
    return [
        DirectoryToken(name="directory", token_hash="0" * 64, made_by_id=person.id, made_at=now()),
        Hook(
            name="chat",
            host="chat.example",
            sealed_address="",
            sealed_secret="",
            kinds=[],
            department_ids=[],
            made_at=now(),
        ),
        RefusedMailbox(person_id=refused.id, address=refused.email, words="550 no such mailbox"),
    ]


def _of_moderators(person: Person) -> list[Any]:
    """What moderators wrote down; two people looked for words that are nowhere."""
    others = db.session.scalars(select(Person.id).where(Person.id != person.id, Person.left_at.is_(None)).limit(2))
    return [
        CannedReason(title="kept", words="words", by_id=person.id, at=now()),
        MissedDismissal(key="key", words="words", by_id=person.id, at=now()),
        *(MissedSearch(person_id=id, words="words", day=now().date(), at=now()) for id in others),
    ]


def _withhold(person: Person) -> None:
    """One comment is hidden, another was sent back, each with words to whoever wrote it."""
    mine = Comment.author_id.not_in(person.selves)
    comments = db.session.scalars(select(Comment).where(mine, Comment.removed_at.is_(None)).order_by(Comment.id))
    hidden, refused = (each for each, _ in zip(comments, range(2), strict=False))
    intervening.hide(person, hidden, reason="other", words="words")
    refused.removed_at, refused.withheld, refused.withheld_because = now(), "refused", "other"
    db.session.add(
        Case(
            kind="held",
            post_id=refused.id,
            page_id=refused.page_id,
            opened_at=now(),
            decided_at=now(),
            decided_by_id=person.id,
            outcome="refused",
            reason="other",
            words="words",
        )
    )


def _told_apart(person: Person) -> list[Any]:
    """What is about something that there is: a quarter, two departments, a challenge, a turn, a text without a name."""
    here, there = db.session.scalars(select(Department.id).order_by(Department.id).limit(2)).all()
    question = db.session.scalars(select(Question.id).order_by(Question.id)).first()
    challenge = db.session.scalars(select(Challenge.id)).first()
    personas = select(Person.id).where(Person.is_persona)
    unnamed = db.session.scalars(select(Post).where(Post.author_id.in_(personas))).first()
    turn = db.session.scalars(select(ChatTurn).order_by(ChatTurn.id)).first()
    other = db.session.scalars(select(Post).where(Post.author_id != person.id, Post.kind == "answer")).first()
    assert None not in (unnamed, turn, other), "the demonstration has lost its story"
    turn.struck_at, turn.struck_by_id, turn.struck_because = now(), person.id, "words"  # type: ignore[union-attr]
    experiments = select(Experiment.commitment_id)
    open_to_all = (Commitment.is_private.is_(False), Commitment.id.not_in(experiments))
    commitment = db.session.scalars(select(Commitment.id).where(*open_to_all)).first()
    return [
        Blocker(
            commitment_id=commitment,
            person_id=person.id,
            kind="permission",
            words="words",
            noted_at=now(),
            holder_id=other.author_id,  # type: ignore[union-attr]
            wanted_by=now().date(),
            replied_at=now(),
            reply="opened",
            answer="words",
        ),
        ChallengeBacking(challenge_id=challenge, person_id=person.id, at=now(), note="words"),
        Introduction(
            asking_id=here,
            answering_id=there,
            person_id=person.id,
            question_id=question,
            why="words",
            state="asked",
            by_id=person.id,
            at=now(),
        ),
        ReplyDraft(
            person_id=person.id,
            on_id=question,
            kind="comment",
            body="words",
            unnamed=False,
            shows_department=False,
            version=1,
            draft_window="",
            touched_at=now(),
        ),
        Reveal(
            post_id=unnamed.id,  # type: ignore[union-attr]
            persona_id=unnamed.author_id,  # type: ignore[union-attr]
            asked_by_id=person.id,
            asked_as="moderator",
            reason="words",
            asked_at=now(),
            ends_at=now(),
        ),
        Suggestion(
            post_id=other.id,  # type: ignore[union-attr]
            by_id=person.id,
            at=now(),
            version=1,
            texts={"body": "words"},
            decided_at=now(),
            decided_by_id=person.id,
            outcome="refused",
            word="words",
        ),
        QuarterNote(begins_on=asked_for({})[1].begin.date(), words="words", by_id=person.id, at=now()),
    ]
