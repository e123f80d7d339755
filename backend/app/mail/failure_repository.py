"""Queries over messages that could not be fetched so far: most wait for another try, some the person has left out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import FetchFailure
from app.mail.repository import MailboxRef

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=12)
MOST_DOUBLINGS: Final = 10
"""More than it takes to come to the longest wait; without a bound the number would grow out of its type."""
RETRIED_AT_ONCE: Final = 100

WAITING: Final = FetchFailure.left_out_at.is_(None)


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int
    """Tried again by themselves."""
    left_out: int
    """Left by the person."""


async def remember(session: AsyncSession, mailbox: MailboxRef, reasons: Mapping[str, str], *, now: datetime) -> None:
    """A row for each message that could not be fetched; it is tried again after a pause that doubles."""
    if not reasons:
        return
    made = insert(FetchFailure).values(
        [
            {
                "user_id": mailbox.user_id,
                "mailbox_id": mailbox.mailbox_id,
                "provider_message_id": provider_id,
                "reason": reason,
                "not_before": now + FIRST_WAIT,
            }
            for provider_id, reason in reasons.items()
        ]
    )
    doublings = func.least(FetchFailure.attempts, MOST_DOUBLINGS)
    await session.execute(
        made.on_conflict_do_update(
            index_elements=[FetchFailure.mailbox_id, FetchFailure.provider_message_id],
            set_={
                "attempts": FetchFailure.attempts + 1,
                "reason": made.excluded.reason,
                "not_before": now + func.least(FIRST_WAIT * func.power(2, doublings), LONGEST_WAIT),
            },
        )
    )


async def forget(session: AsyncSession, mailbox_id: UUID, provider_ids: Collection[str]) -> None:
    """They have arrived, or are no longer there."""
    await session.execute(
        delete(FetchFailure).where(
            FetchFailure.mailbox_id == mailbox_id, FetchFailure.provider_message_id.in_(provider_ids)
        )
    )


async def due(session: AsyncSession, mailbox_id: UUID, *, now: datetime) -> list[str]:
    found = await session.scalars(
        select(FetchFailure.provider_message_id)
        .where(FetchFailure.mailbox_id == mailbox_id, WAITING, FetchFailure.not_before <= now)
        .order_by(FetchFailure.not_before)
        .limit(RETRIED_AT_ONCE)
    )
    return list(found)


async def counts(session: AsyncSession, mailbox_id: UUID) -> Counts:
    numbers = select(func.count().filter(WAITING), func.count().filter(~WAITING))
    waiting, left_out = (await session.execute(numbers.where(FetchFailure.mailbox_id == mailbox_id))).one()
    return Counts(waiting, left_out)


async def next_due(session: AsyncSession, mailbox_id: UUID, *, limit: int) -> list[FetchFailure]:
    """Those that are tried again soonest."""
    query = select(FetchFailure).where(FetchFailure.mailbox_id == mailbox_id, WAITING).order_by(FetchFailure.not_before)
    return list(await session.scalars(query.limit(limit)))


async def left_out(session: AsyncSession, mailbox_id: UUID, *, limit: int) -> list[FetchFailure]:
    """Those that the person left out, the last one first."""
    query = select(FetchFailure).where(FetchFailure.mailbox_id == mailbox_id, ~WAITING)
    return list(await session.scalars(query.order_by(FetchFailure.left_out_at.desc()).limit(limit)))


async def try_all_now(session: AsyncSession, mailbox_id: UUID, *, now: datetime) -> None:
    """Have those that wait tried with the next sync."""
    await session.execute(
        update(FetchFailure).where(FetchFailure.mailbox_id == mailbox_id, WAITING).values(not_before=now)
    )


async def change(session: AsyncSession, mailbox_id: UUID, provider_id: str, **values: Any) -> bool:
    """Whether there is such a failure."""
    this = (FetchFailure.mailbox_id == mailbox_id, FetchFailure.provider_message_id == provider_id)
    return (
        await session.scalar(update(FetchFailure).where(*this).values(**values).returning(FetchFailure.id)) is not None
    )
