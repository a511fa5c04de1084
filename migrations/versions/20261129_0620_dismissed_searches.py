"""Words that are missed and that nobody has to write about, by the moderator who said so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'd8a52b6c1f93'
down_revision = 'c4f1a86e2d07'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'missed_dismissal',
        sa.Column('key', sa.String(), nullable=False),
        sa.Column('words', sa.String(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_missed_dismissal_by_id')),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_missed_dismissal')),
    )


def downgrade() -> None:
    op.drop_table('missed_dismissal')
