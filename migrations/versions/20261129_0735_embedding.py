"""The sites that may show cards of practices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'd5b7c3198e60'
down_revision = 'c90e27a5d4b1'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('embedded_by', sa.Text(), nullable=False, server_default=''))
    with op.batch_alter_table('organisation', schema=None) as batch_op:  # The default was for the row that is there.
        batch_op.alter_column('embedded_by', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_column('embedded_by')
