"""Push: the watch of each mailbox, when Gmail last told of news, and a count of what it told.

push_counts belongs to no user: it has no row of anybody's, and only the system may see it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TEXTS = ("watch_topic", "watch_error")
MOMENTS = ("watch_expires_at", "watch_renew_at", "pushed_at", "push_published_at", "news_at")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("mailboxes", sa.Column(name, sa.Text(), nullable=True))
    for name in MOMENTS:
        op.add_column("mailboxes", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_mailboxes_of_address", "mailboxes", ["address"])
    op.create_table(
        "push_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "outcome", name=op.f("pk_push_counts")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON push_counts TO getanswers_system")
    op.execute("ALTER TABLE push_counts ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE push_counts FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY all_rows ON push_counts TO getanswers_system USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.drop_table("push_counts")
    op.drop_index("ix_mailboxes_of_address", "mailboxes")
    for name in (*TEXTS, *MOMENTS):
        op.drop_column("mailboxes", name)
