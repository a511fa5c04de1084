"""Questions that moderators leave out of the list of what to write next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'd74a0b93c1e5'
down_revision = 'c63f9a82b0d4'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('dismissal',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_dismissal_by_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_dismissal_question_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('question_id', name=op.f('pk_dismissal'))
    )


def downgrade() -> None:
    op.drop_table('dismissal')
