"""What peers say of a practice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'c63f9a82b0d4'
down_revision = 'b52e8d71fac3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('validation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=True),
    sa.Column('verdict', sa.String(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("verdict IN ('works', 'correct')", name=op.f('ck_validation_verdict')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_validation_department_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_validation_person_id')),
    sa.ForeignKeyConstraint(['practice_id'], ['practice.id'], name=op.f('fk_validation_practice_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_validation')),
    sa.UniqueConstraint('practice_id', 'person_id', name=op.f('uq_validation_practice_id_person_id'))
    )
    with op.batch_alter_table('validation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_validation_person_id'), ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_table('validation')
