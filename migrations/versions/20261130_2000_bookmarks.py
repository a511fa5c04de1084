"""What somebody wants to find again, and be reminded of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c2f8d17b640e"
down_revision = "a1f5d07c3e92"
branch_labels = None
depends_on = None

NEW = ("bookmark",)
KINDS_BEFORE = (
    "check_in",
    "invitation",
    "word",
    "reveal",
    "commitment",
    "key",
    "challenge",
    "cause_asked",
    "review",
    "story",
    "request",
    "chat_asked",
    "pulse",
    "welcome",
    "suggestion",
    "prompt",
    "answer",
    "waiting",
    "outcome",
    "cause",
    "comment",
    "moderated",
    "mention",
    "thanks",
    "practice",
    "question",
    "chat",
    "monthly",
    "problem",
    "unanswered",
    "nomination",
    "upkeep",
    "moderation",
)


def upgrade() -> None:
    op.create_table(
        "bookmark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bookmark_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_bookmark_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookmark")),
        sa.UniqueConstraint("person_id", "post_id", name=op.f("uq_bookmark_person_id_post_id")),
    )
    with op.batch_alter_table("bookmark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bookmark_post_id"), ["post_id"], unique=False)
    _allow(KINDS_BEFORE + NEW)


def downgrade() -> None:
    for table in ("notification", "preference"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'bookmark'")
    _allow(KINDS_BEFORE)
    op.drop_table("bookmark")


def _allow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_notification_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_notification_kind"), f"kind IN {kinds}")
    # Of two that would do SQLite takes the youngest, and copying the table made the one over all rows that.
    for name, columns, condition in (
        ("ix_notification_unread", ["person_id", "page_id"], "read_at IS NULL"),
        (
            "ix_notification_to_be_mailed",
            ["mail_due_at", "person_id"],
            "read_at IS NULL AND mail_id IS NULL AND mail_due_at IS NOT NULL",
        ),
    ):
        op.drop_index(name, "notification")
        where = sa.text(condition)
        op.create_index(name, "notification", columns, sqlite_where=where, postgresql_where=where)
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_preference_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_preference_kind"), f"kind IN {(*kinds, 'everything')}")
