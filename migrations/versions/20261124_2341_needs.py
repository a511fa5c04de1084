"""needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '241c7d0e4adf'
down_revision = '07dbff698675'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('skill',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_skill_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tag_id'], ['tag.id'], name=op.f('fk_skill_tag_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'tag_id', name=op.f('pk_skill'))
    )
    with op.batch_alter_table('skill', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_skill_tag_id'), ['tag_id'], unique=False)

    op.create_table('answer_invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('is_bridge', sa.Boolean(), nullable=False),
    sa.Column('sent_at', sa.DateTime(), nullable=False),
    sa.Column('silent_at', sa.DateTime(), nullable=False),
    sa.Column('replied_at', sa.DateTime(), nullable=True),
    sa.Column('reply', sa.String(), nullable=True),
    sa.Column('hint_person_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("reply IN ('take', 'pass', 'silence', 'answered', 'moot')", name=op.f('ck_answer_invitation_reply')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_answer_invitation_department_id')),
    sa.ForeignKeyConstraint(['hint_person_id'], ['person.id'], name=op.f('fk_answer_invitation_hint_person_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_answer_invitation_person_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_answer_invitation_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_invitation')),
    sa.UniqueConstraint('question_id', 'person_id', name=op.f('uq_answer_invitation_question_id_person_id'))
    )
    with op.batch_alter_table('answer_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_invitation_person_id_sent_at'), ['person_id', 'sent_at'], unique=False)

    op.create_table('claim',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('claimed_at', sa.DateTime(), nullable=False),
    sa.Column('until', sa.DateTime(), nullable=False),
    sa.Column('released_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_claim_person_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_claim_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim'))
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index('uq_claim_standing', ['question_id'], unique=True, sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))

    op.create_table('need',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=True),
    sa.Column('practice_id', sa.Integer(), nullable=True),
    sa.Column('impact', sa.String(), nullable=False),
    sa.Column('moment', sa.String(), nullable=True),
    sa.Column('needed_by', sa.Date(), nullable=True),
    sa.Column('tried', sa.Text(), nullable=False),
    sa.Column('looked_first', sa.String(), nullable=True),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('waiting_since', sa.DateTime(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('next_on', sa.Date(), nullable=True),
    sa.CheckConstraint("impact IN ('blocked', 'slowed', 'curious')", name=op.f('ck_need_impact')),
    sa.CheckConstraint("origin IN ('asked', 'me_too', 'deflected', 'reuse')", name=op.f('ck_need_origin')),
    sa.CheckConstraint("state IN ('open', 'routed', 'open_problem', 'answered', 'trying', 'due', 'resolved', 'partly', 'no_reply', 'withdrawn')", name=op.f('ck_need_state')),
    sa.CheckConstraint('(question_id IS NULL) != (practice_id IS NULL)', name=op.f('ck_need_subject')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_need_department_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_need_owner_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_need_person_id')),
    sa.ForeignKeyConstraint(['practice_id'], ['practice.id'], name=op.f('fk_need_practice_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_need_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need')),
    sa.UniqueConstraint('person_id', 'question_id', 'origin', name=op.f('uq_need_person_id_question_id_origin'))
    )
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_practice_id'), ['practice_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_question_id'), ['question_id'], unique=False)

    op.create_table('check_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=True),
    sa.Column('practice_id', sa.Integer(), nullable=True),
    sa.Column('practice_version', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=True),
    sa.Column('reminded_at', sa.DateTime(), nullable=True),
    sa.Column('closed_at', sa.DateTime(), nullable=True),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('changed_work', sa.Boolean(), nullable=True),
    sa.CheckConstraint("outcome IN ('resolved', 'partly', 'not', 'no_reply')", name=op.f('ck_check_in_outcome')),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_check_in_answer_id')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_check_in_department_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_check_in_need_id')),
    sa.ForeignKeyConstraint(['practice_id'], ['practice.id'], name=op.f('fk_check_in_practice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_in'))
    )
    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_check_in_answer_id'), ['answer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_check_in_need_id'), ['need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_check_in_practice_id'), ['practice_id'], unique=False)
        batch_op.create_index('uq_check_in_pending', ['need_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('promise',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('due_at', sa.DateTime(), nullable=False),
    sa.Column('settled_at', sa.DateTime(), nullable=True),
    sa.Column('kept', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_promise_need_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promise')),
    sa.UniqueConstraint('need_id', 'round', name=op.f('uq_promise_need_id_round'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('worked', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('partly', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('failed', sa.Integer(), nullable=False, server_default='0'))

    with op.batch_alter_table('department', schema=None) as batch_op:
        batch_op.add_column(sa.Column('timers', sa.JSON(), nullable=False, server_default='{}'))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('calendar', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('away_until', sa.Date(), nullable=True))

    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waits', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.drop_index(batch_op.f('ix_question_answer_count_last_activity_at'))
        batch_op.create_index(batch_op.f('ix_question_waits_last_activity_at'), ['waits', 'last_activity_at'], unique=False)

    op.execute("UPDATE question SET waits = (answer_count = 0)")



def downgrade() -> None:
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_waits_last_activity_at'))
        batch_op.create_index(batch_op.f('ix_question_answer_count_last_activity_at'), ['answer_count', 'last_activity_at'], unique=False)
        batch_op.drop_column('waits')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('away_until')
        batch_op.drop_column('calendar')

    with op.batch_alter_table('department', schema=None) as batch_op:
        batch_op.drop_column('timers')

    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_column('failed')
        batch_op.drop_column('partly')
        batch_op.drop_column('worked')

    op.drop_table('promise')
    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.drop_index('uq_check_in_pending', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_check_in_practice_id'))
        batch_op.drop_index(batch_op.f('ix_check_in_need_id'))
        batch_op.drop_index(batch_op.f('ix_check_in_answer_id'))

    op.drop_table('check_in')
    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_question_id'))
        batch_op.drop_index(batch_op.f('ix_need_practice_id'))
        batch_op.drop_index(batch_op.f('ix_need_person_id'))

    op.drop_table('need')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index('uq_claim_standing', sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))

    op.drop_table('claim')
    with op.batch_alter_table('answer_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_invitation_person_id_sent_at'))

    op.drop_table('answer_invitation')
    with op.batch_alter_table('skill', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_skill_tag_id'))

    op.drop_table('skill')
