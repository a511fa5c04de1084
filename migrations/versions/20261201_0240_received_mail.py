"""That a mail was taken, so that the same one is posted once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f3c6a81e5d24"
down_revision = "f1c83a5e2b90"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "received_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_received_mail_fingerprint")),
    )
    with op.batch_alter_table("received_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_received_mail_day"), ["day"], unique=False)


def downgrade() -> None:
    op.drop_table("received_mail")
