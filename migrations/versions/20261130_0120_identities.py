"""Identities at a provider, what a directory calls people, its tokens, and what its words mean here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'd1a7c05e9b46'
down_revision = 'a7d2e94b61c3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'identity',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('issuer', sa.String(), nullable=False),
        sa.Column('subject', sa.String(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('linked_at', sa.DateTime(), nullable=False),
        sa.Column('used_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_identity_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
        sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_identity_issuer_subject')),
    )
    op.create_index(op.f('ix_identity_person_id'), 'identity', ['person_id'])
    op.create_table(
        'directory',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('default_department_id', sa.Integer(), nullable=True),
        sa.Column('departments', sa.Text(), nullable=False),
        sa.Column('roles', sa.Text(), nullable=False),
        sa.Column('links_by_email', sa.Boolean(), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_directory_only_one')),
        sa.ForeignKeyConstraint(
            ['default_department_id'], ['department.id'], name=op.f('fk_directory_default_department_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_directory')),
    )
    op.create_table(
        'directory_entry',
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('user_name', sa.String(), nullable=False),
        sa.Column('user_key', sa.String(), nullable=False),
        sa.Column('external_id', sa.String(), nullable=True),
        sa.Column('since', sa.DateTime(), nullable=False),
        sa.Column('removed_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_directory_entry_person_id')),
        sa.PrimaryKeyConstraint('person_id', name=op.f('pk_directory_entry')),
        sa.UniqueConstraint('user_key', name=op.f('uq_directory_entry_user_key')),
        sa.UniqueConstraint('external_id', name=op.f('uq_directory_entry_external_id')),
    )
    op.create_table(
        'directory_token',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('token_hash', sa.String(), nullable=False),
        sa.Column('made_by_id', sa.Integer(), nullable=False),
        sa.Column('made_at', sa.DateTime(), nullable=False),
        sa.Column('used_at', sa.DateTime(), nullable=True),
        sa.Column('revoked_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_directory_token_made_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_directory_token')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_directory_token_token_hash')),
    )


def downgrade() -> None:
    op.drop_table('directory_token')
    op.drop_table('directory_entry')
    op.drop_table('directory')
    op.drop_index(op.f('ix_identity_person_id'), table_name='identity')
    op.drop_table('identity')
