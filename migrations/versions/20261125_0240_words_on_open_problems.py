"""What was said so far about an open problem, and what moderators and owners are told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'd27f90b1c5e8'
down_revision = '8c41d2f6a7b3'
branch_labels = None
depends_on = None

KINDS = "'check_in', 'invitation', 'word', 'prompt', 'answer', 'waiting', 'outcome', 'comment', 'mention', 'thanks', 'practice', 'question', 'problem', 'unanswered'"
KINDS_BEFORE = "'check_in', 'invitation', 'prompt', 'answer', 'waiting', 'outcome', 'comment', 'mention', 'thanks', 'practice', 'question'"
NEW = "('word', 'problem', 'unanswered')"


def upgrade() -> None:
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('naming', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('so_far', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('so_far_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('asked_outside', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('need', schema=None) as batch_op:  # The default was for the rows that are there.
        for column in ('naming', 'so_far', 'asked_outside'):
            batch_op.alter_column(column, server_default=None)
    _allow(KINDS)


def downgrade() -> None:
    op.execute(f"DELETE FROM notification WHERE kind IN {NEW}")
    op.execute(f"DELETE FROM preference WHERE kind IN {NEW}")
    _allow(KINDS_BEFORE)
    with op.batch_alter_table('need', schema=None) as batch_op:
        for column in ('naming', 'so_far', 'so_far_at', 'asked_outside'):
            batch_op.drop_column(column)


def _allow(kinds: str) -> None:
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_notification_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_notification_kind'), f"kind IN ({kinds})")
    # Of two that would do SQLite takes the youngest, and copying the table made the one over all rows that.
    op.drop_index('ix_notification_unread', 'notification')
    op.create_index(
        'ix_notification_unread',
        'notification',
        ['person_id', 'page_id'],
        sqlite_where=sa.text('read_at IS NULL'),
        postgresql_where=sa.text('read_at IS NULL'),
    )
    with op.batch_alter_table('preference', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_preference_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_preference_kind'), f"kind IN ({kinds}, 'everything')")
