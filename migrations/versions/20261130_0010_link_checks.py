"""Links looked at: whether a question belongs to what it is linked to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'd91f3b7c20ae'
down_revision = 'c4f1a97e52d8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'link_check',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('target_id', sa.Integer(), nullable=False),
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('is_right', sa.Boolean(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['question_id'], ['question.id'], name=op.f('fk_link_check_question_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['target_id'], ['post.id'], name=op.f('fk_link_check_target_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_link_check_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_link_check')),
        sa.UniqueConstraint('question_id', 'target_id', name=op.f('uq_link_check_question_id_target_id')),
    )
    op.create_index(op.f('ix_link_check_target_id'), 'link_check', ['target_id'])
    op.create_index(op.f('ix_link_check_month'), 'link_check', ['month'])
    op.create_index(op.f('ix_link_check_at'), 'link_check', ['at'])


def downgrade() -> None:
    op.drop_index(op.f('ix_link_check_at'), table_name='link_check')
    op.drop_index(op.f('ix_link_check_month'), table_name='link_check')
    op.drop_index(op.f('ix_link_check_target_id'), table_name='link_check')
    op.drop_table('link_check')
