"""Read marks: up to which post somebody has read a thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c7a1e05d92b4"
down_revision = "b3f8d2a61c07"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "read_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("up_to_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_read_mark_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["page_id"], ["post.id"], name=op.f("fk_read_mark_page_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_mark")),
        sa.UniqueConstraint("person_id", "page_id", name=op.f("uq_read_mark_person_id_page_id")),
    )
    op.create_index(op.f("ix_read_mark_page_id"), "read_mark", ["page_id"])
    op.create_index(op.f("ix_read_mark_day"), "read_mark", ["day"])


def downgrade() -> None:
    op.drop_table("read_mark")
