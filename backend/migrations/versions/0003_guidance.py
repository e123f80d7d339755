"""What language models may cost and have cost, the user's rules in plain language, their voice and what edits taught."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OWNED = ("model_days", "user_rules", "voice_notes", "voice_profiles")
ME = "nullif(current_setting('app.user_id', true), '')::uuid"


def upgrade() -> None:
    _table(
        "model_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent_tokens", sa.BigInteger(), nullable=False),
        sa.Column("spent_microdollars", sa.BigInteger(), nullable=False),
        sa.Column("reserved_tokens", sa.BigInteger(), nullable=False),
        sa.Column("reserved_microdollars", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.UniqueConstraint("user_id", "day", name=op.f("uq_model_days_user_id_day")),
    )
    _table(
        "user_rules",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("meaning", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("read_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'on', 'off', 'replaced')", name=op.f("ck_user_rules_state")),
        sa.UniqueConstraint("user_id", "rule_id", "version", name=op.f("uq_user_rules_user_id_rule_id_version")),
    )
    _table(
        "voice_notes",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_value", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scope IN ('all', 'domain', 'sender')", name=op.f("ck_voice_notes_scope")),
        sa.UniqueConstraint(
            "user_id", "scope", "scope_value", "kind", name=op.f("uq_voice_notes_user_id_scope_scope_value_kind")
        ),
    )
    _table(
        "voice_profiles",
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("profile", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("user_id", name=op.f("uq_voice_profiles_user_id")),
    )
    op.add_column("users", sa.Column("daily_model_tokens", sa.Integer(), nullable=True))
    op.add_column("users", sa.Column("daily_model_microdollars", sa.BigInteger(), nullable=True))
    op.add_column("model_usage", sa.Column("cached_tokens", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("verdicts", sa.Column("draft", sa.Text(), nullable=True))
    op.add_column("verdicts", sa.Column("learned_at", sa.DateTime(timezone=True), nullable=True))


def _table(name: str, *parts: sa.Column[object] | sa.Constraint) -> None:
    op.create_table(
        name,
        *parts,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{name}_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_user_id"), name, ["user_id"], unique=False)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO getanswers_user, getanswers_system")
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_rows ON {name} TO getanswers_user USING (user_id = {ME}) WITH CHECK (user_id = {ME})")
    op.execute(f"CREATE POLICY all_rows ON {name} TO getanswers_system USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.drop_column("verdicts", "learned_at")
    op.drop_column("verdicts", "draft")
    op.drop_column("model_usage", "cached_tokens")
    op.drop_column("users", "daily_model_microdollars")
    op.drop_column("users", "daily_model_tokens")
    for name in OWNED:
        op.drop_table(name)
