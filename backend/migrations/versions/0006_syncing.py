"""Feedback, messages that could not be fetched yet, and walks through the listing of a mailbox."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ME = "nullif(current_setting('app.user_id', true), '')::uuid"
VERBS = {
    "mailbox_events": "SELECT, INSERT",
    "fetch_failures": "SELECT, INSERT, UPDATE, DELETE",
    "walks": "SELECT, INSERT, UPDATE, DELETE",
}


def _owned() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False, primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def _of_mailbox() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id", "mailbox_id"], ["mailboxes.user_id", "mailboxes.id"], ondelete="CASCADE"
    )


def upgrade() -> None:
    op.create_table(
        "mailbox_events",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("history_id", sa.Numeric(20, 0), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_owned(),
        sa.UniqueConstraint("message_id", "kind", "detail", "history_id"),
        sa.ForeignKeyConstraint(
            ["user_id", "message_id"], ["messages.user_id", "messages.id"], ondelete="CASCADE"
        ),
        sa.CheckConstraint("source IN ('user', 'ours')", name="source"),
    )
    op.create_index("ix_mailbox_events_user", "mailbox_events", ["user_id", "source", "at"])
    op.create_table(
        "fetch_failures",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("provider_message_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        *_owned(),
        sa.UniqueConstraint("mailbox_id", "provider_message_id"),
        _of_mailbox(),
    )
    op.create_index("ix_fetch_failures_due", "fetch_failures", ["mailbox_id", "not_before"])
    op.create_table(
        "walks",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("units_left", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *_owned(),
        _of_mailbox(),
        sa.CheckConstraint("kind IN ('first', 'resync', 'backfill', 'reconcile')", name="kind"),
    )
    op.create_index(
        "uq_walks_open", "walks", ["mailbox_id", "kind"], unique=True, postgresql_where=sa.text("finished_at IS NULL")
    )
    op.create_index("ix_walks_mailbox", "walks", ["mailbox_id", "kind", "created_at"])
    for table, verbs in VERBS.items():
        mine = f"user_id = {ME}"
        op.execute(f"GRANT {verbs} ON {table} TO getanswers_user, getanswers_system")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} TO getanswers_user USING ({mine}) WITH CHECK ({mine})")
        op.execute(f"CREATE POLICY all_rows ON {table} TO getanswers_system USING (true) WITH CHECK (true)")
    op.add_column("mailboxes", sa.Column("sync_window_messages", sa.Integer(), nullable=True))
    op.add_column("mailboxes", sa.Column("walk_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("mailboxes", "first_sync_page")
    op.drop_column("mailboxes", "first_sync_expected")


def downgrade() -> None:
    op.add_column("mailboxes", sa.Column("first_sync_expected", sa.Integer(), nullable=True))
    op.add_column("mailboxes", sa.Column("first_sync_page", sa.Text(), nullable=True))
    op.drop_column("mailboxes", "walk_at")
    op.drop_column("mailboxes", "sync_window_messages")
    for table in VERBS:
        op.drop_table(table)
