"""What somebody began to ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'c4a1f7e20b93'
down_revision = '1b50d573ad3a'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ask_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('began_at', sa.DateTime(), nullable=False),
    sa.Column('touched_at', sa.DateTime(), nullable=False),
    sa.Column('words', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('ending', sa.String(), nullable=True),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("ending IN ('posted', 'deflected', 'abandoned')", name=op.f('ck_ask_session_ending')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ask_session_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_ask_session_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask_session'))
    )
    with op.batch_alter_table('ask_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ask_session_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_ask_session_open', ['person_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))


def downgrade() -> None:
    with op.batch_alter_table('ask_session', schema=None) as batch_op:
        batch_op.drop_index('uq_ask_session_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_ask_session_person_id'))

    op.drop_table('ask_session')
