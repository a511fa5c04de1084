"""What people searched for last, for them alone, and what nobody has written about yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'c5e1f7a2d904'
down_revision = 'b1f60c93d7e4'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'recent_search',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('words', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_recent_search_person_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recent_search')),
        sa.UniqueConstraint('person_id', 'words', name=op.f('uq_recent_search_person_id_words')),
    )
    op.create_index(op.f('ix_recent_search_at'), 'recent_search', ['at'])
    op.create_table(
        'missed_search',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('words', sa.String(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_missed_search_person_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_missed_search')),
        sa.UniqueConstraint('person_id', 'words', 'day', name=op.f('uq_missed_search_person_id_words_day')),
    )
    op.create_index(op.f('ix_missed_search_day'), 'missed_search', ['day'])


def downgrade() -> None:
    op.drop_table('missed_search')
    op.drop_table('recent_search')
