"""Claiming due mailboxes: what bounds how many mailboxes one installation can poll."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from sqlalchemy import insert

from app.db.models import Mailbox, User, utc_now
from app.db.session import SYSTEM, SYSTEM_ROLE, Database
from app.jobs import Job
from app.mail.repository import CLAIM_BATCH
from app.mail.sync import DUE_AGAIN, claim_due
from benchmarks.figures import Figure, Result
from benchmarks.measure import ROUNDS, compare
from benchmarks.stand import Stand

MAILBOXES: Final = 20_000
MICROSECONDS: Final = 1_000_000
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
    await _fill(database, now)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SELECT set_config('role', %s, false)", [SYSTEM_ROLE])

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


async def _fill(database: Database, now: datetime) -> None:
    users = [{"id": uuid4(), "email": f"user-{number}@example.org"} for number in range(MAILBOXES)]
    mailboxes = [{"user_id": one["id"], "address": one["email"], "next_sync_at": now} for one in users]
    async with database.transaction(SYSTEM) as session:
        await session.execute(insert(User), users)
        await session.execute(insert(Mailbox), mailboxes)


def _bare_claim(connection: Connection[TupleRow], now: datetime) -> int:
    return len(connection.execute(CLAIM_SQL, [now + DUE_AGAIN, now, now, CLAIM_BATCH]).fetchall())
