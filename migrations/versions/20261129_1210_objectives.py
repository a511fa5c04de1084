"""Objectives with readings, links and stories; requests for a course; and what people are told of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "47b6ceda450d"
down_revision = "b8d24f6a09c3"
branch_labels = None
depends_on = None

NEW = ("story", "request")
KINDS_BEFORE = (
    "check_in",
    "invitation",
    "word",
    "cause_asked",
    "cause",
    "commitment",
    "key",
    "challenge",
    "review",
    "prompt",
    "answer",
    "waiting",
    "outcome",
    "comment",
    "mention",
    "thanks",
    "practice",
    "question",
    "problem",
    "unanswered",
    "nomination",
    "upkeep",
)
TABLES = (
    "request_evidence",
    "request_concerned",
    "request_check",
    "proposal",
    "story",
    "request",
    "reading",
    "objective_link",
    "objective",
)


def upgrade() -> None:
    op.create_table(
        "objective",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("baseline", sa.Double(), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("stated_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("word", sa.String(), nullable=False),
        sa.CheckConstraint("direction IN ('down', 'up')", name=op.f("ck_objective_direction")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_objective_by_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_objective_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
    )
    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_objective_department_id"), ["department_id"], unique=False)
    op.create_table(
        "objective_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objective_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_objective_link_by_id")),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_objective_link_objective_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_objective_link_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["removed_by_id"], ["person.id"], name=op.f("fk_objective_link_removed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_link")),
    )
    with op.batch_alter_table("objective_link", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_objective_link_objective_id"), ["objective_id"], unique=False)
        batch_op.create_index(op.f("ix_objective_link_post_id"), ["post_id"], unique=False)
        batch_op.create_index(
            "uq_objective_link_standing",
            ["post_id"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objective_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_reading_by_id")),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_reading_objective_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["reading.id"], name=op.f("fk_reading_replaced_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
    )
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_reading_objective_id_on"), ["objective_id", "on"], unique=False)
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("diagnosis", sa.Text(), nullable=False),
        sa.Column("diagnosed_at", sa.DateTime(), nullable=True),
        sa.Column("way", sa.String(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'diagnosed', 'proposed', 'agreed', 'checked')", name=op.f("ck_request_state")
        ),
        sa.CheckConstraint("way IN ('as_asked', 'other_way', 'none')", name=op.f("ck_request_way")),
        sa.ForeignKeyConstraint(["id"], ["post.id"], name=op.f("fk_request_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_request_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_request_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(op.f("ix_request_state"), ["state"], unique=False)
    op.create_table(
        "story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("tale", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("went", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.Column("witness_id", sa.Integer(), nullable=False),
        sa.Column("witness_as", sa.String(), nullable=False),
        sa.Column("replied_at", sa.DateTime(), nullable=True),
        sa.Column("is_true", sa.Boolean(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("went IN ('well', 'badly')", name=op.f("ck_story_went")),
        sa.CheckConstraint("witness_as IN ('concerned', 'manager')", name=op.f("ck_story_witness_as")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_story_by_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_story_department_id")),
        sa.ForeignKeyConstraint(["page_id"], ["post.id"], name=op.f("fk_story_page_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["removed_by_id"], ["person.id"], name=op.f("fk_story_removed_by_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["person.id"], name=op.f("fk_story_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
    )
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_story_by_id"), ["by_id"], unique=False)
        batch_op.create_index(op.f("ix_story_page_id"), ["page_id"], unique=False)
        batch_op.create_index(op.f("ix_story_told_at"), ["told_at"], unique=False)
        batch_op.create_index(op.f("ix_story_witness_id"), ["witness_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("reply_words", sa.Text(), nullable=False),
        sa.Column("replied_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("reply IN ('accepted', 'amended', 'insisted')", name=op.f("ck_proposal_reply")),
        sa.CheckConstraint("way IN ('as_asked', 'other_way', 'none')", name=op.f("ck_proposal_way")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_proposal_by_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_proposal_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_proposal_request_id"), ["request_id"], unique=False)
    op.create_table(
        "request_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("replied_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("reply IN ('yes', 'partly', 'no')", name=op.f("ck_request_check_reply")),
        sa.CheckConstraint("side IN ('requester', 'concerned')", name=op.f("ck_request_check_side")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_request_check_person_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_request_check_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_check")),
        sa.UniqueConstraint("request_id", "person_id", name=op.f("uq_request_check_request_id_person_id")),
    )
    with op.batch_alter_table("request_check", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_request_check_person_id"), ["person_id"], unique=False)
    op.create_table(
        "request_concerned",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_request_concerned_person_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_request_concerned_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", "person_id", name=op.f("pk_request_concerned")),
    )
    op.create_table(
        "request_evidence",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_request_evidence_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_request_evidence_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", "post_id", name=op.f("pk_request_evidence")),
    )
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_told", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("practice", schema=None) as batch_op:  # The default was for the rows that are there.
        batch_op.alter_column("is_told", server_default=None)
    _allow(KINDS_BEFORE + NEW)


def downgrade() -> None:
    for table in ("notification", "preference"):
        op.execute(f"DELETE FROM {table} WHERE kind IN {NEW}")
    _allow(KINDS_BEFORE)
    # A request has no place in the older tables: its text stays, as that of something that was removed.
    op.execute("UPDATE post SET removed_at = created_at WHERE kind = 'request' AND removed_at IS NULL")
    op.execute("UPDATE post SET kind = 'comment' WHERE kind = 'request'")
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.drop_column("is_told")
    for table in TABLES:
        op.drop_table(table)


def _allow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_notification_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_notification_kind"), f"kind IN {kinds}")
    # Of two that would do SQLite takes the youngest, and copying the table made the one over all rows that.
    for name, columns, condition in (
        ("ix_notification_unread", ["person_id", "page_id"], "read_at IS NULL"),
        (
            "ix_notification_to_be_mailed",
            ["mail_due_at", "person_id"],
            "read_at IS NULL AND mail_id IS NULL AND mail_due_at IS NOT NULL",
        ),
    ):
        op.drop_index(name, "notification")
        where = sa.text(condition)
        op.create_index(name, "notification", columns, sqlite_where=where, postgresql_where=where)
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_preference_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_preference_kind"), f"kind IN {(*kinds, 'everything')}")
