"""The kill switch of the whole installation: while it is on, nothing is sent or changed for anybody."""

from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import repository
from app.db.models import InstallationSwitch
from app.db.session import SYSTEM, Database

log = structlog.get_logger(__name__)

COMMAND_LINE: Final = "command line"


async def is_paused(session: AsyncSession) -> bool:
    """As it stands at this moment; with no row at all nothing was ever paused."""
    newest = (
        select(InstallationSwitch.effects_paused)
        .order_by(InstallationSwitch.created_at.desc(), InstallationSwitch.id.desc())
        .limit(1)
    )
    return bool(await session.scalar(newest))


async def pause(database: Database, *, paused: bool, operator: UUID | None = None) -> None:
    """Stop every effect within seconds, or release it; by an operator, or from the command line."""
    actor = f"operator {operator}" if operator else COMMAND_LINE
    async with database.transaction(SYSTEM) as session:
        switch = InstallationSwitch(effects_paused=paused, actor=actor)
        session.add(switch)
        await session.flush()  # its id is written into the operator's audit log
        if operator is not None:
            event = "installation.paused" if paused else "installation.resumed"
            repository.record(session, event, user_id=operator, subject_type="installation", subject_id=switch.id)
    log.warning("installation.switched", effects_paused=paused)
