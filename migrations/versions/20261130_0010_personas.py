"""Writing without a name: personas, the department that is not said, who may do it, and revealing with two people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'd7b2e64a90c1'
down_revision = 'c4f1a97e52d8'
branch_labels = None
depends_on = None


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


def downgrade() -> None:
    op.drop_index(op.f('ix_persona_link_thread_id'), table_name='persona_link')
    op.drop_table('persona_link')
    with op.batch_alter_table('person') as batch:
        batch.drop_column('is_persona')
    with op.batch_alter_table('organisation') as batch:
        batch.drop_column('unnamed')
    with op.batch_alter_table('department') as batch:
        batch.drop_column('is_hidden')
