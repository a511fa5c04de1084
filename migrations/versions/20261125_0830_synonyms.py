"""Words that mean the same in this organisation, kept by moderators."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'b1f60c93d7e4'
down_revision = 'a7d3e91c0b52'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('synonym_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_synonym_group_added_by_id')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name=op.f('fk_synonym_group_changed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_synonym_group'))
    )


def downgrade() -> None:
    op.drop_table('synonym_group')
