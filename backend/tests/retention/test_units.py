"""What was spent of the quota is forgotten by the day, and not before its time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from app.db.models import MailboxUnits, QuotaDay, QuotaWindow
from app.db.session import SYSTEM, Database
from app.retention.units import KEPT_FOR, forget_old_units
from tests.factories import NOON, add_mailbox, add_user


async def test_old_counts_go_and_younger_ones_stay(database: Database, clock: Callable[[], datetime]) -> None:
    last_kept = (NOON - KEPT_FOR).date()
    days = [last_kept - timedelta(days=400), last_kept - timedelta(days=1), last_kept, NOON.date()]
    async with database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session))
        session.add_all(
            MailboxUnits(
                user_id=mailbox.user_id, mailbox_id=mailbox.id, method="messages.get", day=day, calls=1, units=20
            )
            for day in days
        )
        session.add_all(QuotaDay(day=day, units=20) for day in days)
        session.add_all(
            QuotaWindow(key=name, booked_at=at) for name, at in (("old", NOON - 2 * KEPT_FOR), ("young", NOON))
        )
    assert await forget_old_units(database, clock=clock) == 2
    async with database.transaction(SYSTEM) as session:
        assert set(await session.scalars(select(MailboxUnits.day))) == set(days[2:])
        assert set(await session.scalars(select(QuotaDay.day))) == set(days[2:])
        assert list(await session.scalars(select(QuotaWindow.key))) == ["young"]
    assert await forget_old_units(database, clock=clock) == 0
