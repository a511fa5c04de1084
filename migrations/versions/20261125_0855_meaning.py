"""Vectors of titles, whether what means the same is offered, and what was measured about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'c4f1a86e2d07'
down_revision = 'c5e1f7a2d904'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'vector',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('model', sa.String(), nullable=False),
        sa.Column('document', sa.String(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('wording', sa.String(), nullable=False),
        sa.Column('halves', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_vector')),
        sa.UniqueConstraint('model', 'document', 'place', name=op.f('uq_vector_model_document_place')),
        sqlite_autoincrement=True,
    )
    op.create_table(
        'search_evaluation',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('model', sa.String(), nullable=False),
        sa.Column('pairs', sa.Integer(), nullable=False),
        sa.Column('figures', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_search_evaluation')),
    )
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('uses_meaning', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('organisation', schema=None) as batch_op:  # The default was for the row that is there.
        batch_op.alter_column('uses_meaning', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_column('uses_meaning')
    op.drop_table('search_evaluation')
    op.drop_table('vector')
