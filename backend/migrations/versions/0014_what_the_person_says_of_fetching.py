"""How often Gmail told of changes, messages that the person leaves, and how far a walk by number of messages came."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | Sequence[str] | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FILL_REACHED = """
    UPDATE walks SET reached = (SELECT min(received_at) FROM messages WHERE messages.mailbox_id = walks.mailbox_id)
    WHERE most IS NOT NULL AND done >= most AND finished_at IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("mailboxes", sa.Column("push_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.alter_column("mailboxes", "push_count", server_default=None)
    op.add_column("fetch_failures", sa.Column("left_out_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("walks", sa.Column("reached", sa.DateTime(timezone=True), nullable=True))
    op.execute("SET LOCAL ROLE getanswers_system")  # row level security shows the owner of a table nothing
    op.execute(FILL_REACHED)
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.drop_column("walks", "reached")
    op.drop_column("fetch_failures", "left_out_at")
    op.drop_column("mailboxes", "push_count")
