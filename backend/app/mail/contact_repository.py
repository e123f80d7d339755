"""Queries over whom the user has written to: what makes an address a known one."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Direction, Message

MOST_CONTACTS: Final = 1_000


async def recipients_written_to(session: AsyncSession, user_id: UUID, *, before: datetime) -> dict[str, int]:
    """Addresses the user wrote to, with how often; the most written to first."""
    address = func.unnest(Message.recipients).label("address")
    sent = (
        select(address)
        .where(Message.user_id == user_id, Message.direction == Direction.OUT, Message.received_at < before)
        .subquery()
    )
    found = await session.execute(
        select(sent.c.address, func.count()).group_by(sent.c.address).order_by(func.count().desc()).limit(MOST_CONTACTS)
    )
    return dict(found.all())
