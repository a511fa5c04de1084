"""Introductions: who was proposed as the second person between two departments, and what came of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = 'b8d24f6a09c3'
down_revision = 'b81f04c6a9e3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'introduction',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('asking_id', sa.Integer(), nullable=False),
        sa.Column('answering_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('why', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('replied_at', sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'declined', 'refused')", name=op.f('ck_introduction_state')
        ),
        sa.ForeignKeyConstraint(['asking_id'], ['department.id'], name=op.f('fk_introduction_asking_id')),
        sa.ForeignKeyConstraint(['answering_id'], ['department.id'], name=op.f('fk_introduction_answering_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_introduction_person_id')),
        sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_introduction_question_id')),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_introduction_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_introduction')),
        sa.UniqueConstraint(
            'asking_id', 'answering_id', 'person_id', name=op.f('uq_introduction_asking_id_answering_id_person_id')
        ),
    )
    op.create_index(op.f('ix_introduction_person_id'), 'introduction', ['person_id'])


def downgrade() -> None:
    # The notes about them say nothing without them, and the code before did not know their events.
    op.execute(
        "DELETE FROM notification WHERE event_id IN (SELECT id FROM event WHERE name = 'SecondPersonAsked')"
    )
    op.drop_index(op.f('ix_introduction_person_id'), table_name='introduction')
    op.drop_table('introduction')
