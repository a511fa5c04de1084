"""In which order questions need somebody, and which answers were confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '8c41f2a96d07'
down_revision = '5b0e9d3c7a41'
branch_labels = None
depends_on = None

# A database cannot count working hours: the worker does so within a second of its start, from nothing waited yet on.
PLACE = """
UPDATE question SET waited = 0, priority = (
    SELECT CASE need.impact WHEN 'blocked' THEN 3000 WHEN 'slowed' THEN 2000 ELSE 1000 END
           * CASE WHEN need.round > 1 THEN 3 ELSE 2 END / 2
    FROM need WHERE need.question_id = question.id AND need.origin = 'asked'
)
WHERE id IN (SELECT question_id FROM need WHERE origin = 'asked')
"""
CONFIRM = """
UPDATE question SET confirmed = (
    id IN (SELECT question_id FROM need WHERE origin = 'asked' AND state IN ('resolved', 'partly'))
    OR (accepted_answer_id IS NOT NULL
        AND id NOT IN (SELECT question_id FROM need WHERE origin = 'asked' AND question_id IS NOT NULL))
)
"""


def upgrade() -> None:
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.add_column(sa.Column('priority', sa.Integer(), nullable=False, server_default='3000'))
        batch_op.add_column(sa.Column('waited', sa.Double(), nullable=False, server_default='16'))
        batch_op.add_column(sa.Column('confirmed', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_index(batch_op.f('ix_question_waits_last_activity_at'))
        batch_op.create_index(batch_op.f('ix_question_waits_priority'), ['waits', 'priority'], unique=False)
        batch_op.create_index(batch_op.f('ix_question_waits_confirmed_last_activity_at'), ['waits', 'confirmed', 'last_activity_at'], unique=False)

    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_post_removed_at'), ['removed_at'], unique=False, sqlite_where=sa.text('removed_at IS NOT NULL'), postgresql_where=sa.text('removed_at IS NOT NULL'))

    op.execute(PLACE)
    op.execute(CONFIRM)



def downgrade() -> None:
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_post_removed_at'), sqlite_where=sa.text('removed_at IS NOT NULL'), postgresql_where=sa.text('removed_at IS NOT NULL'))

    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_waits_confirmed_last_activity_at'))
        batch_op.drop_index(batch_op.f('ix_question_waits_priority'))
        batch_op.create_index(batch_op.f('ix_question_waits_last_activity_at'), ['waits', 'last_activity_at'], unique=False)
        batch_op.drop_column('confirmed')
        batch_op.drop_column('waited')
        batch_op.drop_column('priority')
