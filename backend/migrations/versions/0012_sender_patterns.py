"""What users always do with a sender's mail, and indexes for the mail of a list and for what no model was asked about."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | Sequence[str] | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "sender_patterns"
ME = "nullif(current_setting('app.user_id', true), '')::uuid"
LIST_ID = "left(headers #>> '{list-id,0}', 200)"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_by", sa.Text(), nullable=True),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('put_away', 'only_read')", name=op.f("ck_sender_patterns_kind")),
        sa.CheckConstraint("state IN ('learned', 'forgotten')", name=op.f("ck_sender_patterns_state")),
        sa.CheckConstraint("forgotten_by IN ('user', 'deed')", name=op.f("ck_sender_patterns_forgotten_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sender_patterns_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_patterns")),
        sa.UniqueConstraint("user_id", "list_id", "sender", name=op.f("uq_sender_patterns_user_id_list_id_sender")),
    )
    op.create_index(op.f("ix_sender_patterns_user_id"), TABLE, ["user_id"], unique=False)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO getanswers_user, getanswers_system")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_rows ON {TABLE} TO getanswers_user USING (user_id = {ME}) WITH CHECK (user_id = {ME})")
    op.execute(f"CREATE POLICY all_rows ON {TABLE} TO getanswers_system USING (true) WITH CHECK (true)")
    op.add_column("users", sa.Column("patterns_enabled", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.alter_column("users", "patterns_enabled", server_default=None)
    op.create_index(
        "ix_messages_list",
        "messages",
        ["user_id", sa.literal_column(LIST_ID)],
        postgresql_where=sa.text(f"{LIST_ID} IS NOT NULL"),
    )
    op.create_index(
        "ix_verdicts_by_pattern", "verdicts", ["user_id", "created_at"], postgresql_where=sa.text("engine = 'pattern'")
    )


def downgrade() -> None:
    op.drop_index("ix_verdicts_by_pattern", "verdicts")
    op.drop_index("ix_messages_list", "messages")
    op.drop_column("users", "patterns_enabled")
    op.drop_table(TABLE)
