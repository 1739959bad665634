"""The question–answer bank."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic",
        sa.Column("slug", sa.String(60), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
    )
    op.create_table(
        "entry",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("id", sa.String(60), nullable=False, unique=True),
        sa.Column("topic_slug", sa.String(60), sa.ForeignKey("topic.slug"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("risk", sa.String(16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.String(100)),
        sa.Column("reviewed_on", sa.Date()),
        sa.Column("changed_by", sa.String(16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'in_review', 'published', 'retired')", name="status"
        ),
        sa.CheckConstraint("risk IN ('low', 'medium', 'high')", name="risk"),
        sa.CheckConstraint("changed_by IN ('seed', 'import', 'counsellor')", name="changed_by"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_status", "entry", ["status"])
    op.create_index("ix_entry_topic_slug", "entry", ["topic_slug"])
    op.create_table(
        "variant",
        sa.Column("entry_number", sa.Integer(), sa.ForeignKey("entry.number"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_table(
        "revision",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("entry_number", sa.Integer(), sa.ForeignKey("entry.number"), nullable=False),
        sa.Column("author", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.CheckConstraint("author IN ('seed', 'import', 'counsellor')", name="author"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_revision_entry_number", "revision", ["entry_number"])
    version = op.create_table(
        "bank_version",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.bulk_insert(version, [{"id": 1, "version": 0, "changed_at": datetime.now(UTC)}])


def downgrade() -> None:
    for table in ("bank_version", "revision", "variant", "entry", "topic"):
        op.drop_table(table)
