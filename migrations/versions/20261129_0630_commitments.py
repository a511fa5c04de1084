"""Commitments, what stands in their way, and experiments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'a3c7e95b1d42'
down_revision = 'd8a52b6c1f93'
branch_labels = None
depends_on = None

KINDS = "'check_in', 'invitation', 'word', 'commitment', 'key', 'prompt', 'answer', 'waiting', 'outcome', 'comment', 'mention', 'thanks', 'practice', 'question', 'problem', 'unanswered'"
KINDS_BEFORE = "'check_in', 'invitation', 'word', 'prompt', 'answer', 'waiting', 'outcome', 'comment', 'mention', 'thanks', 'practice', 'question', 'problem', 'unanswered'"
NEW = "('commitment', 'key')"
WAITS = 'replied_at IS NULL AND removed_at IS NULL AND holder_id IS NOT NULL'


def upgrade() -> None:
    op.create_table(
        'commitment',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('department_id', sa.Integer(), nullable=False),
        sa.Column('page_id', sa.Integer(), nullable=False),
        sa.Column('occasion', sa.String(), nullable=False),
        sa.Column('deed', sa.String(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('with_id', sa.Integer(), nullable=True),
        sa.Column('is_private', sa.Boolean(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('made_at', sa.DateTime(), nullable=False),
        sa.Column('asked_at', sa.DateTime(), nullable=True),
        sa.Column('reminded_at', sa.DateTime(), nullable=True),
        sa.Column('closed_at', sa.DateTime(), nullable=True),
        sa.Column('word', sa.Text(), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('made', 'due', 'kept', 'partly', 'dropped', 'no_reply')", name=op.f('ck_commitment_state')
        ),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_commitment_person_id')),
        sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_commitment_department_id')),
        sa.ForeignKeyConstraint(['page_id'], ['post.id'], name=op.f('fk_commitment_page_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['with_id'], ['person.id'], name=op.f('fk_commitment_with_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment')),
    )
    with op.batch_alter_table('commitment', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_commitment_person_id_state'), ['person_id', 'state'], unique=False)
        batch_op.create_index(op.f('ix_commitment_page_id_is_private'), ['page_id', 'is_private'], unique=False)
        batch_op.create_index(op.f('ix_commitment_with_id'), ['with_id'], unique=False)
    op.create_table(
        'blocker',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('commitment_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('words', sa.String(), nullable=False),
        sa.Column('noted_at', sa.DateTime(), nullable=False),
        sa.Column('holder_id', sa.Integer(), nullable=True),
        sa.Column('wanted_by', sa.Date(), nullable=True),
        sa.Column('reminded_at', sa.DateTime(), nullable=True),
        sa.Column('replied_at', sa.DateTime(), nullable=True),
        sa.Column('reply', sa.String(), nullable=True),
        sa.Column('answer', sa.Text(), nullable=False),
        sa.Column('removed_at', sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('time', 'money', 'permission', 'knowledge', 'energy', 'rules', 'fear', 'other')",
            name=op.f('ck_blocker_kind'),
        ),
        sa.CheckConstraint("reply IN ('opened', 'cannot')", name=op.f('ck_blocker_reply')),
        sa.ForeignKeyConstraint(
            ['commitment_id'], ['commitment.id'], name=op.f('fk_blocker_commitment_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['holder_id'], ['person.id'], name=op.f('fk_blocker_holder_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_blocker')),
    )
    with op.batch_alter_table('blocker', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_blocker_commitment_id'), ['commitment_id'], unique=False)
        batch_op.create_index(
            'ix_blocker_waits',
            ['holder_id'],
            unique=False,
            sqlite_where=sa.text(WAITS),
            postgresql_where=sa.text(WAITS),
        )
    op.create_table(
        'experiment',
        sa.Column('commitment_id', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('expectation', sa.String(), nullable=False),
        sa.Column('limited_to', sa.String(), nullable=True),
        sa.Column('result', sa.String(), nullable=True),
        sa.Column('sponsor_id', sa.Integer(), nullable=True),
        sa.Column('sponsored_at', sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "limited_to IN ('no_money', 'two_weeks', 'one_page', 'one_team')", name=op.f('ck_experiment_limited_to')
        ),
        sa.CheckConstraint("result IN ('worked', 'mixed', 'failed', 'stopped')", name=op.f('ck_experiment_result')),
        sa.ForeignKeyConstraint(
            ['commitment_id'],
            ['commitment.id'],
            name=op.f('fk_experiment_commitment_id'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(['sponsor_id'], ['person.id'], name=op.f('fk_experiment_sponsor_id')),
        sa.PrimaryKeyConstraint('commitment_id', name=op.f('pk_experiment')),
    )
    with op.batch_alter_table('experiment', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_experiment_sponsor_id'), ['sponsor_id'], unique=False)
    op.create_table(
        'experiment_thanks',
        sa.Column('commitment_id', sa.Integer(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('line', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['commitment_id'],
            ['experiment.commitment_id'],
            name=op.f('fk_experiment_thanks_commitment_id'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_experiment_thanks_by_id')),
        sa.PrimaryKeyConstraint('commitment_id', 'by_id', name=op.f('pk_experiment_thanks')),
    )
    _allow(KINDS)


def downgrade() -> None:
    op.execute(f"DELETE FROM notification WHERE kind IN {NEW}")
    op.execute(f"DELETE FROM preference WHERE kind IN {NEW}")
    _allow(KINDS_BEFORE)
    op.drop_table('experiment_thanks')
    op.drop_table('experiment')
    op.drop_table('blocker')
    op.drop_table('commitment')


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
