"""Questions asked for a colleague."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'e8d35b06c1fa'
down_revision = 'c4a1f7e20b93'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('handover',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('from_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('offered_at', sa.DateTime(), nullable=False),
    sa.Column('replied_at', sa.DateTime(), nullable=True),
    sa.Column('agreed', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['from_id'], ['person.id'], name=op.f('fk_handover_from_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_handover_question_id')),
    sa.ForeignKeyConstraint(['to_id'], ['person.id'], name=op.f('fk_handover_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover')),
    sa.UniqueConstraint('question_id', name=op.f('uq_handover_question_id'))
    )


def downgrade() -> None:
    op.drop_table('handover')
