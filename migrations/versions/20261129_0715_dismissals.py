"""What moderators leave out of the lists of what to write next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'd74a0b93c1e5'
down_revision = 'c63f9a82b0d4'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('dismissal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=True),
    sa.Column('words_key', sa.String(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('(question_id IS NULL) != (words_key IS NULL)', name=op.f('ck_dismissal_subject')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_dismissal_by_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_dismissal_question_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dismissal')),
    sa.UniqueConstraint('question_id', name=op.f('uq_dismissal_question_id')),
    sa.UniqueConstraint('words_key', name=op.f('uq_dismissal_words_key'))
    )


def downgrade() -> None:
    op.drop_table('dismissal')
