"""Groups of a directory, and who is in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a1f5d07c3e92"
down_revision = "b72e1c3f80d5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_group")),
        sa.UniqueConstraint("external_id", name=op.f("uq_directory_group_external_id")),
        sa.UniqueConstraint("name_key", name=op.f("uq_directory_group_name_key")),
    )
    op.create_table(
        "directory_membership",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["directory_group.id"],
            name=op.f("fk_directory_membership_group_id_directory_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_directory_membership_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_directory_membership")),
    )
    op.create_index(op.f("ix_directory_membership_person_id"), "directory_membership", ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_directory_membership_person_id"), table_name="directory_membership")
    op.drop_table("directory_membership")
    op.drop_table("directory_group")
