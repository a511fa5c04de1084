"""The audit log: a table that the database itself lets nobody change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'e52a8d06b1c4'
down_revision = 'a7d3f09b41c8'
branch_labels = None
depends_on = None

# Only what is older than three years may be let go; see docs/decisions/0044.
SQLITE = (
    """
    CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit WHEN OLD.at > datetime('now', '-1095 days')
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
)
POSTGRESQL = (
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
    """,
    """
    CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
    FOR EACH ROW WHEN (OLD.at > (now() AT TIME ZONE 'UTC') - INTERVAL '1095 days') EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
)


def upgrade() -> None:
    op.create_table(
        'audit',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('actor_id', sa.Integer(), nullable=True),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('post_id', sa.Integer(), nullable=True),
        sa.Column('data', sa.JSON(), nullable=False),
        sa.Column('request_id', sa.String(), nullable=False),
        sa.Column('previous', sa.String(), nullable=False),
        sa.Column('hash', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_audit_actor_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_audit_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    )
    for column in ('at', 'kind', 'actor_id', 'person_id'):
        op.create_index(op.f(f'ix_audit_{column}'), 'audit', [column])
    for statement in POSTGRESQL if op.get_bind().dialect.name == 'postgresql' else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('audit')  # Its indexes and triggers go with it.
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION audit_refuse()')
