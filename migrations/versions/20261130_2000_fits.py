"""Whether what was tried fitted the work as it is, as whoever tried it says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a61f0d2c97e4"
down_revision = "5b0e7c31d9a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fits", sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_column("fits")
