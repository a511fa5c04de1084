"""Who has been shown the welcome, and who closed the first steps. Whoever was here before has seen it all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d4c7a90e5b18"
down_revision = "c84e1f60a9d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("arrived_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("first_steps_closed_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE person SET arrived_at = last_seen_at, first_steps_closed_at = last_seen_at")


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("first_steps_closed_at")
        batch_op.drop_column("arrived_at")
