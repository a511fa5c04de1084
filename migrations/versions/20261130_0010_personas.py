"""Writing without a name: personas, the department that is not said, who may do it, and revealing with two people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'd7b2e64a90c1'
down_revision = 'd91f3b7c20ae'
branch_labels = None
depends_on = None

KINDS = "'check_in', 'invitation', 'word', 'reveal', 'commitment', 'key', 'challenge', 'cause_asked', 'review', 'story', 'request', 'pulse', 'welcome', 'prompt', 'answer', 'waiting', 'outcome', 'cause', 'comment', 'mention', 'thanks', 'practice', 'question', 'monthly', 'problem', 'unanswered', 'nomination', 'upkeep'"
KINDS_BEFORE = "'check_in', 'invitation', 'word', 'commitment', 'key', 'challenge', 'cause_asked', 'review', 'story', 'request', 'pulse', 'welcome', 'prompt', 'answer', 'waiting', 'outcome', 'cause', 'comment', 'mention', 'thanks', 'practice', 'question', 'monthly', 'problem', 'unanswered', 'nomination', 'upkeep'"


def upgrade() -> None:
    with op.batch_alter_table('department') as batch:
        batch.add_column(sa.Column('is_hidden', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('organisation') as batch:
        batch.add_column(sa.Column('unnamed', sa.String(), server_default='everybody', nullable=False))
    with op.batch_alter_table('person') as batch:
        batch.add_column(sa.Column('is_persona', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        'persona_link',
        sa.Column('persona_id', sa.Integer(), nullable=False),
        sa.Column('thread_id', sa.Integer(), nullable=False),
        sa.Column('tag', sa.String(), nullable=False),
        sa.Column('sealed', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ['persona_id'], ['person.id'], name=op.f('fk_persona_link_persona_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['thread_id'], ['post.id'], name=op.f('fk_persona_link_thread_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('persona_id', name=op.f('pk_persona_link')),
        sa.UniqueConstraint('tag', name=op.f('uq_persona_link_tag')),
    )
    op.create_index(op.f('ix_persona_link_thread_id'), 'persona_link', ['thread_id'])
    op.create_table(
        'reveal',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('persona_id', sa.Integer(), nullable=False),
        sa.Column('asked_by_id', sa.Integer(), nullable=False),
        sa.Column('asked_as', sa.String(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('asked_at', sa.DateTime(), nullable=False),
        sa.Column('ends_at', sa.DateTime(), nullable=False),
        sa.Column('decided_by_id', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(), nullable=True),
        sa.Column('agreed', sa.Boolean(), nullable=True),
        sa.CheckConstraint("asked_as IN ('moderator', 'administrator')", name=op.f('ck_reveal_asked_as')),
        sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_reveal_post_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['persona_id'], ['person.id'], name=op.f('fk_reveal_persona_id')),
        sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_reveal_asked_by_id')),
        sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_reveal_decided_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reveal')),
    )
    op.create_index(op.f('ix_reveal_post_id'), 'reveal', ['post_id'])
    op.create_index(op.f('ix_reveal_persona_id'), 'reveal', ['persona_id'])
    _change_kinds(KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM notification WHERE kind = 'reveal'")
    op.execute("DELETE FROM preference WHERE kind = 'reveal'")
    _change_kinds(KINDS_BEFORE)
    op.drop_index(op.f('ix_reveal_persona_id'), table_name='reveal')
    op.drop_index(op.f('ix_reveal_post_id'), table_name='reveal')
    op.drop_table('reveal')
    op.drop_index(op.f('ix_persona_link_thread_id'), table_name='persona_link')
    op.drop_table('persona_link')
    with op.batch_alter_table('person') as batch:
        batch.drop_column('is_persona')
    with op.batch_alter_table('organisation') as batch:
        batch.drop_column('unnamed')
    with op.batch_alter_table('department') as batch:
        batch.drop_column('is_hidden')


def _change_kinds(kinds: str) -> None:
    for table, more in (('notification', ''), ('preference', ", 'everything'")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_kind'), type_='check')
            batch_op.create_check_constraint(op.f(f'ck_{table}_kind'), f"kind IN ({kinds}{more})")
