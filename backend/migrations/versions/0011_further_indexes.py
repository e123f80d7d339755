"""Indexes for what is asked of large tables: what people changed by hand lately, and the newest of a mailbox."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_mailbox_events_by_hand", "mailbox_events", ["at"], postgresql_where=sa.text("source = 'user'")
    )
    op.create_index("ix_messages_received", "messages", ["mailbox_id", "received_at"])


def downgrade() -> None:
    op.drop_index("ix_messages_received", "messages")
    op.drop_index("ix_mailbox_events_by_hand", "mailbox_events")
