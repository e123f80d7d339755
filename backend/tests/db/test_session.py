"""One transaction, one session: what commits, what rolls back, what is seen, what goes out afterwards."""

import re
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from app.db.migrate import migrate
from app.db.models import Base, User
from app.db.session import SYSTEM, SYSTEM_ROLE, Database, enqueue
from app.errors import UserError
from app.jobs import Job, TaskName
from tests.factories import add_action, add_mailbox, add_message, add_user, add_verdict

JOB = Job(TaskName.CLEANUP_MAGIC_LINKS)


async def _emails(database: Database) -> set[str]:
    async with database.transaction(SYSTEM) as session:
        return set(await session.scalars(select(User.email)))


def _checked_out(database: Database) -> int:
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


async def test_commits_on_success_and_then_publishes(database: Database, published: list[Job]) -> None:
    async with database.transaction(SYSTEM) as session:
        await add_user(session, email="kept@example.org")
        enqueue(session, JOB)
        assert published == []
    assert await _emails(database) == {"kept@example.org"}
    assert published == [JOB]
    assert _checked_out(database) == 0


async def test_rolls_back_on_error_closes_and_publishes_nothing(database: Database, published: list[Job]) -> None:
    with pytest.raises(RuntimeError, match="on purpose"):
        async with database.transaction(SYSTEM) as session:
            await add_user(session)
            enqueue(session, JOB)
            raise RuntimeError("on purpose")
    assert await _emails(database) == set()
    assert published == []
    assert _checked_out(database) == 0


async def test_each_transaction_has_a_new_session(database: Database) -> None:
    async with database.transaction(SYSTEM) as first:
        pass
    async with database.transaction(SYSTEM) as second:
        assert second is not first


async def test_a_broker_that_is_away_does_not_undo_the_commit(database_url: str) -> None:
    async def away(jobs: Sequence[Job]) -> None:
        raise ConnectionError

    database = Database(database_url, away)
    async with database.transaction(SYSTEM) as session:
        await add_user(session, email="kept@example.org")
        enqueue(session, JOB)
    assert await _emails(database) == {"kept@example.org"}
    await database.close()


async def _fill_every_table(database: Database) -> tuple[UUID, UUID]:
    """Two users, with a row of the first in every table; their ids."""
    async with database.transaction(SYSTEM) as session:
        one, other = await add_user(session), await add_user(session)
        mailbox = await add_mailbox(session, one)
        message = await add_message(session, mailbox)
        await add_verdict(session, message)
        await add_action(session, message)
        await session.execute(text("INSERT INTO action_archive SELECT now(), actions.* FROM actions WHERE false"))
        key = {"id": uuid4(), "user": one.id, "other": uuid4(), "message": message.id, "mailbox": mailbox.id}
        for statement in (
            "INSERT INTO magic_links (id, user_id, token_hash, expires_at) VALUES (:id, :user, 'x', now())",
            "INSERT INTO sessions (id, user_id, token_hash, csrf_token, expires_at) "
            "VALUES (:id, :user, 'x', 'x', now())",
            "INSERT INTO oauth_flows (id, user_id, state_hash, session_id, verifier_encrypted, expires_at) "
            "VALUES (:id, :user, 'x', :other, 'x', now())",
            "INSERT INTO notices (id, user_id, kind, subject_id, state, mail_message_id) "
            "VALUES (:id, :user, 'action', :other, 'sent', 'x')",
            "INSERT INTO digests (id, user_id, day, state, mail_message_id, counts) "
            "VALUES (:id, :user, now(), 'sent', 'x', '{}')",
            "INSERT INTO audit_log (id, user_id, actor, event, subject_type, subject_id, details) "
            "VALUES (:id, :user, 'user', 'x', 'action', :other, '{}')",
            "INSERT INTO model_usage (id, user_id, engine, purpose, input_tokens, output_tokens) "
            "VALUES (:id, :user, 'x', 'x', 1, 1)",
            "INSERT INTO model_days (id, user_id, day, spent_tokens, spent_microdollars, reserved_tokens, "
            "reserved_microdollars, calls) VALUES (:id, :user, now(), 1, 1, 0, 0, 1)",
            "INSERT INTO user_rules (id, user_id, rule_id, version, text, meaning, read_by, state) "
            "VALUES (:id, :user, :other, 1, 'x', '{}', 'x', 'on')",
            "INSERT INTO voice_notes (id, user_id, scope, scope_value, kind, text, seen, updated_at) "
            "VALUES (:id, :user, 'all', '', 'x', 'x', 1, now())",
            "INSERT INTO voice_profiles (id, user_id, enabled, profile, computed_at) "
            "VALUES (:id, :user, true, '{}', now())",
            "INSERT INTO sender_patterns (id, user_id, sender, list_id, kind, state, mails, learned_at, skipped) "
            "VALUES (:id, :user, 'x', '', 'put_away', 'learned', 5, now(), 0)",
            "INSERT INTO mailbox_units (mailbox_id, day, method, user_id, calls, units) "
            "SELECT id, now(), 'x', user_id, 1, 1 FROM mailboxes",
            "INSERT INTO mailbox_events (id, user_id, message_id, kind, detail, source, history_id, at) "
            "VALUES (:id, :user, :message, 'archived', '', 'user', 1, now())",
            "INSERT INTO fetch_failures (id, user_id, mailbox_id, provider_message_id, reason, attempts, not_before) "
            "VALUES (:id, :user, :mailbox, 'x', 'x', 1, now())",
            "INSERT INTO walks (id, user_id, mailbox_id, kind, passed, done, missing, units_left) "
            "VALUES (:id, :user, :mailbox, 'first', 0, 0, 0, 0)",
        ):
            await session.execute(text(statement), key)
    return one.id, other.id


TABLES = sorted(table.name for table in Base.metadata.sorted_tables)
SYSTEM_TABLES = {"push_counts", "quota_days", "quota_windows"}
"""Of nobody's rows: closed to every user."""
OF_THE_INSTALLATION = {"installation_switches"}
"""Belongs to nobody; all may read it."""
OWNED = [table for table in TABLES if table not in OF_THE_INSTALLATION | SYSTEM_TABLES]


async def test_every_table_is_closed_to_other_users(database: Database) -> None:
    owner, stranger = await _fill_every_table(database)
    seen: dict[str, tuple[int, int, int]] = {}
    for table in OWNED:
        column = "id" if table == "users" else "user_id"
        counts: list[int] = []
        for who in (SYSTEM, owner, stranger):
            async with database.transaction(who) as session:
                found = await session.execute(text(f"SELECT count(*) FROM {table} WHERE {column} = :id"), {"id": owner})
                counts.append(found.scalar_one())
        seen[table] = (counts[0], counts[1], counts[2])
    empty = {"action_archive"}  # its rows come from moved actions, which the test of that move covers
    assert seen == {table: (0, 0, 0) if table in empty else (1, 1, 0) for table in OWNED}


@pytest.mark.parametrize("table", sorted(SYSTEM_TABLES))
async def test_tables_of_nobody_are_closed_to_users(database: Database, table: str) -> None:
    owner, _ = await _fill_every_table(database)
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.transaction(owner) as session:
            await session.execute(text(f"SELECT FROM {table}"))


async def test_a_user_cannot_write_a_row_for_another(database: Database) -> None:
    owner, stranger = await _fill_every_table(database)
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.transaction(stranger) as session:
            await session.execute(
                text("INSERT INTO magic_links (id, user_id, token_hash, expires_at) VALUES (:id, :user, 'y', now())"),
                {"id": uuid4(), "user": owner},
            )


async def test_without_a_user_there_are_no_rows(database: Database) -> None:
    await _fill_every_table(database)
    async with database.engine.begin() as connection:
        await connection.execute(text("SET LOCAL ROLE getanswers_user"))
        assert (await connection.execute(text("SELECT count(*) FROM messages"))).scalar_one() == 0


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET event = 'y'", "DELETE FROM audit_log", "TRUNCATE audit_log"]
)
async def test_the_audit_log_only_grows(database: Database, statement: str) -> None:
    owner, _ = await _fill_every_table(database)
    for who in (SYSTEM, owner):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database.transaction(who) as session:
                await session.execute(text(statement))
    with pytest.raises(DBAPIError, match="only grows"):  # nor does a right that was given by mistake help
        async with database.engine.begin() as connection:
            await connection.execute(text(f"GRANT UPDATE, DELETE, TRUNCATE ON audit_log TO {SYSTEM_ROLE}"))
            await connection.execute(text(f"SET LOCAL ROLE {SYSTEM_ROLE}"))
            await connection.execute(text(statement))


async def test_only_the_erasure_of_a_user_takes_entries_of_the_audit_log_along(database: Database) -> None:
    owner, _ = await _fill_every_table(database)
    async with database.transaction(SYSTEM) as session:
        await session.execute(text("DELETE FROM users WHERE id = :id"), {"id": owner})
        assert (await session.execute(text("SELECT count(*) FROM audit_log"))).scalar_one() == 0


async def test_users_see_the_switch_of_the_installation_and_cannot_move_it(database: Database) -> None:
    owner, _ = await _fill_every_table(database)
    move = text("INSERT INTO installation_switches (id, effects_paused, actor) VALUES (:id, true, 'x')")
    async with database.transaction(SYSTEM) as session:
        await session.execute(move, {"id": uuid4()})
    async with database.transaction(owner) as session:
        seen = await session.execute(text("SELECT effects_paused FROM installation_switches"))
        assert list(seen.scalars()) == [True]
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.transaction(owner) as session:
            await session.execute(move, {"id": uuid4()})


@pytest.mark.parametrize("statement", ["UPDATE mailbox_events SET source = 'user'", "DELETE FROM mailbox_events"])
async def test_feedback_only_grows(database: Database, statement: str) -> None:
    owner, _ = await _fill_every_table(database)
    for who in (SYSTEM, owner):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database.transaction(who) as session:
                await session.execute(text(statement))


async def test_every_table_has_row_level_security_forced(database: Database) -> None:
    async with database.transaction(SYSTEM) as session:
        found = await session.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY relname")
        )
        assert list(found.scalars()) == TABLES


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection)
    return [one for one in compare_metadata(context, Base.metadata) if "alembic_version" not in str(one)]


async def test_migrations_make_exactly_the_tables_of_the_models(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
    engine.dispose()


def test_a_database_that_is_not_there_is_one_clear_sentence() -> None:
    with pytest.raises(UserError) as caught:
        migrate("postgresql+psycopg://ana:secret@127.0.0.1:1/nowhere")
    assert re.fullmatch(r"The database at .* does not answer .* mend DATABASE_URL\.", str(caught.value))
    assert "secret" not in str(caught.value)
