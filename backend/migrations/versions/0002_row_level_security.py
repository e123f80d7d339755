"""Row level security: every row belongs to a user, and the database enforces it as well.

Two roles without login own nothing. A transaction takes one of them: getanswers_user sees the rows of
`app.user_id` and none when it is unset; getanswers_system sees all. The login that the application uses
needs to be a member of both; the one that migrates becomes one here.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OWNED = (
    "action_archive",
    "actions",
    "audit_log",
    "conversations",
    "digests",
    "magic_links",
    "mailboxes",
    "messages",
    "model_usage",
    "notices",
    "oauth_flows",
    "sessions",
    "verdicts",
)
APPEND_ONLY = ("audit_log", "model_usage")
ME = "nullif(current_setting('app.user_id', true), '')::uuid"


def upgrade() -> None:
    for role in ("getanswers_user", "getanswers_system"):
        # Roles belong to the whole cluster: another database of it may have made them, even at this moment.
        op.execute(
            f"""DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
        )
        # Who made a role may administer it but, since PostgreSQL 16, not take it until it is granted. Where another
        # login made it, that login has to grant it.
        op.execute(
            f"""DO $$ BEGIN
                EXECUTE format('GRANT {role} TO %I', current_user);
            EXCEPTION WHEN insufficient_privilege THEN
                RAISE NOTICE 'Somebody who may must run: GRANT {role} TO %', current_user;
            END $$"""
        )
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    for table in ("users", *OWNED):
        mine = f"{'id' if table == 'users' else 'user_id'} = {ME}"
        verbs = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        op.execute(f"GRANT {verbs} ON {table} TO getanswers_user, getanswers_system")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} TO getanswers_user USING ({mine}) WITH CHECK ({mine})")
        op.execute(f"CREATE POLICY all_rows ON {table} TO getanswers_system USING (true) WITH CHECK (true)")


def downgrade() -> None:
    for table in ("users", *OWNED):
        op.execute(f"DROP POLICY own_rows ON {table}")
        op.execute(f"DROP POLICY all_rows ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"REVOKE ALL ON {table} FROM getanswers_user, getanswers_system")
