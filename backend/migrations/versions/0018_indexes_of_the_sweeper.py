"""Indexes for what the sweeper asks of all actions every few seconds: it never reads the whole table."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | Sequence[str] | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Of all of them: a query that does not say “requested” could not use the one it replaces.
    op.create_index("ix_actions_message", "actions", ["message_id", "kind"])
    op.drop_index("ix_actions_requested", "actions")
    op.create_index(
        "ix_actions_expiring",
        "actions",
        ["expires_at"],
        postgresql_where=sa.text("state IN ('proposed', 'edited', 'approved')"),
    )
    op.create_index(
        "ix_actions_drafts",
        "actions",
        ["conversation_id"],
        postgresql_where=sa.text("kind = 'draft' AND state = 'done' AND provider_draft_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_actions_drafts", "actions")
    op.drop_index("ix_actions_expiring", "actions")
    op.create_index("ix_actions_requested", "actions", ["message_id", "kind"], postgresql_where=sa.text("requested"))
    op.drop_index("ix_actions_message", "actions")
