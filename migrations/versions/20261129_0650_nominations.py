"""Answers that are nominated as a best practice, and what moderators are told of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'a41d7c60e9b2'
down_revision = '2d513fb02520'
branch_labels = None
depends_on = None

KINDS = "'check_in', 'invitation', 'word', 'commitment', 'key', 'prompt', 'answer', 'waiting', 'outcome', 'comment', 'mention', 'thanks', 'practice', 'question', 'problem', 'unanswered', 'nomination'"
KINDS_BEFORE = "'check_in', 'invitation', 'word', 'commitment', 'key', 'prompt', 'answer', 'waiting', 'outcome', 'comment', 'mention', 'thanks', 'practice', 'question', 'problem', 'unanswered'"
STANDING = sa.text('decided_at IS NULL')


def upgrade() -> None:
    op.create_table('nomination',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('seen_version', sa.Integer(), nullable=False),
    sa.Column('seen_worked', sa.Integer(), nullable=False),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decision', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.CheckConstraint("decision IN ('promoted', 'refused')", name=op.f('ck_nomination_decision')),
    sa.CheckConstraint("reason IN ('unproved', 'one_case', 'known', 'unsafe', 'unclear', 'other')", name=op.f('ck_nomination_reason')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_nomination_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_nomination_decided_by_id')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_nomination_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nomination'))
    )
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nomination_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_post_id'), ['post_id'], unique=False)
        batch_op.create_index('uq_nomination_standing', ['post_id'], unique=True, sqlite_where=STANDING, postgresql_where=STANDING)
    _allow(KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM notification WHERE kind = 'nomination'")
    op.execute("DELETE FROM preference WHERE kind = 'nomination'")
    _allow(KINDS_BEFORE)
    op.drop_table('nomination')


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
