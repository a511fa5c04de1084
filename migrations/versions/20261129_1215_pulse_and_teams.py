"""The pulse, pledges, requests that stand by themselves, the note of a month, and news about no post."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '7e41c0b9d253'
down_revision = '47b6ceda450d'
branch_labels = None
depends_on = None

KINDS = "'check_in', 'invitation', 'word', 'commitment', 'key', 'challenge', 'cause_asked', 'review', 'story', 'request', 'pulse', 'prompt', 'answer', 'waiting', 'outcome', 'cause', 'comment', 'mention', 'thanks', 'practice', 'question', 'monthly', 'problem', 'unanswered', 'nomination', 'upkeep'"
KINDS_BEFORE = "'check_in', 'invitation', 'word', 'commitment', 'key', 'challenge', 'cause_asked', 'review', 'story', 'request', 'prompt', 'answer', 'waiting', 'outcome', 'cause', 'comment', 'mention', 'thanks', 'practice', 'question', 'problem', 'unanswered', 'nomination', 'upkeep'"
NEW = "('pulse', 'monthly')"


def upgrade() -> None:
    op.create_table(
        'pulse_round',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('begins_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_pulse_round')),
        sa.UniqueConstraint('number', name=op.f('uq_pulse_round_number')),
    )
    op.create_table(
        'pulse_invitation',
        sa.Column('round_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('department_id', sa.Integer(), nullable=True),
        sa.Column('is_stakeholder', sa.Boolean(), nullable=False),
        sa.Column('asked_on', sa.Date(), nullable=False),
        sa.Column('reminded_on', sa.Date(), nullable=True),
        sa.Column('has_replied', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ['round_id'], ['pulse_round.id'], name=op.f('fk_pulse_invitation_round_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_pulse_invitation_person_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_pulse_invitation_department_id')),
        sa.PrimaryKeyConstraint('round_id', 'person_id', name=op.f('pk_pulse_invitation')),
    )
    with op.batch_alter_table('pulse_invitation', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_pulse_invitation_person_id'), ['person_id'], unique=False)
    op.create_table(
        'pulse_count',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('round_id', sa.Integer(), nullable=False),
        sa.Column('item', sa.Integer(), nullable=False),
        sa.Column('value', sa.Integer(), nullable=False),
        sa.Column('department_id', sa.Integer(), nullable=True),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.CheckConstraint('value BETWEEN 1 AND 5', name=op.f('ck_pulse_count_value')),
        sa.ForeignKeyConstraint(
            ['round_id'], ['pulse_round.id'], name=op.f('fk_pulse_count_round_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_pulse_count_department_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_pulse_count')),
        sa.UniqueConstraint(
            'round_id', 'item', 'value', 'department_id', name=op.f('uq_pulse_count_round_id_item_value_department_id')
        ),
    )
    op.create_table(
        'pledge',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('department_id', sa.Integer(), nullable=False),
        sa.Column('hours_a_week', sa.Integer(), nullable=False),
        sa.Column('purpose', sa.String(), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('until_on', sa.Date(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('made_at', sa.DateTime(), nullable=False),
        sa.Column('closed_at', sa.DateTime(), nullable=True),
        sa.Column('word', sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('made', 'due', 'kept', 'partly', 'dropped', 'no_reply')", name=op.f('ck_pledge_state')
        ),
        sa.CheckConstraint('hours_a_week BETWEEN 1 AND 40', name=op.f('ck_pledge_hours_a_week')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pledge_person_id')),
        sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_pledge_department_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_pledge')),
    )
    with op.batch_alter_table('pledge', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_pledge_person_id'), ['person_id'], unique=False)
    op.create_table(
        'pledge_confirmation',
        sa.Column('pledge_id', sa.Integer(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['pledge_id'], ['pledge.id'], name=op.f('fk_pledge_confirmation_pledge_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_pledge_confirmation_by_id')),
        sa.PrimaryKeyConstraint('pledge_id', 'by_id', name=op.f('pk_pledge_confirmation')),
    )
    op.create_table(
        'monthly_note',
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('lines', sa.JSON(), nullable=False),
        sa.Column('readers', sa.Integer(), nullable=False),
        sa.Column('sent_at', sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint('month', name=op.f('pk_monthly_note')),
    )
    op.create_table(
        'note_rating',
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('rating', sa.String(), nullable=False),
        sa.CheckConstraint("rating IN ('yes', 'partly', 'no')", name=op.f('ck_note_rating_rating')),
        sa.ForeignKeyConstraint(
            ['month'], ['monthly_note.month'], name=op.f('fk_note_rating_month'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_note_rating_person_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('month', 'person_id', name=op.f('pk_note_rating')),
    )
    _let_blockers_stand_alone()
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.alter_column('post_id', existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column('page_id', existing_type=sa.Integer(), nullable=True)
    _allow(KINDS)


def downgrade() -> None:
    op.execute(f"DELETE FROM notification WHERE kind IN {NEW} OR post_id IS NULL OR page_id IS NULL")
    op.execute(f"DELETE FROM preference WHERE kind IN {NEW}")
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.alter_column('post_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('page_id', existing_type=sa.Integer(), nullable=False)
    _allow(KINDS_BEFORE)
    op.execute("DELETE FROM blocker WHERE commitment_id IS NULL")
    with op.batch_alter_table('blocker', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_blocker_asks'), type_='check')
        batch_op.drop_constraint(op.f('fk_blocker_passed_to_id'), type_='foreignkey')
        batch_op.drop_constraint(op.f('fk_blocker_person_id'), type_='foreignkey')
        batch_op.drop_index(op.f('ix_blocker_person_id'))
        batch_op.drop_column('passed_to_id')
        batch_op.drop_column('person_id')
        batch_op.alter_column('commitment_id', existing_type=sa.Integer(), nullable=False)
    for table in (
        'note_rating',
        'monthly_note',
        'pledge_confirmation',
        'pledge',
        'pulse_count',
        'pulse_invitation',
        'pulse_round',
    ):
        op.drop_table(table)


def _let_blockers_stand_alone() -> None:
    with op.batch_alter_table('blocker', schema=None) as batch_op:
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('passed_to_id', sa.Integer(), nullable=True))
    op.execute(
        "UPDATE blocker SET person_id ="
        " (SELECT commitment.person_id FROM commitment WHERE commitment.id = blocker.commitment_id)"
    )
    with op.batch_alter_table('blocker', schema=None) as batch_op:
        batch_op.alter_column('person_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('commitment_id', existing_type=sa.Integer(), nullable=True)
        batch_op.create_foreign_key(op.f('fk_blocker_person_id'), 'person', ['person_id'], ['id'])
        batch_op.create_foreign_key(op.f('fk_blocker_passed_to_id'), 'person', ['passed_to_id'], ['id'])
        batch_op.create_index(op.f('ix_blocker_person_id'), ['person_id'], unique=False)
        batch_op.create_check_constraint(op.f('ck_blocker_asks'), 'commitment_id IS NOT NULL OR holder_id IS NOT NULL')


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
