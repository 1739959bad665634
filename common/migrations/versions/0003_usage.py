"""The anonymous usage log."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "usage",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("hour", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("topic", sa.String(60)),
        sa.Column("entry", sa.String(80)),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("latency", sa.String(10), nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
    )
    op.create_index("ix_usage_hour", "usage", ["hour"])


def downgrade() -> None:
    op.drop_table("usage")
