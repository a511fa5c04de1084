"""When a practice was last looked at, when its owner was asked, and since when it counts as out of date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'b18d46f02ce9'
down_revision = 'a3c95e10f7d2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('practice', schema=None) as batch_op:
        for name in ('reviewed_at', 'asked_at', 'stale_since'):
            batch_op.add_column(sa.Column(name, sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('stale_because', sa.String(), nullable=False, server_default=''))
    with op.batch_alter_table('practice', schema=None) as batch_op:  # The default was for the rows that are there.
        batch_op.alter_column('stale_because', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('practice', schema=None) as batch_op:
        for name in ('reviewed_at', 'asked_at', 'stale_since', 'stale_because'):
            batch_op.drop_column(name)
