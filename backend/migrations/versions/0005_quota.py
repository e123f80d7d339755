"""Gmail's quota shared by all workers, what was spent of it, and what is known of each grant."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ME = "nullif(current_setting('app.user_id', true), '')::uuid"
SYSTEM_ONLY = ("quota_windows", "quota_days")
TABLES = ("mailbox_units", *SYSTEM_ONLY)


def upgrade() -> None:
    op.create_table(
        "quota_windows",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("bookings", postgresql.JSONB(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_quota_windows")),
    )
    op.create_table(
        "quota_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_quota_days")),
    )
    op.create_table(
        "mailbox_units",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox_id", "day", "method", name=op.f("pk_mailbox_units")),
        sa.ForeignKeyConstraint(
            ["user_id", "mailbox_id"],
            ["mailboxes.user_id", "mailboxes.id"],
            name=op.f("fk_mailbox_units_user_id_mailbox_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_mailbox_units_day", "mailbox_units", ["day"])
    op.add_column("mailboxes", sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mailboxes", sa.Column("granted_scopes", postgresql.ARRAY(sa.Text()), nullable=True))
    op.add_column("mailboxes", sa.Column("renewal_id", sa.Uuid(), nullable=True))
    op.add_column("mailboxes", sa.Column("renewal_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_mailboxes_waiting",
        "mailboxes",
        ["not_before"],
        postgresql_where=sa.text("state = 'active' AND not_before = next_sync_at"),
    )
    _close()


def _close() -> None:
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO getanswers_system")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY all_rows ON {table} TO getanswers_system USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT ON mailbox_units TO getanswers_user")
    op.execute(f"CREATE POLICY own_rows ON mailbox_units TO getanswers_user USING (user_id = {ME})")


def downgrade() -> None:
    op.drop_index("ix_mailboxes_waiting", table_name="mailboxes")
    for column in ("renewal_until", "renewal_id", "granted_scopes", "granted_at"):
        op.drop_column("mailboxes", column)
    for table in TABLES:
        op.drop_table(table)
