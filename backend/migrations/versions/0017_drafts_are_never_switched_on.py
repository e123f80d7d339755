"""A draft never comes about unasked, so no mailbox may have it among what happens by itself."""

from collections.abc import Sequence

from alembic import op

revision: str = "0017"
down_revision: str | Sequence[str] | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Row level security is forced on the owner as well, who else would find nothing; nobody sees this but us.
    op.execute("ALTER TABLE mailboxes NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE mailboxes SET live_kinds = array_remove(live_kinds, 'draft') WHERE 'draft' = ANY(live_kinds)")
    op.execute("ALTER TABLE mailboxes FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Nothing: who had switched it on is not known, and it did nothing."""
