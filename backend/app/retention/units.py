"""Forgets what was spent of the quota long ago."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.db.session import SYSTEM, Database
from app.mail.quota_repository import forget_units

log = structlog.get_logger(__name__)

KEPT_FOR: Final = timedelta(days=90)
"""Longer than anybody is shown."""


async def forget_old_units(database: Database, *, clock: Callable[[], datetime]) -> int:
    """Delete the counts of days longer ago; return how many."""
    async with database.transaction(SYSTEM) as session:
        rows = await forget_units(session, before=(clock() - KEPT_FOR).date())
    log.info("retention.units_forgotten", rows=rows)
    return rows
