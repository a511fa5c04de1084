"""Warm invitations: who was invited in which quarter, and a kind of note for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'c3a9d51e7f02'
down_revision = '7e41c0b9d253'
branch_labels = None
depends_on = None

KINDS = "'check_in', 'invitation', 'word', 'commitment', 'key', 'challenge', 'cause_asked', 'review', 'story', 'request', 'pulse', 'welcome', 'prompt', 'answer', 'waiting', 'outcome', 'cause', 'comment', 'mention', 'thanks', 'practice', 'question', 'monthly', 'problem', 'unanswered', 'nomination', 'upkeep'"
KINDS_BEFORE = "'check_in', 'invitation', 'word', 'commitment', 'key', 'challenge', 'cause_asked', 'review', 'story', 'request', 'pulse', 'prompt', 'answer', 'waiting', 'outcome', 'cause', 'comment', 'mention', 'thanks', 'practice', 'question', 'monthly', 'problem', 'unanswered', 'nomination', 'upkeep'"


def upgrade() -> None:
    op.create_table(
        'warm_invitation',
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('quarter', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('sent_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_warm_invitation_person_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_warm_invitation_by_id')),
        sa.PrimaryKeyConstraint('person_id', 'quarter', name=op.f('pk_warm_invitation')),
    )
    _allow(KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM notification WHERE kind = 'welcome'")
    op.execute("DELETE FROM preference WHERE kind = 'welcome'")
    _allow(KINDS_BEFORE)
    op.drop_table('warm_invitation')


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
