"""Attachments: pictures and files, and which posts use them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'a7d3f09b41c8'
down_revision = 'd1a7c05e9b46'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'attachment',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('token', sa.String(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('width', sa.Integer(), nullable=True),
        sa.Column('height', sa.Integer(), nullable=True),
        sa.Column('sha256', sa.String(), nullable=False),
        sa.Column('uploaded_at', sa.DateTime(), nullable=False),
        sa.Column('thrown_away_at', sa.DateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('png', 'jpg', 'webp', 'pdf', 'txt', 'csv')", name=op.f('ck_attachment_kind')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attachment_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
        sa.UniqueConstraint('token', name=op.f('uq_attachment_token')),
    )
    for column in ('person_id', 'uploaded_at', 'thrown_away_at'):
        op.create_index(op.f(f'ix_attachment_{column}'), 'attachment', [column])
    op.create_table(
        'post_attachment',
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('attachment_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['attachment_id'], ['attachment.id'], name=op.f('fk_post_attachment_attachment_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_attachment_post_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('post_id', 'attachment_id', name=op.f('pk_post_attachment')),
    )
    op.create_index(op.f('ix_post_attachment_attachment_id'), 'post_attachment', ['attachment_id'])


def downgrade() -> None:
    op.drop_table('post_attachment')
    op.drop_table('attachment')
