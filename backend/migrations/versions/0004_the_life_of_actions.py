"""Undo, second tries, shadow mode, budgets, the switch of the installation, and an audit log that only grows.

Mailboxes that are there already go on as before; new ones begin in shadow mode.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OLD_STATES = "'proposed', 'approved', 'executing', 'done', 'rejected', 'expired', 'superseded', 'failed', 'unknown'"
OLD_KINDS = "'reply', 'draft', 'label', 'archive', 'mark_read'"
UNDER_WAY = "state IN ('approved', 'executing', 'undoing')"
ROLES = "getanswers_user, getanswers_system"


def upgrade() -> None:
    _actions()
    _settings()
    _audit_log()
    _installation()


def _actions() -> None:
    for table in ("actions", "action_archive"):
        op.add_column(table, sa.Column("escalated_at", sa.DateTime(timezone=True)))
        op.add_column(table, sa.Column("undone_by", sa.Text()))
        op.add_column(table, sa.Column("draft_hash", sa.LargeBinary()))
        op.add_column(table, sa.Column("tries_before", sa.Integer(), nullable=False, server_default="0"))
        op.alter_column(table, "tries_before", server_default=None)
    op.drop_constraint(op.f("ck_actions_state"), "actions", type_="check")
    op.create_check_constraint(op.f("ck_actions_state"), "actions", f"state IN ({OLD_STATES}, 'undoing', 'undone')")
    op.drop_index("ix_actions_open", table_name="actions")
    op.create_index("ix_actions_open", "actions", ["not_before"], postgresql_where=sa.text(UNDER_WAY))
    op.create_index("ix_actions_lane", "actions", ["mailbox_id", "decided_at"], postgresql_where=sa.text(UNDER_WAY))


def _settings() -> None:
    numbers = {"send_delay_seconds": 60, "daily_sends": 20, "daily_changes": 500, "changes_at_once": 20}
    for name, usual in numbers.items():
        op.add_column("users", sa.Column(name, sa.Integer(), nullable=False, server_default=str(usual)))
        op.alter_column("users", name, server_default=None)
    op.add_column("users", sa.Column("autonomy_by_kind", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.add_column("users", sa.Column("is_operator", sa.Boolean(), nullable=False, server_default="false"))
    for name in ("autonomy_by_kind", "is_operator"):
        op.alter_column("users", name, server_default=None)
    op.create_check_constraint(op.f("ck_users_send_delay"), "users", "send_delay_seconds BETWEEN 0 AND 3600")
    op.create_check_constraint(op.f("ck_users_budgets"), "users", "least(daily_sends, daily_changes, changes_at_once) >= 0")
    existing = f"ARRAY[{OLD_KINDS}]"
    op.add_column(
        "mailboxes",
        sa.Column("live_kinds", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text(existing)),
    )
    op.alter_column("mailboxes", "live_kinds", server_default=None)


def _audit_log() -> None:
    op.create_index("ix_audit_log_subject_id", "audit_log", ["subject_id"])
    # The roles of the application have no right to it anyway; this also stops the owner's slip of the hand. Only the
    # erasure of a whole user, which comes down from another table, may take entries along.
    op.execute(
        """CREATE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN RETURN OLD; END IF;
            RAISE EXCEPTION 'the audit log only grows';
        END $$"""
    )
    op.execute(
        "CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON audit_log "
        "FOR EACH ROW EXECUTE FUNCTION audit_log_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()"
    )


def _installation() -> None:
    table = "installation_switches"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("effects_paused", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation_switches"),
    )
    # It belongs to nobody: everybody's work has to see it, and only the system moves it.
    op.execute(f"GRANT SELECT ON {table} TO {ROLES}")
    op.execute(f"GRANT INSERT ON {table} TO getanswers_system")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY all_see ON {table} FOR SELECT TO getanswers_user USING (true)")
    op.execute(f"CREATE POLICY all_rows ON {table} TO getanswers_system USING (true) WITH CHECK (true)")


def downgrade() -> None:
    op.drop_table("installation_switches")
    op.execute("DROP TRIGGER never_emptied ON audit_log")
    op.execute("DROP TRIGGER only_grows ON audit_log")
    op.execute("DROP FUNCTION audit_log_only_grows()")
    op.drop_index("ix_audit_log_subject_id", table_name="audit_log")
    op.drop_column("mailboxes", "live_kinds")
    op.drop_constraint(op.f("ck_users_budgets"), "users", type_="check")
    op.drop_constraint(op.f("ck_users_send_delay"), "users", type_="check")
    names = ("autonomy_by_kind", "is_operator", "send_delay_seconds", "daily_sends", "daily_changes", "changes_at_once")
    for name in names:
        op.drop_column("users", name)
    op.drop_index("ix_actions_lane", table_name="actions")
    op.drop_index("ix_actions_open", table_name="actions")
    op.create_index(
        "ix_actions_open", "actions", ["not_before"], postgresql_where=sa.text("state IN ('approved', 'executing')")
    )
    op.drop_constraint(op.f("ck_actions_state"), "actions", type_="check")
    op.create_check_constraint(op.f("ck_actions_state"), "actions", f"state IN ({OLD_STATES})")
    for table in ("actions", "action_archive"):
        for name in ("escalated_at", "undone_by", "draft_hash", "tries_before"):
            op.drop_column(table, name)
