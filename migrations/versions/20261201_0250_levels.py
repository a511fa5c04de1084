"""At which level somebody follows something. What following was so far is a level, too: nobody hears more or less."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "f19a6b3c84de"
down_revision = "f3c6a81e5d24"
branch_labels = None
depends_on = None

LEVELS = ("watching", "first_posts", "tracking", "normal", "muted")


def upgrade() -> None:
    op.add_column("follow", sa.Column("level", sa.String(), nullable=True))
    # Of a question every answer was told, of a topic or a department every new question.
    op.execute("UPDATE follow SET level = 'watching'")
    op.execute("UPDATE follow SET level = 'first_posts' WHERE kind IN ('tag', 'department')")
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.alter_column("level", existing_type=sa.String(), nullable=False)
        batch_op.create_check_constraint(op.f("ck_follow_level"), f"level IN {LEVELS}")
    op.add_column("merge", sa.Column("levels_changed", sa.JSON(), nullable=False, server_default="{}"))
    for id, people in _rows("new_followers"):
        _write("levels_changed", id, {str(person_id): [None, "watching"] for person_id in people})
    op.drop_column("merge", "new_followers")


def downgrade() -> None:
    op.add_column("merge", sa.Column("new_followers", sa.JSON(), nullable=False, server_default="[]"))
    for id, changed in _rows("levels_changed"):
        _write("new_followers", id, [int(person_id) for person_id, (before, _) in changed.items() if before is None])
    op.drop_column("merge", "levels_changed")
    # Whoever tracked something goes on following it; whoever wished to hear less than usual must not be told of it all.
    op.execute("DELETE FROM follow WHERE level IN ('normal', 'muted')")
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_follow_level"), type_="check")
        batch_op.drop_column("level")


def _rows(column: str) -> list[tuple[int, Any]]:
    """What stands in a column of JSON: (id, value) of each row that has something there."""
    table = sa.table("merge", sa.column("id", sa.Integer), sa.column(column, sa.JSON))
    return [(id, value) for id, value in op.get_bind().execute(sa.select(table.c.id, table.c[column])).all() if value]


def _write(column: str, id: int, value: Any) -> None:
    table = sa.table("merge", sa.column("id", sa.Integer), sa.column(column, sa.JSON))
    op.execute(table.update().where(table.c.id == id).values({column: value}))
