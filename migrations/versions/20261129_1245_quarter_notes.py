"""Words on a quarter: whether the right things were measured."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'c4f1a97e52d8'
down_revision = 'c3a9d51e7f02'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'quarter_note',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('begins_on', sa.Date(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_quarter_note_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_quarter_note')),
    )
    op.create_index(op.f('ix_quarter_note_begins_on'), 'quarter_note', ['begins_on'])


def downgrade() -> None:
    op.drop_index(op.f('ix_quarter_note_begins_on'), table_name='quarter_note')
    op.drop_table('quarter_note')
