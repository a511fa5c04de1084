"""Answers and comments that somebody is writing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5b0e7c31d9a4"
down_revision = "d4c7a90e5b18"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reply_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("on_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("unnamed", sa.Boolean(), nullable=False),
        sa.Column("shows_department", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("draft_window", sa.String(), nullable=False),
        sa.Column("touched_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('answer', 'comment')", name=op.f("ck_reply_draft_kind")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reply_draft_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["on_id"], ["post.id"], name=op.f("fk_reply_draft_on_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_draft")),
        sa.UniqueConstraint("person_id", "on_id", "kind", name=op.f("uq_reply_draft_person_id_on_id_kind")),
    )
    with op.batch_alter_table("reply_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_draft_on_id"), ["on_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reply_draft_touched_at"), ["touched_at"], unique=False)


def downgrade() -> None:
    op.drop_table("reply_draft")
