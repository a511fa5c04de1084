"""How often somebody was parted from what they wrote without a name, and turns of a chat that wait, or are asked about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c84e1f60a9d3"
down_revision = "c7a1e05d92b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.add_column(sa.Column("partings", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("chat_turn") as batch_op:
        batch_op.add_column(sa.Column("held_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("reveal") as batch_op:
        batch_op.add_column(sa.Column("turn_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_reveal_turn_id"), "chat_turn", ["turn_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    op.execute("DELETE FROM reveal WHERE turn_id IS NOT NULL")  # The rest would be asked of the host's own page.
    with op.batch_alter_table("reveal") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_reveal_turn_id"), type_="foreignkey")
        batch_op.drop_column("turn_id")
    op.execute("DELETE FROM chat_turn WHERE held_at IS NOT NULL")  # Without the column everybody would read them.
    with op.batch_alter_table("chat_turn") as batch_op:
        batch_op.drop_column("held_at")
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.drop_column("partings")
