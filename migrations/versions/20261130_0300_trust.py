"""How often somebody was parted from what they wrote without a name."""

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


def downgrade() -> None:
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.drop_column("partings")
