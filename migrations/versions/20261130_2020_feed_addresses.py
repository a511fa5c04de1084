"""Of what the secret addresses of somebody's feeds are made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d3a9e4c18f72"
down_revision = "c2f8d17b640e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_feed_address_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_address")),
        sa.UniqueConstraint("person_id", name=op.f("uq_feed_address_person_id")),
    )


def downgrade() -> None:
    op.drop_table("feed_address")
