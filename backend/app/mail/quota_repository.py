"""Queries of the quota: windows under lock, what a day has spent, who has waited long enough."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, DateTime, cast, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Mailbox, MailboxState, MailboxUnits, QuotaDay, QuotaWindow
from app.mail.repository import MailboxRef

PROJECT_KEY: Final = "project"
GOOGLES_ZONE: Final = "America/Los_Angeles"
TODAY: Final = cast(func.timezone(GOOGLES_ZONE, func.now()), Date)

# The clock is read after the lock was got, and nobody waits for the disk: what a crash of the server forgets is less
# than a second of bookings.
LOCK_WINDOW: Final = text("""
    WITH held AS MATERIALIZED (SELECT bookings, held_until FROM quota_windows WHERE key = :key FOR UPDATE)
    SELECT bookings, held_until, clock_timestamp(), set_config('synchronous_commit', 'off', true) FROM held
""")
ADD_UNITS: Final = text(f"""
    INSERT INTO mailbox_units (mailbox_id, day, method, user_id, calls, units)
    SELECT mailboxes.id, timezone('{GOOGLES_ZONE}', now())::date, spent.method, mailboxes.user_id,
           spent.calls, spent.units
    FROM unnest(CAST(:mailboxes AS uuid[]), CAST(:methods AS text[]), CAST(:calls AS bigint[]),
                CAST(:units AS bigint[])) AS spent (mailbox_id, method, calls, units)
    JOIN mailboxes ON mailboxes.id = spent.mailbox_id
    ORDER BY mailboxes.id, spent.method
    ON CONFLICT (mailbox_id, day, method) DO UPDATE SET
        calls = mailbox_units.calls + excluded.calls, units = mailbox_units.units + excluded.units
""")  # noqa: S608 - a constant; in one order for everybody, so that two batches cannot lock each other out


@dataclass(frozen=True, slots=True)
class LockedWindow:
    bookings: dict[int, int]
    held_until: datetime | None
    now: datetime
    """By the clock of the database, the only one that all processes share."""


@dataclass(frozen=True, slots=True)
class Day:
    """What the whole installation has spent today, and how long Google's day still lasts."""

    spent: int
    ends_in: timedelta


@dataclass(frozen=True, slots=True)
class Spent:
    """What one method has cost one mailbox."""

    calls: int
    units: int


async def lock_window(session: AsyncSession, key: str) -> LockedWindow:
    """The window, made if it is not there; nobody else changes it until this transaction ends."""
    row = (await session.execute(LOCK_WINDOW, {"key": key})).one_or_none()
    if row is None:
        await session.execute(insert(QuotaWindow).values(key=key).on_conflict_do_nothing())
        row = (await session.execute(LOCK_WINDOW, {"key": key})).one()
    return LockedWindow({int(tick): int(units) for tick, units in row[0].items()}, row[1], row[2])


async def write_bookings(session: AsyncSession, key: str, bookings: Mapping[int, int]) -> None:
    values = {str(tick): units for tick, units in bookings.items()}
    await session.execute(
        update(QuotaWindow).where(QuotaWindow.key == key).values(bookings=values, booked_at=func.now())
    )


async def write_hold(session: AsyncSession, key: str, until: datetime) -> None:
    """Let nobody book anything before then."""
    await session.execute(update(QuotaWindow).where(QuotaWindow.key == key).values(held_until=until))


async def key_of(session: AsyncSession, mailbox_id: UUID) -> str:
    """Key of the Google user's window: the same for two people of ours who share one address, and no address itself."""
    query = select(Mailbox.provider, Mailbox.address).where(Mailbox.id == mailbox_id)
    row = (await session.execute(query)).one_or_none()
    name = f"{row[0]}:{row[1].lower()}" if row is not None else str(mailbox_id)
    return hashlib.sha256(name.encode()).hexdigest()


async def today(session: AsyncSession) -> Day:
    spent = select(QuotaDay.units).where(QuotaDay.day == TODAY).scalar_subquery()
    midnight = func.timezone(GOOGLES_ZONE, cast(TODAY + 1, DateTime(timezone=False)))
    units, ends_in = (await session.execute(select(func.coalesce(spent, 0), midnight - func.now()))).one()
    return Day(units, ends_in)


async def add_units(session: AsyncSession, spent: Mapping[tuple[UUID, str], Spent]) -> None:
    """Add what was spent, by mailbox and method, to today; a mailbox that is gone is passed over."""
    keys = sorted(spent)
    arrays = {
        "mailboxes": [mailbox_id for mailbox_id, _ in keys],
        "methods": [method for _, method in keys],
        "calls": [spent[key].calls for key in keys],
        "units": [spent[key].units for key in keys],
    }
    await session.execute(ADD_UNITS, arrays)
    made = insert(QuotaDay).values(day=TODAY, units=sum(each.units for each in spent.values()))
    total = QuotaDay.units + made.excluded.units
    await session.execute(made.on_conflict_do_update(index_elements=[QuotaDay.day], set_={"units": total}))


async def spent_by_method(
    session: AsyncSession, mailbox_ids: Sequence[UUID], *, days: int
) -> dict[UUID, dict[str, Spent]]:
    """What each mailbox has spent in the last days of Google's, today included, the dearest method first."""
    units, calls = func.sum(MailboxUnits.units), func.sum(MailboxUnits.calls)
    query = (
        select(MailboxUnits.mailbox_id, MailboxUnits.method, calls, units)
        .where(MailboxUnits.mailbox_id.in_(mailbox_ids), MailboxUnits.day > TODAY - days)
        .group_by(MailboxUnits.mailbox_id, MailboxUnits.method)
        .order_by(units.desc(), MailboxUnits.method)
    )
    found: dict[UUID, dict[str, Spent]] = {mailbox_id: {} for mailbox_id in mailbox_ids}
    for mailbox_id, method, called, spent in await session.execute(query):
        found[mailbox_id][method] = Spent(int(called), int(spent))
    return found


async def claim_waited(session: AsyncSession, *, now: datetime, interval: timedelta, limit: int) -> list[MailboxRef]:
    """Take mailboxes whose wait for Gmail is over, the longest wait first; due again one interval from now."""
    waited = (
        select(Mailbox.id)
        .where(
            Mailbox.state == MailboxState.ACTIVE,
            Mailbox.not_before == Mailbox.next_sync_at,  # what else is due is the matter of the ordinary tick
            Mailbox.not_before <= now,
        )
        .order_by(Mailbox.not_before)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claim = (
        update(Mailbox)
        .where(Mailbox.id.in_(waited.scalar_subquery()))
        .values(next_sync_at=now + interval)
        .returning(Mailbox.user_id, Mailbox.id)
    )
    return [MailboxRef(user_id, mailbox_id) for user_id, mailbox_id in await session.execute(claim)]


async def forget_units(session: AsyncSession, *, before: date) -> int:
    """Delete what was counted before that day, and windows that nobody has used since; how many counts."""
    await session.execute(delete(QuotaWindow).where(QuotaWindow.booked_at < before))
    await session.execute(delete(QuotaDay).where(QuotaDay.day < before))
    gone: Any = await session.execute(delete(MailboxUnits).where(MailboxUnits.day < before))
    return int(gone.rowcount)
