"""Deletes what has had its day: sign-in links, sessions, and consents that were never finished."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.magic_links import LINKS_WINDOW
from app.db.session import SYSTEM, Database
from app.retention import repository

log = structlog.get_logger(__name__)

ROWS_PER_BATCH: Final = 1000


async def delete_spent_magic_links(
    database: Database, *, clock: Callable[[], datetime], links_kept_for: timedelta = LINKS_WINDOW
) -> int:
    """Delete links that are used or expired, and sessions and consents that are expired; return how many rows went.

    A link stays as long as it is counted against the person who asks for the next one.
    """
    now = clock()
    steps = (
        partial(repository.delete_spent_links, now=now, asked_before=now - links_kept_for, limit=ROWS_PER_BATCH),
        partial(repository.delete_expired_sessions, now=now, limit=ROWS_PER_BATCH),
        partial(repository.delete_expired_flows, now=now, limit=ROWS_PER_BATCH),
    )
    deleted = 0
    for step in steps:
        deleted += await _until_none_is_left(database, step)
    log.info("retention.spent_deleted", rows=deleted)
    return deleted


async def _until_none_is_left(database: Database, step: Callable[[AsyncSession], Awaitable[int]]) -> int:
    """One transaction for each batch: a large backlog neither holds locks for long nor is lost half-way."""
    total, batch = 0, ROWS_PER_BATCH
    while batch == ROWS_PER_BATCH:
        async with database.transaction(SYSTEM) as session:
            batch = await step(session)
        total += batch
    return total
