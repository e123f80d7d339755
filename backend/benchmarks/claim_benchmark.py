"""Claiming due mailboxes: what bounds how many mailboxes one installation can poll."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from app.db.models import utc_now
from app.db.session import SYSTEM_ROLE, Database
from app.jobs import Job
from app.mail.repository import CLAIM_BATCH
from app.mail.sync import DUE_AGAIN, claim_due
from benchmarks.figures import Figure, Result
from benchmarks.measure import ROUNDS, compare
from benchmarks.stand import Stand

MAILBOXES: Final = 20_000
MICROSECONDS: Final = 1_000_000
USERS_SQL: Final = """
    INSERT INTO users (id, email, name, timezone, autonomy, autonomy_by_kind, effects_paused, send_delay_seconds,
        daily_sends, daily_changes, changes_at_once, is_operator, notices_enabled, digest_enabled)
    SELECT gen_random_uuid(), 'user-' || number || '@example.org', '', 'UTC', 'medium', '{}', false, 60,
        20, 500, 20, false, true, true
    FROM generate_series(1, %s) AS number
"""
MAILBOXES_SQL: Final = """
    INSERT INTO mailboxes (id, user_id, provider, address, aliases, send_as, live_kinds, state, next_sync_at,
        failures, units_spent)
    SELECT gen_random_uuid(), id, 'gmail', email, '{}', '[]', '{}', 'active', %s, 0, 0 FROM users
"""
DUE_SQL: Final = "UPDATE mailboxes SET next_sync_at = %s"
CLAIM_SQL: Final = """
    UPDATE mailboxes SET next_sync_at = %s WHERE id IN (
        SELECT id FROM mailboxes WHERE state = 'active' AND next_sync_at <= %s
        AND (not_before IS NULL OR not_before <= %s) ORDER BY next_sync_at LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING user_id, id
"""


async def claiming(stand: Stand) -> Result:
    url, now, counted = stand.new_database(), utc_now(), Counter[str]()

    async def count(jobs: Sequence[Job]) -> None:
        counted["published"] += len(jobs)

    database = Database(url, count)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SELECT set_config('role', %s, false)", [SYSTEM_ROLE])
        connection.execute(USERS_SQL, [MAILBOXES])
        connection.execute(MAILBOXES_SQL, [now])

        async def make_due() -> None:
            """As at the start, dead rows of the last round removed."""
            connection.execute(DUE_SQL, [now])
            connection.execute("RESET ROLE")
            connection.execute("VACUUM (ANALYZE) mailboxes")
            connection.execute("SELECT set_config('role', %s, false)", [SYSTEM_ROLE])

        async def claim_bare() -> None:
            while _bare_claim(connection, now) == CLAIM_BATCH:
                counted["bare_batches"] += 1

        taken = await compare(lambda: claim_due(database, now=now), claim_bare, before=make_due, before_floor=make_due)
    await database.close()
    if counted["published"] != MAILBOXES * ROUNDS or counted["bare_batches"] != MAILBOXES // CLAIM_BATCH * ROUNDS:
        raise RuntimeError("not every mailbox was claimed once")
    return Result(
        title="Claiming",
        measured=f"`claim_due` over {MAILBOXES:,} mailboxes that are due, in batches of {CLAIM_BATCH}, with a "
        f"publisher that only counts. Best of {ROUNDS}.",
        floor="the bare UPDATE … RETURNING in the same batches, by psycopg",
        figures=(
            Figure("speed", MAILBOXES / taken.ours.wall, "mailboxes/s", MAILBOXES / taken.floor.wall),
            Figure(
                "processor time of the worker",
                taken.ours.cpu / MAILBOXES * MICROSECONDS,
                "µs/mailbox",
                taken.floor.cpu / MAILBOXES * MICROSECONDS,
            ),
        ),
    )


def _bare_claim(connection: Connection[TupleRow], now: datetime) -> int:
    return len(connection.execute(CLAIM_SQL, [now + DUE_AGAIN, now, now, CLAIM_BATCH]).fetchall())
