"""Indexes for what people ask for on a message: what belongs together, and labels that say that something waits."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | Sequence[str] | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_actions_requested", "actions", ["message_id", "kind"], postgresql_where=sa.text("requested"))
    op.create_index(
        "ix_actions_marks",
        "actions",
        ["message_id"],
        postgresql_where=sa.text(
            "requested AND kind = 'label' AND state IN ('approved', 'done') AND undone_by IS NULL"
        ),
    )


def downgrade() -> None:
    op.drop_index("ix_actions_marks", "actions")
    op.drop_index("ix_actions_requested", "actions")
