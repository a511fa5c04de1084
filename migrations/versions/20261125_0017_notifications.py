"""What people are told, the mails it goes in, what they wish to hear, and when they were last here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '5b0e9d3c7a41'
down_revision = '241c7d0e4adf'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(), nullable=False),
    sa.Column('claimed_at', sa.DateTime(), nullable=True),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.Column('stopped', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mail_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail'))
    )
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.create_index('ix_mail_open', ['person_id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_mail_person_id'), ['person_id'], unique=False)

    op.create_table('preference',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('frequency', sa.String(), nullable=False),
    sa.CheckConstraint("frequency IN ('at_once', 'three_hours', 'daily', 'weekly', 'inbox', 'off')", name=op.f('ck_preference_frequency')),
    sa.CheckConstraint("kind IN ('check_in', 'invitation', 'prompt', 'answer', 'waiting', 'outcome', 'comment', 'mention', 'thanks', 'practice', 'question', 'everything')", name=op.f('ck_preference_kind')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_preference_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'kind', name=op.f('pk_preference'))
    )
    op.create_table('notification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('page_id', sa.Integer(), nullable=False),
    sa.Column('need_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('read_at', sa.DateTime(), nullable=True),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.Column('mail_due_at', sa.DateTime(), nullable=True),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('check_in', 'invitation', 'prompt', 'answer', 'waiting', 'outcome', 'comment', 'mention', 'thanks', 'practice', 'question')", name=op.f('ck_notification_kind')),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_notification_actor_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_notification_event_id')),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.id'], name=op.f('fk_notification_mail_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_notification_need_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['page_id'], ['post.id'], name=op.f('fk_notification_page_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notification_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_notification_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('person_id', 'event_id', name=op.f('uq_notification_person_id_event_id'))
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notification_mail_id'), ['mail_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_notification_need_id'), ['need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_notification_page_id'), ['page_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_notification_person_id_page_id'), ['person_id', 'page_id'], unique=False)
        batch_op.create_index('ix_notification_to_be_mailed', ['mail_due_at', 'person_id'], unique=False, sqlite_where=sa.text('read_at IS NULL AND mail_id IS NULL AND mail_due_at IS NOT NULL'), postgresql_where=sa.text('read_at IS NULL AND mail_id IS NULL AND mail_due_at IS NOT NULL'))
        batch_op.create_index('ix_notification_unread', ['person_id', 'page_id'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('last_seen_at', sa.DateTime(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('last_seen_at')

    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_index('ix_notification_unread', sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))
        batch_op.drop_index('ix_notification_to_be_mailed', sqlite_where=sa.text('read_at IS NULL AND mail_id IS NULL AND mail_due_at IS NOT NULL'), postgresql_where=sa.text('read_at IS NULL AND mail_id IS NULL AND mail_due_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_notification_person_id_page_id'))
        batch_op.drop_index(batch_op.f('ix_notification_page_id'))
        batch_op.drop_index(batch_op.f('ix_notification_need_id'))
        batch_op.drop_index(batch_op.f('ix_notification_mail_id'))

    op.drop_table('notification')
    op.drop_table('preference')
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mail_person_id'))
        batch_op.drop_index('ix_mail_open', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.drop_table('mail')
