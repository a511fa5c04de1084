"""Local variants of a practice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'c90e27a5d4b1'
down_revision = 'b18d46f02ce9'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('practice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('variant_of_id', sa.Integer(), nullable=True))
        batch_op.alter_column('source_id', existing_type=sa.Integer(), nullable=True)
        batch_op.create_index(batch_op.f('ix_practice_variant_of_id'), ['variant_of_id'])
        batch_op.create_foreign_key(
            batch_op.f('fk_practice_variant_of_id'), 'practice', ['variant_of_id'], ['id']
        )


def downgrade() -> None:
    # Variants have no place in the older tables: what was made of them counts for their original, and they are no more.
    original = '(SELECT variant_of_id FROM practice WHERE practice.id = {table}.{column})'
    for table, column in (('need', 'practice_id'), ('check_in', 'practice_id')):
        variants = 'SELECT id FROM practice WHERE variant_of_id IS NOT NULL'
        source = original.format(table=table, column=column)
        op.execute(f'UPDATE {table} SET {column} = {source} WHERE {column} IN ({variants})')
    op.execute(
        'UPDATE practice SET successor_id = NULL '
        'WHERE successor_id IN (SELECT id FROM practice WHERE variant_of_id IS NOT NULL)'
    )
    op.execute(
        'UPDATE post SET removed_at = created_at '
        'WHERE id IN (SELECT id FROM practice WHERE variant_of_id IS NOT NULL) AND removed_at IS NULL'
    )
    for table in ('validation', 'practice_department'):
        op.execute(f'DELETE FROM {table} WHERE practice_id IN (SELECT id FROM practice WHERE variant_of_id IS NOT NULL)')
    op.execute('DELETE FROM practice WHERE variant_of_id IS NOT NULL')
    with op.batch_alter_table('practice', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_practice_variant_of_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_practice_variant_of_id'))
        batch_op.alter_column('source_id', existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column('variant_of_id')
