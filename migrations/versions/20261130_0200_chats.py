"""Chats: an hour with its questions and turns, who comes, and what the summary points to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b3f8d2a61c07"
down_revision = "f70b41c9a2d5"
branch_labels = None
depends_on = None

STATES = ("planned", "called_off", "open", "closed", "summarised", "followed_up")
NEW = ("chat", "chat_asked")
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
    "monthly",
    "problem",
    "unanswered",
    "nomination",
    "upkeep",
    "moderation",
)


def upgrade() -> None:
    op.create_table(
        "chat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("summary_due_at", sa.DateTime(), nullable=True),
        sa.Column("summarised_at", sa.DateTime(), nullable=True),
        sa.Column("followed_up_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_chat_state")),
        sa.ForeignKeyConstraint(["id"], ["post.id"], name=op.f("fk_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat")),
    )
    op.create_index(op.f("ix_chat_state_starts_at"), "chat", ["state", "starts_at"])
    op.create_table(
        "chat_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name=op.f("fk_chat_question_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_question")),
    )
    op.create_index(op.f("ix_chat_question_chat_id"), "chat_question", ["chat_id"])
    last = sa.text("is_last")
    op.create_index(
        "ix_chat_question_last", "chat_question", ["chat_id"], unique=True, sqlite_where=last, postgresql_where=last
    )
    op.create_table(
        "chat_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.Column("struck_at", sa.DateTime(), nullable=True),
        sa.Column("struck_by_id", sa.Integer(), nullable=True),
        sa.Column("struck_because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name=op.f("fk_chat_turn_chat_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["chat_question.id"], name=op.f("fk_chat_turn_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_chat_turn_author_id")),
        sa.ForeignKeyConstraint(["struck_by_id"], ["person.id"], name=op.f("fk_chat_turn_struck_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_turn")),
    )
    op.create_index(op.f("ix_chat_turn_chat_id_author_id"), "chat_turn", ["chat_id", "author_id"])
    op.create_index(op.f("ix_chat_turn_question_id"), "chat_turn", ["question_id"])
    op.create_index(op.f("ix_chat_turn_author_id"), "chat_turn", ["author_id"])
    op.create_table(
        "chat_coming",
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name=op.f("fk_chat_coming_chat_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_chat_coming_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "person_id", name=op.f("pk_chat_coming")),
    )
    op.create_index(op.f("ix_chat_coming_person_id"), "chat_coming", ["person_id"])
    op.create_table(
        "chat_link",
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name=op.f("fk_chat_link_chat_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_chat_link_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "post_id", name=op.f("pk_chat_link")),
    )
    op.create_index(op.f("ix_chat_link_post_id"), "chat_link", ["post_id"])
    _allow(KINDS_BEFORE + NEW)


def downgrade() -> None:
    for table in ("notification", "preference"):
        op.execute(f"DELETE FROM {table} WHERE kind IN {NEW}")
    op.execute("DELETE FROM notification WHERE event_id IN (SELECT id FROM event WHERE name = 'TurnStruck')")
    _allow(KINDS_BEFORE)
    # A chat has no place in the older tables: its summary stays, as that of something that was removed.
    op.execute("UPDATE post SET removed_at = created_at WHERE kind = 'chat' AND removed_at IS NULL")
    op.execute("UPDATE post SET kind = 'comment' WHERE kind = 'chat'")
    for table in ("chat_link", "chat_coming", "chat_turn", "chat_question", "chat"):
        op.drop_table(table)


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
