"""Causes upstream: what is linked to them, their steps, who was told, what people say of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'b81f04c6a9e3'
down_revision = 'e1f4a2c87b30'
branch_labels = None
depends_on = None

NEW = ('cause', 'cause_asked')
KINDS_BEFORE = (
    'check_in',
    'invitation',
    'word',
    'commitment',
    'key',
    'challenge',
    'review',
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
    'upkeep',
)
FOLLOWED_BEFORE = ('department', 'tag', 'question', 'person')
STATES = ('suspected', 'signalled', 'acknowledged', 'planned', 'declined', 'fixed', 'verified')


def upgrade() -> None:
    op.create_table(
        'cause',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('department_id', sa.Integer(), nullable=False),
        sa.Column('since', sa.Date(), nullable=True),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('objective', sa.String(), nullable=False),
        sa.Column('delegate_id', sa.Integer(), nullable=True),
        sa.Column('co_owner_id', sa.Integer(), nullable=True),
        sa.Column('due_at', sa.DateTime(), nullable=True),
        sa.Column('overdue_at', sa.DateTime(), nullable=True),
        sa.Column('next_on', sa.Date(), nullable=True),
        sa.Column('effect_on', sa.Date(), nullable=True),
        sa.Column('verified_at', sa.DateTime(), nullable=True),
        sa.Column('doubted_at', sa.DateTime(), nullable=True),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f('ck_cause_state')),
        sa.ForeignKeyConstraint(['id'], ['post.id'], name=op.f('fk_cause_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_cause_department_id')),
        sa.ForeignKeyConstraint(['delegate_id'], ['person.id'], name=op.f('fk_cause_delegate_id')),
        sa.ForeignKeyConstraint(['co_owner_id'], ['person.id'], name=op.f('fk_cause_co_owner_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_cause')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_cause_department_id_state'), 'cause', ['department_id', 'state'])
    op.create_table(
        'cause_link',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('cause_id', sa.Integer(), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('proposed_at', sa.DateTime(), nullable=True),
        sa.Column('linked_at', sa.DateTime(), nullable=True),
        sa.Column('linked_by_id', sa.Integer(), nullable=True),
        sa.Column('refused_at', sa.DateTime(), nullable=True),
        sa.Column('refused_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['cause_id'], ['cause.id'], name=op.f('fk_cause_link_cause_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_cause_link_post_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['linked_by_id'], ['person.id'], name=op.f('fk_cause_link_linked_by_id')),
        sa.ForeignKeyConstraint(['refused_by_id'], ['person.id'], name=op.f('fk_cause_link_refused_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_cause_link')),
        sa.UniqueConstraint('cause_id', 'post_id', name=op.f('uq_cause_link_cause_id_post_id')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_cause_link_post_id'), 'cause_link', ['post_id'])
    op.create_table(
        'cause_step',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('cause_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=True),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('instead', sa.Text(), nullable=False),
        sa.Column('on_day', sa.Date(), nullable=True),
        sa.Column('needs', sa.Integer(), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['cause_id'], ['cause.id'], name=op.f('fk_cause_step_cause_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_cause_step_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_cause_step')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_cause_step_cause_id_id'), 'cause_step', ['cause_id', 'id'])
    op.create_table(
        'cause_telling',
        sa.Column('step_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('told_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ['step_id'], ['cause_step.id'], name=op.f('fk_cause_telling_step_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_cause_telling_person_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('step_id', 'person_id', name=op.f('pk_cause_telling')),
    )
    op.create_table(
        'cause_voice',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('cause_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('not_mine_at', sa.DateTime(), nullable=True),
        sa.Column('quote', sa.Text(), nullable=False),
        sa.Column('quote_asked_by_id', sa.Integer(), nullable=True),
        sa.Column('agreed_at', sa.DateTime(), nullable=True),
        sa.Column('asked_at', sa.DateTime(), nullable=True),
        sa.Column('stopped', sa.Boolean(), nullable=True),
        sa.Column('replied_at', sa.DateTime(), nullable=True),
        sa.Column('struck_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['cause_id'], ['cause.id'], name=op.f('fk_cause_voice_cause_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_cause_voice_person_id')),
        sa.ForeignKeyConstraint(['quote_asked_by_id'], ['person.id'], name=op.f('fk_cause_voice_quote_asked_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_cause_voice')),
        sa.UniqueConstraint('cause_id', 'person_id', name=op.f('uq_cause_voice_cause_id_person_id')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_cause_voice_person_id'), 'cause_voice', ['person_id'])
    op.create_table(
        'cause_doubt',
        sa.Column('cause_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('why', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['cause_id'], ['cause.id'], name=op.f('fk_cause_doubt_cause_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_cause_doubt_person_id')),
        sa.PrimaryKeyConstraint('cause_id', 'person_id', name=op.f('pk_cause_doubt')),
    )
    op.create_index(op.f('ix_cause_doubt_person_id'), 'cause_doubt', ['person_id'])
    _allow(KINDS_BEFORE + NEW)
    _let_follow((*FOLLOWED_BEFORE, 'cause'))


def downgrade() -> None:
    causes = "SELECT id FROM cause"
    # Before its post: what is told of a cause, and the remarks under it.
    op.execute(f"DELETE FROM notification WHERE kind IN {NEW} OR page_id IN ({causes})")
    op.execute(f"DELETE FROM preference WHERE kind IN {NEW}")
    op.execute("DELETE FROM follow WHERE kind = 'cause'")
    for table in ('cause_doubt', 'cause_voice', 'cause_telling', 'cause_step', 'cause_link'):
        op.drop_table(table)
    _delete_posts(causes)
    op.drop_table('cause')
    op.execute("DELETE FROM post WHERE kind = 'cause'")
    _let_follow(FOLLOWED_BEFORE)
    _allow(KINDS_BEFORE)


def _delete_posts(causes: str) -> None:
    """Take away everything that stands on the pages of causes; what happened there is told without its post."""
    remarks = f"SELECT id FROM comment WHERE page_id IN ({causes})"
    for posts in (remarks, causes):
        op.execute(f"UPDATE event SET post_id = NULL WHERE post_id IN ({posts})")
        for table in ('vote', 'thanks', 'revision', 'post_department', 'post_tag'):
            op.execute(f"DELETE FROM {table} WHERE post_id IN ({posts})")
    op.execute(f"UPDATE comment SET reply_to_id = NULL WHERE page_id IN ({causes})")
    op.execute(f"UPDATE post SET kind = 'cause' WHERE id IN ({remarks})")  # They go with the causes' own posts.
    op.execute(f"DELETE FROM comment WHERE page_id IN ({causes})")


def _let_follow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table('follow', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_follow_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_follow_kind'), f"kind IN {kinds}")


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
