"""Challenges of practices and accepted answers, and what people are told of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'a3c95e10f7d2'
down_revision = 'd74a0b93c1e5'
branch_labels = None
depends_on = None

NEW = ('challenge', 'review', 'upkeep')
KINDS_BEFORE = (
    'check_in',
    'invitation',
    'word',
    'commitment',
    'key',
    'prompt',
    'answer',
    'waiting',
    'outcome',
    'comment',
    'mention',
    'thanks',
    'practice',
    'question',
    'problem',
    'unanswered',
    'nomination',
)


def upgrade() -> None:
    op.add_column('post', sa.Column('challenged_at', sa.DateTime(), nullable=True))
    op.create_table(
        'challenge',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('department_id', sa.Integer(), nullable=False),
        sa.Column('what', sa.Text(), nullable=False),
        sa.Column('tried', sa.Text(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('owner_id', sa.Integer(), nullable=False),
        sa.Column('due_at', sa.DateTime(), nullable=False),
        sa.Column('overdue_at', sa.DateTime(), nullable=True),
        sa.Column('reply', sa.Text(), nullable=False),
        sa.Column('replied_by_id', sa.Integer(), nullable=True),
        sa.Column('replied_at', sa.DateTime(), nullable=True),
        sa.Column('outcome', sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('changed', 'right', 'upheld', 'retired', 'withdrawn')", name=op.f('ck_challenge_outcome')
        ),
        sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_challenge_post_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_challenge_by_id')),
        sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_challenge_department_id')),
        sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_challenge_owner_id')),
        sa.ForeignKeyConstraint(['replied_by_id'], ['person.id'], name=op.f('fk_challenge_replied_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_challenge')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_challenge_post_id_id'), 'challenge', ['post_id', 'id'])
    op.create_index(op.f('ix_challenge_by_id'), 'challenge', ['by_id'])
    op.create_index(op.f('ix_challenge_owner_id'), 'challenge', ['owner_id'])
    op.create_index(
        'uq_challenge_standing',
        'challenge',
        ['post_id'],
        unique=True,
        sqlite_where=sa.text('outcome IS NULL'),
        postgresql_where=sa.text('outcome IS NULL'),
    )
    op.create_table(
        'challenge_backing',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('challenge_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ['challenge_id'],
            ['challenge.id'],
            name=op.f('fk_challenge_backing_challenge_id'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_challenge_backing_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_challenge_backing')),
        sa.UniqueConstraint('challenge_id', 'person_id', name=op.f('uq_challenge_backing_challenge_id_person_id')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_challenge_backing_person_id'), 'challenge_backing', ['person_id'])
    _allow(KINDS_BEFORE + NEW)


def downgrade() -> None:
    for table in ('notification', 'preference'):
        op.execute(f"DELETE FROM {table} WHERE kind IN {NEW}")
    _allow(KINDS_BEFORE)
    op.drop_table('challenge_backing')
    op.drop_table('challenge')
    op.drop_column('post', 'challenged_at')


def _allow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_notification_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_notification_kind'), f"kind IN {kinds}")
    # Of two that would do SQLite takes the youngest, and copying the table made the one over all rows that.
    for name, columns, condition in (
        ('ix_notification_unread', ['person_id', 'page_id'], 'read_at IS NULL'),
        (
            'ix_notification_to_be_mailed',
            ['mail_due_at', 'person_id'],
            'read_at IS NULL AND mail_id IS NULL AND mail_due_at IS NOT NULL',
        ),
    ):
        op.drop_index(name, 'notification')
        where = sa.text(condition)
        op.create_index(name, 'notification', columns, sqlite_where=where, postgresql_where=where)
    with op.batch_alter_table('preference', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_preference_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_preference_kind'), f"kind IN {(*kinds, 'everything')}")
