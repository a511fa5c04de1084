"""Being taken out: who asked for it, and who was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'f70b41c9a2d5'
down_revision = 'e52a8d06b1c4'
branch_labels = None
depends_on = None

OPEN = sa.text('done_at IS NULL AND withdrawn_at IS NULL')


def upgrade() -> None:
    with op.batch_alter_table('person') as batch:
        batch.add_column(sa.Column('erased_at', sa.DateTime(), nullable=True))
    op.create_table(
        'erasure_request',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('asked_at', sa.DateTime(), nullable=False),
        sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
        sa.Column('done_at', sa.DateTime(), nullable=True),
        sa.Column('done_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_erasure_request_person_id')),
        sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_erasure_request_done_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure_request')),
    )
    op.create_index(op.f('ix_erasure_request_person_id'), 'erasure_request', ['person_id'])
    op.create_index(
        'ix_erasure_request_open',
        'erasure_request',
        ['person_id'],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table('erasure_request')
    with op.batch_alter_table('person') as batch:
        batch.drop_column('erased_at')
