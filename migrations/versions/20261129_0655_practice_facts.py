"""What can be said of a practice in a word: its form, and what it takes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'b52e8d71fac3'
down_revision = 'a41d7c60e9b2'
branch_labels = None
depends_on = None

FORMS = "'checklist', 'example', 'script', 'peer_call', 'look_back', 'buddy', 'experiment', 'rule_check', 'job_aid'"


def upgrade() -> None:
    # With its check in one statement: SQLite would copy the table to add one later, and with it all that points to it.
    op.execute(f"ALTER TABLE practice ADD COLUMN form VARCHAR CONSTRAINT ck_practice_form CHECK (form IN ({FORMS}))")
    op.add_column('practice', sa.Column('minutes', sa.Integer(), nullable=True))
    op.add_column('practice', sa.Column('is_free', sa.Boolean(), nullable=True))
    for name in ('cost', 'permission', 'contact'):
        op.add_column('practice', sa.Column(name, sa.String(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('practice', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_practice_form'), type_='check')
        for name in ('contact', 'permission', 'cost', 'is_free', 'minutes', 'form'):
            batch_op.drop_column(name)
