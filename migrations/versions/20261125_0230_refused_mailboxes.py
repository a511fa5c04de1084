"""Mailboxes that the server refused for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '8c41d2f6a7b3'
down_revision = '1b50d573ad3a'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('refused_mailbox',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_refused_mailbox_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_refused_mailbox'))
    )


def downgrade() -> None:
    op.drop_table('refused_mailbox')
