"""Until when a note of the inbox is put off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e47b90c1d2a6"
down_revision = "d3a9e4c18f72"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A plain ALTER: copying the table would make its indexes anew, in an order that SQLite chooses by.
    op.add_column("notification", sa.Column("later_until", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("notification", "later_until")
