"""Moderation: flags and cases, interventions, approval, suggested edits, conversions, and the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e71c0b5d9a48"
down_revision = "d7b2e64a90c1"
branch_labels = None
depends_on = None

WITHHELD = ("hidden", "waiting", "refused", "converted")
REASONS = ("hurtful", "private", "harmful", "advertising", "elsewhere", "other")
NEW = ("moderation", "moderated", "suggestion")
KINDS_BEFORE = (
    "check_in",
    "invitation",
    "word",
    "reveal",
    "commitment",
    "key",
    "challenge",
    "cause_asked",
    "review",
    "story",
    "request",
    "pulse",
    "welcome",
    "prompt",
    "answer",
    "waiting",
    "outcome",
    "cause",
    "comment",
    "mention",
    "thanks",
    "practice",
    "question",
    "monthly",
    "problem",
    "unanswered",
    "nomination",
    "upkeep",
)
TABLES = (
    "moderation_deed",
    "conversion",
    "suggestion",
    "watched_department",
    "canned_reason",
    "intervention",
    "flag",
    "moderation_case",
    "held_post",
)


def upgrade() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approval", sa.String(), nullable=False, server_default="off"))
        batch_op.add_column(sa.Column("first_posts", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_check_constraint(
            op.f("ck_organisation_approval"), "approval IN ('off', 'newcomers', 'everybody')"
        )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("withheld", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("withheld_because", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("locked_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("locked_because", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("was_id", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_post_withheld"), f"withheld IN {WITHHELD}")
        batch_op.create_foreign_key(op.f("fk_post_was_id"), "post", ["was_id"], ["id"])
        batch_op.create_index(op.f("ix_post_was_id"), ["was_id"], unique=False)
    # The defaults were for the rows that are there.
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.alter_column("approval", server_default=None)
        batch_op.alter_column("first_posts", server_default=None)
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.alter_column("withheld_because", server_default=None)
        batch_op.alter_column("locked_because", server_default=None)
    op.create_table(
        "held_post",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("colleague_id", sa.Integer(), nullable=True),
        sa.Column("held_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["colleague_id"], ["person.id"], name=op.f("fk_held_post_colleague_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_held_post_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_held_post")),
    )
    op.create_table(
        "moderation_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('flagged', 'held')", name=op.f("ck_moderation_case_kind")),
        sa.CheckConstraint(
            "outcome IN ('dismissed', 'hidden', 'approved', 'refused')", name=op.f("ck_moderation_case_outcome")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_moderation_case_decided_by_id")),
        sa.ForeignKeyConstraint(["page_id"], ["post.id"], name=op.f("fk_moderation_case_page_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_moderation_case_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_case")),
    )
    op.create_index(op.f("ix_moderation_case_post_id"), "moderation_case", ["post_id"])
    _one_at_a_time("uq_moderation_case_open", "moderation_case", ["post_id"], "decided_at IS NULL")
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(f"reason IN {REASONS}", name=op.f("ck_flag_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_flag_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["moderation_case.id"], name=op.f("fk_flag_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_flag_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("post_id", "by_id", name=op.f("uq_flag_post_id_by_id")),
    )
    op.create_index(op.f("ix_flag_case_id"), "flag", ["case_id"])
    op.create_index(op.f("ix_flag_by_id"), "flag", ["by_id"])
    op.create_table(
        "intervention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("act IN ('hidden', 'locked')", name=op.f("ck_intervention_act")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_intervention_by_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_intervention_confirmed_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_intervention_ended_by_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_intervention_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    op.create_index(op.f("ix_intervention_post_id"), "intervention", ["post_id"])
    _one_at_a_time("uq_intervention_in_force", "intervention", ["post_id", "act"], "ended_at IS NULL")
    op.create_table(
        "canned_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_canned_reason_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reason")),
        sa.UniqueConstraint("title", name=op.f("uq_canned_reason_title")),
    )
    op.create_table(
        "watched_department",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_watched_department_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_watched_department_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "department_id", name=op.f("pk_watched_department")),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("word", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('accepted', 'refused', 'withdrawn')", name=op.f("ck_suggestion_outcome")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_suggestion_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_suggestion_decided_by_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_suggestion_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    op.create_index(op.f("ix_suggestion_post_id"), "suggestion", ["post_id"])
    _one_at_a_time("uq_suggestion_open", "suggestion", ["post_id", "by_id"], "decided_at IS NULL")
    op.create_table(
        "conversion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_conversion_by_id")),
        sa.ForeignKeyConstraint(["from_id"], ["post.id"], name=op.f("fk_conversion_from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_id"], ["post.id"], name=op.f("fk_conversion_to_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_conversion_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversion")),
    )
    op.create_index(op.f("ix_conversion_from_id"), "conversion", ["from_id"])
    op.create_index(op.f("ix_conversion_to_id"), "conversion", ["to_id"])
    op.create_table(
        "moderation_deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_moderation_deed_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_moderation_deed_event_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_moderation_deed_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_deed")),
        sa.UniqueConstraint("event_id", name=op.f("uq_moderation_deed_event_id")),
    )
    op.create_index(op.f("ix_moderation_deed_at_id"), "moderation_deed", ["at", "id"])
    _allow(KINDS_BEFORE + NEW)


def downgrade() -> None:
    for table in ("notification", "preference"):
        op.execute(f"DELETE FROM {table} WHERE kind IN {NEW}")
    _allow(KINDS_BEFORE)
    for table in TABLES:
        op.drop_table(table)
    # What is withheld stays off the page, as something that was removed.
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_post_was_id"))
        batch_op.drop_constraint(op.f("fk_post_was_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_post_withheld"), type_="check")
        for column in ("was_id", "locked_because", "locked_at", "withheld_because", "withheld"):
            batch_op.drop_column(column)
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_organisation_approval"), type_="check")
        batch_op.drop_column("first_posts")
        batch_op.drop_column("approval")


def _one_at_a_time(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(
        name, table, columns, unique=True, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition)
    )


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
