"""Questions that ask the same are merged, and what stood under one stands under the other until it is undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '1b50d573ad3a'
down_revision = '8c41f2a96d07'
branch_labels = None
depends_on = None


STATES_BEFORE = ('open', 'routed', 'open_problem', 'answered', 'trying', 'due', 'resolved', 'partly', 'no_reply', 'withdrawn')
STATES = ('open', 'routed', 'open_problem', 'merged', 'answered', 'trying', 'due', 'resolved', 'partly', 'no_reply', 'withdrawn')

# Everything goes back to where it was before it was merged: the tables below know of no merges.
APART = (
    "UPDATE need SET question_id = merged_from_id WHERE merged_from_id IS NOT NULL",
    "UPDATE need SET state = 'open' WHERE state = 'merged'",
    "UPDATE acceptance SET withdrawn_at = at, withdrawn_by_id = by_id WHERE withdrawn_at IS NULL AND EXISTS (SELECT 1 FROM answer"
    " WHERE answer.id = acceptance.answer_id AND answer.merged_from_id IS NOT NULL AND answer.merged_from_id != acceptance.question_id)",
    "UPDATE answer SET question_id = merged_from_id WHERE merged_from_id IS NOT NULL",
    "UPDATE comment SET page_id = (SELECT question_id FROM answer WHERE answer.id = comment.on_id)"
    " WHERE on_id IN (SELECT id FROM answer)",
    "UPDATE practice SET question_id = (SELECT question_id FROM answer WHERE answer.id = practice.source_id)"
    " WHERE source_id IN (SELECT id FROM answer)",
    "UPDATE practice SET question_id = (SELECT page_id FROM comment WHERE comment.id = practice.source_id)"
    " WHERE source_id IN (SELECT id FROM comment)",
    "UPDATE practice SET question_id = source_id WHERE source_id IN (SELECT id FROM question)",
    "UPDATE question SET accepted_answer_id = NULL WHERE id IN (SELECT question_id FROM merge UNION SELECT into_id FROM merge)",
    "UPDATE question SET answer_count = (SELECT count(*) FROM answer JOIN post ON post.id = answer.id WHERE answer.question_id ="
    " question.id AND post.removed_at IS NULL), accepted_answer_id = (SELECT answer_id FROM acceptance JOIN post ON post.id ="
    " acceptance.answer_id WHERE acceptance.question_id = question.id AND withdrawn_at IS NULL AND post.removed_at IS NULL)"
    " WHERE id IN (SELECT question_id FROM merge UNION SELECT into_id FROM merge)",
)


def upgrade() -> None:
    op.create_table('merge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('into_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('new_followers', sa.JSON(), nullable=False),
    sa.Column('objected_at', sa.DateTime(), nullable=True),
    sa.Column('kept_at', sa.DateTime(), nullable=True),
    sa.Column('kept_by_id', sa.Integer(), nullable=True),
    sa.Column('undone_at', sa.DateTime(), nullable=True),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_merge_by_id')),
    sa.ForeignKeyConstraint(['into_id'], ['question.id'], name=op.f('fk_merge_into_id')),
    sa.ForeignKeyConstraint(['kept_by_id'], ['person.id'], name=op.f('fk_merge_kept_by_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_merge_question_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['person.id'], name=op.f('fk_merge_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merge'))
    )
    with op.batch_alter_table('merge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merge_into_id'), ['into_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_merge_question_id'), ['question_id'], unique=False)
        batch_op.create_index('uq_merge_standing', ['question_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))

    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_from_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_answer_merged_from_id'), 'question', ['merged_from_id'], ['id'])

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_from_id', sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_need_person_id_question_id_origin'), type_='unique')
        batch_op.create_index('uq_need_at_home', ['person_id', 'question_id', 'origin'], unique=True, sqlite_where=sa.text('merged_from_id IS NULL'), postgresql_where=sa.text('merged_from_id IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_need_merged_from_id'), 'question', ['merged_from_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('ck_need_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_need_state'), f"state IN {STATES}")

    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('times_asked', sa.Integer(), server_default='1', nullable=False))
        batch_op.create_index(batch_op.f('ix_question_merged_into_id'), ['merged_into_id'], unique=False, sqlite_where=sa.text('merged_into_id IS NOT NULL'), postgresql_where=sa.text('merged_into_id IS NOT NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_question_merged_into_id'), 'question', ['merged_into_id'], ['id'])



def downgrade() -> None:
    for statement in APART:
        op.execute(statement)

    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_question_merged_into_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_question_merged_into_id'))
        batch_op.drop_column('times_asked')
        batch_op.drop_column('merged_into_id')

    with op.batch_alter_table('need', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_need_state'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_need_state'), f"state IN {STATES_BEFORE}")
        batch_op.drop_constraint(batch_op.f('fk_need_merged_from_id'), type_='foreignkey')
        batch_op.drop_index('uq_need_at_home', sqlite_where=sa.text('merged_from_id IS NULL'), postgresql_where=sa.text('merged_from_id IS NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_need_person_id_question_id_origin'), ['person_id', 'question_id', 'origin'])
        batch_op.drop_column('merged_from_id')

    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_answer_merged_from_id'), type_='foreignkey')
        batch_op.drop_column('merged_from_id')

    with op.batch_alter_table('merge', schema=None) as batch_op:
        batch_op.drop_index('uq_merge_standing', sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_merge_question_id'))
        batch_op.drop_index(batch_op.f('ix_merge_into_id'))

    op.drop_table('merge')
