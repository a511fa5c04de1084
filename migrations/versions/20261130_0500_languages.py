"""In which language somebody wants to read the site. Empty: as the organisation or their browser says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e91b5d3c7f24"
down_revision = "a61f0d2c97e4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("language")
