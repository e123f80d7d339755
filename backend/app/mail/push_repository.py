"""Queries about notices of new mail."""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Mailbox, MailboxState, PushCount

Kind = TypeVar("Kind", bound=StrEnum)


async def lock_mailboxes_at(session: AsyncSession, addresses: Collection[str]) -> list[Mailbox]:
    """Active mailboxes with these addresses, locked in one order whoever asks."""
    found = await session.scalars(
        select(Mailbox)
        .where(Mailbox.address.in_(sorted(addresses)), Mailbox.state == MailboxState.ACTIVE)
        .order_by(Mailbox.id)
        .with_for_update()
    )
    return list(found)


async def count(session: AsyncSession, outcomes: Mapping[Kind, int], *, day: date) -> None:
    if not outcomes:
        return
    # in one order, so that two of these never wait for each other
    rows = [{"day": day, "outcome": str(outcome), "count": outcomes[outcome]} for outcome in sorted(outcomes)]
    made = insert(PushCount).values(rows)
    await session.execute(
        made.on_conflict_do_update(
            index_elements=[PushCount.day, PushCount.outcome],
            set_={"count": PushCount.count + made.excluded.count},
        )
    )


async def counts_since(session: AsyncSession, day: date) -> list[PushCount]:
    found = await session.scalars(
        select(PushCount).where(PushCount.day >= day).order_by(PushCount.day, PushCount.outcome)
    )
    return list(found)
