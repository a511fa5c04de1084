"""Who reports to whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'e1f4a2c87b30'
down_revision = 'd5b7c3198e60'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('manager_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_person_manager_id'), ['manager_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_person_manager_id_person'), 'person', ['manager_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_person_manager_id_person'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_person_manager_id'))
        batch_op.drop_column('manager_id')
