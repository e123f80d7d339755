"""Moves actions that were resolved long ago out of the table that everybody works on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.db.session import SYSTEM, Database
from app.retention import repository

log = structlog.get_logger(__name__)

KEPT_FOR: Final = timedelta(days=90)
ROWS_PER_BATCH: Final = 500


async def archive_old_actions(
    database: Database,
    *,
    clock: Callable[[], datetime],
    older_than: timedelta = KEPT_FOR,
    rows_per_batch: int = ROWS_PER_BATCH,
) -> int:
    """Move actions resolved longer ago than `older_than` to the archive; return how many. Open ones never move.

    Each batch leaves one table and enters the other in one statement of its own transaction: whoever is killed
    between two batches has lost nothing, and the next run goes on from there.
    """
    now = clock()
    total, batch = 0, rows_per_batch
    while batch == rows_per_batch:
        async with database.transaction(SYSTEM) as session:
            batch = await repository.move_resolved_actions(
                session, resolved_before=now - older_than, now=now, limit=rows_per_batch
            )
        total += batch
    log.info("retention.actions_archived", rows=total)
    return total
