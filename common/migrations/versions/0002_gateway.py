"""Ids that the gateway keeps for a while: messages a wipe deletes, updates already answered."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_message",
        sa.Column("pseudonym", sa.String(64), primary_key=True),
        sa.Column("message_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_sent_message_at", "sent_message", ["at"])
    op.create_table(
        "answered_update",
        sa.Column("update_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_answered_update_at", "answered_update", ["at"])


def downgrade() -> None:
    for table in ("answered_update", "sent_message"):
        op.drop_table(table)
