"""Rows that tell how the mail of one mailbox is fetched, for the tests of the doors that show and change it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.db.models import FetchFailure, Mailbox, Walk, WalkKind
from app.db.session import SYSTEM
from tests.doors.house import House
from tests.factories import NOON, add_mailbox

FAILED = "18c0ffee"
"""A message at Gmail that could not be fetched."""


async def connected(house: House, **over: Any) -> Mailbox:
    async with house.database.transaction(SYSTEM) as session:
        return await add_mailbox(session, house.ana, **over)


async def add_walk(house: House, mailbox: Mailbox, kind: WalkKind, **over: Any) -> None:
    async with house.database.transaction(SYSTEM) as session:
        session.add(Walk(user_id=mailbox.user_id, mailbox_id=mailbox.id, kind=kind, **over))


async def add_failure(house: House, mailbox: Mailbox, provider_message_id: str = FAILED) -> None:
    async with house.database.transaction(SYSTEM) as session:
        session.add(
            FetchFailure(
                user_id=mailbox.user_id,
                mailbox_id=mailbox.id,
                provider_message_id=provider_message_id,
                reason="Gmail gave a <broken> answer.",
                attempts=3,
                not_before=NOON + timedelta(hours=2),
            )
        )


async def walks_of(house: House, mailbox: Mailbox) -> list[Walk]:
    async with house.database.transaction(SYSTEM) as session:
        return list(await session.scalars(select(Walk).where(Walk.mailbox_id == mailbox.id)))
