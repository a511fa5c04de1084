"""Which question the reason of an invitation names; titles of what may no longer be read are taken out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f1c83a5e2b90"
down_revision = "e47b90c1d2a6"
branch_labels = None
depends_on = None

NAMED = "You solved a similar one"


def upgrade() -> None:
    with op.batch_alter_table("answer_invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("similar_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_answer_invitation_similar_id"), ["similar_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_answer_invitation_similar_id_question"), "question", ["similar_id"], ["id"]
        )
    _tell_what_was_named()


def downgrade() -> None:
    with op.batch_alter_table("answer_invitation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_answer_invitation_similar_id_question"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_answer_invitation_similar_id"))
        batch_op.drop_column("similar_id")


def _tell_what_was_named() -> None:
    """By the title, which is all that was kept: without a question of that title that may be read, it is taken out."""
    connection = op.get_bind()
    titles = "SELECT question.title, min(question.id) FROM question JOIN post ON post.id = question.id"
    known = dict(connection.execute(sa.text(f"{titles} WHERE post.removed_at IS NULL GROUP BY title")).all())
    rows = connection.execute(
        sa.text("SELECT id, reason FROM answer_invitation WHERE reason LIKE :named"), {"named": f"{NAMED}%"}
    ).all()
    for id, reason in rows:
        found = known.get(reason[reason.find("“") + 1 : -1])
        connection.execute(
            sa.text("UPDATE answer_invitation SET similar_id = :found, reason = :reason WHERE id = :id"),
            {"id": id, "found": found, "reason": reason if found else NAMED},
        )
