"""Drops patterns of senders that have not written for long: a habit that nobody sees is none."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.db.session import SYSTEM, Database
from app.retention import repository

log = structlog.get_logger(__name__)

KEPT_FOR: Final = timedelta(days=180)


async def lapse_patterns(database: Database, *, clock: Callable[[], datetime]) -> int:
    """Delete those that were learnt and not used since; return how many. What was forgotten stays forgotten."""
    async with database.transaction(SYSTEM) as session:
        rows = await repository.delete_unused_patterns(session, unused_since=clock() - KEPT_FOR)
    log.info("retention.patterns_lapsed", rows=rows)
    return rows
