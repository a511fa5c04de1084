"""What came of each practice, counted and labelled; and where something was tried."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from math import sqrt

import sqlalchemy as sa
from alembic import op

revision = '2d513fb02520'
down_revision = 'a3c7e95b1d42'
branch_labels = None
depends_on = None

PACES = {'fast': 90, 'normal': 180, 'slow': 365}
LABELS = ('proven', 'promising', 'mixed', 'too_early', 'does_not_work')
COLUMNS = ('worked', 'tried', 'worked_people', 'worked_departments', 'last_worked_at', 'low', 'label', 'label_since', 'due_on')


def upgrade() -> None:
    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.add_column(sa.Column('context', sa.String(), nullable=False, server_default=''))
    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.alter_column('context', server_default=None)
    op.create_table(
        'practice_department',
        sa.Column('practice_id', sa.Integer(), nullable=False),
        sa.Column('department_id', sa.Integer(), nullable=False),
        sa.Column('worked', sa.Integer(), nullable=False),
        sa.Column('tried', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['practice_id'], ['practice.id'], name=op.f('fk_practice_department_practice_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_practice_department_department_id')),
        sa.PrimaryKeyConstraint('practice_id', 'department_id', name=op.f('pk_practice_department')),
    )
    with op.batch_alter_table('practice', schema=None) as batch_op:
        for name in ('worked', 'tried', 'worked_people', 'worked_departments'):
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('last_worked_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('low', sa.Double(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('label', sa.String(), nullable=False, server_default='too_early'))
        batch_op.add_column(sa.Column('label_since', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('due_on', sa.Date(), nullable=True))
    _weigh()
    with op.batch_alter_table('practice', schema=None) as batch_op:
        for name in ('worked', 'tried', 'worked_people', 'worked_departments', 'low', 'label'):
            batch_op.alter_column(name, server_default=None)
        batch_op.alter_column('label_since', existing_type=sa.DateTime(), nullable=False)
        batch_op.alter_column('due_on', existing_type=sa.Date(), nullable=False)
        batch_op.create_check_constraint(op.f('ck_practice_label'), f'label IN {LABELS}')
        batch_op.create_index(batch_op.f('ix_practice_label'), ['label'], unique=False)


def _weigh() -> None:
    """Count what was said of each practice, as the application of that day does: `practices/evidence.py`."""
    db = op.get_bind()
    post, need, check_in, practice, counted = _tables()
    everything = sa.select(practice, post.c.author_id, post.c.created_at).join(post, post.c.id == practice.c.id)
    for row in db.execute(everything).all():
        department = sa.func.coalesce(check_in.c.department_id, need.c.department_id).label('department_id')
        said = (
            sa.select(
                check_in.c.outcome,
                check_in.c.closed_at,
                need.c.person_id,
                department,
                sa.func.coalesce(check_in.c.practice_version, 1).label('version'),
            )
            .join(need, need.c.id == check_in.c.need_id)
            .where(sa.or_(check_in.c.practice_id == row.id, check_in.c.answer_id == row.source_id))
            .where(check_in.c.outcome.in_(('resolved', 'partly', 'not')), need.c.person_id != row.author_id)
            .order_by(check_in.c.closed_at, check_in.c.id)
        )
        outcomes, before = [], defaultdict(list)
        for each in db.execute(said).all():
            own = before[each.person_id, each.version]
            if sum(each.closed_at - at < timedelta(days=90) for at in own) < 2:
                own.append(each.closed_at)
                outcomes.append(each)
        resolved = [each for each in outcomes if each.outcome == 'resolved']
        people, where = {each.person_id for each in resolved}, {each.department_id for each in resolved}
        last = max((each.closed_at for each in resolved), default=None)
        low, high = _wilson(len(resolved), len(outcomes))
        due_on = row.review_on
        if last is not None:
            due_on = max(due_on, (last + timedelta(days=PACES[row.review_pace]) / 2).date())
        label = _label(len(resolved), len(outcomes), low, high, len(people), len(where))
        told = {
            'worked': len(resolved), 'tried': len(outcomes), 'worked_people': len(people),
            'worked_departments': len(where), 'last_worked_at': last, 'low': low, 'label': label, 'due_on': due_on,
            'label_since': outcomes[-1].closed_at if outcomes and label != 'too_early' else row.created_at,
        }
        db.execute(sa.update(practice).where(practice.c.id == row.id).values(**told))
        for id in sorted({each.department_id for each in outcomes}):
            here = [each.outcome == 'resolved' for each in outcomes if each.department_id == id]
            db.execute(sa.insert(counted).values(practice_id=row.id, department_id=id, worked=sum(here), tried=len(here)))


def _label(worked: int, tried: int, low: float, high: float, people: int, where: int) -> str:
    if tried >= 5 and low >= 0.5 and people >= 3 and where >= 2:
        return 'proven'  # One that is overdue loses it within the hour: the worker looks.
    if tried >= 5 and high < 0.5:
        return 'does_not_work'
    if tried < 3:
        return 'too_early'
    return 'promising' if worked / tried >= 2 / 3 else 'mixed'


def _wilson(successes: int, n: int) -> tuple[float, float]:
    if not n:
        return 0.0, 1.0
    z, share = 1.959964, successes / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def _tables() -> list[sa.Table]:
    known = {
        'post': {'id': sa.Integer, 'author_id': sa.Integer, 'created_at': sa.DateTime},
        'need': {'id': sa.Integer, 'person_id': sa.Integer, 'department_id': sa.Integer},
        'check_in': {
            'id': sa.Integer, 'need_id': sa.Integer, 'answer_id': sa.Integer, 'practice_id': sa.Integer,
            'practice_version': sa.Integer, 'closed_at': sa.DateTime, 'outcome': sa.String, 'department_id': sa.Integer,
        },
        'practice': {
            'id': sa.Integer, 'source_id': sa.Integer, 'review_pace': sa.String, 'review_on': sa.Date,
            'worked': sa.Integer, 'tried': sa.Integer, 'worked_people': sa.Integer, 'worked_departments': sa.Integer,
            'last_worked_at': sa.DateTime, 'low': sa.Float, 'label': sa.String, 'label_since': sa.DateTime, 'due_on': sa.Date,
        },
        'practice_department': {
            'practice_id': sa.Integer, 'department_id': sa.Integer, 'worked': sa.Integer, 'tried': sa.Integer,
        },
    }
    return [sa.table(name, *(sa.column(column, kind) for column, kind in columns.items())) for name, columns in known.items()]


def downgrade() -> None:
    with op.batch_alter_table('practice', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_practice_label'), type_='check')
        batch_op.drop_index(batch_op.f('ix_practice_label'))
        for name in COLUMNS:
            batch_op.drop_column(name)
    op.drop_table('practice_department')
    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.drop_column('context')
