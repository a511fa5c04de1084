"""What came back is told apart from what merely waits again, and the end of an objection is kept as it was said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'a7d3e91c0b52'
down_revision = 'e8d35b06c1fa'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('came_back', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE need SET came_back = (round > 1)")
    with op.batch_alter_table('need', schema=None) as batch_op:  # The default was for the rows that are there.
        batch_op.alter_column('came_back', server_default=None)
    with op.batch_alter_table('merge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('objection_until', sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('merge', schema=None) as batch_op:
        batch_op.drop_column('objection_until')
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_column('came_back')
