"""Second factors, and what a session knows of itself: when it was used and confirmed, and how far a sign-in has come."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = 'a7d2e94b61c3'
down_revision = "e71c0b5d9a48"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('requires_factor', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('organisation', schema=None) as batch_op:  # The default was for the row that is there.
        batch_op.alter_column('requires_factor', server_default=None)
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('last_used_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('stage', sa.String(), nullable=False, server_default='open'))
    # Whoever is signed in stays so, and is asked again before what matters most.
    columns = ('began_at', 'last_used_at', 'confirmed_at')
    session = sa.table('session', *(sa.column(name, sa.DateTime()) for name in columns))
    moment = datetime.now(UTC).replace(tzinfo=None)
    op.execute(session.update().values(last_used_at=moment, confirmed_at=session.c.began_at))
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.alter_column('last_used_at', existing_type=sa.DateTime(), nullable=False)
        batch_op.alter_column('confirmed_at', existing_type=sa.DateTime(), nullable=False)
        batch_op.alter_column('stage', server_default=None)
        batch_op.create_check_constraint(op.f('ck_session_stage'), "stage IN ('factor', 'setup', 'open')")
    op.create_table(
        'code_app',
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('sealed_secret', sa.String(), nullable=False),
        sa.Column('added_at', sa.DateTime(), nullable=False),
        sa.Column('last_step', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_code_app_person_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('person_id', name=op.f('pk_code_app')),
    )
    op.create_table(
        'passkey',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('credential_id', sa.String(), nullable=False),
        sa.Column('public_key', sa.Text(), nullable=False),
        sa.Column('sign_count', sa.Integer(), nullable=False),
        sa.Column('added_at', sa.DateTime(), nullable=False),
        sa.Column('last_used_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_passkey_person_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
        sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id')),
    )
    op.create_index(op.f('ix_passkey_person_id'), 'passkey', ['person_id'])
    op.create_table(
        'passkey_challenge',
        sa.Column('challenge', sa.String(), nullable=False),
        sa.Column('purpose', sa.String(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('expires_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_passkey_challenge_person_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('challenge', name=op.f('pk_passkey_challenge')),
    )
    op.create_index(op.f('ix_passkey_challenge_expires_at'), 'passkey_challenge', ['expires_at'])
    op.create_table(
        'recovery_code',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('fingerprint', sa.String(), nullable=False),
        sa.Column('used_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
        sa.UniqueConstraint('fingerprint', name=op.f('uq_recovery_code_fingerprint')),
    )
    op.create_index(op.f('ix_recovery_code_person_id'), 'recovery_code', ['person_id'])


def downgrade() -> None:
    for table in ('recovery_code', 'passkey_challenge', 'passkey', 'code_app'):
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM session WHERE stage <> 'open'"))  # Without the stage they would be open to all.
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_session_stage'), type_='check')
        batch_op.drop_column('stage')
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('last_used_at')
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_column('requires_factor')
