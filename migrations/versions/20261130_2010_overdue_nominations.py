"""When the moderators were reminded of a nomination that nobody had decided about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b72e1c3f80d5"
down_revision = "e91b5d3c7f24"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.add_column(sa.Column("overdue_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.drop_column("overdue_at")
