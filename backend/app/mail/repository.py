"""Queries over mailboxes: which are due, and who works on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, cast
from uuid import UUID, uuid4

from sqlalchemy import ClauseElement, ColumnElement, DateTime, Table, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.db.models import FetchFailure, Mailbox, MailboxState
from app.errors import NotFoundError

CLAIM_BATCH = 500


@dataclass(frozen=True, slots=True)
class MailboxRef:
    user_id: UUID
    mailbox_id: UUID


async def claim_due_mailboxes(session: AsyncSession, *, now: datetime, interval: timedelta) -> list[MailboxRef]:
    """Take up to CLAIM_BATCH mailboxes that are due, and make them due again one interval from now."""
    due = (
        select(Mailbox.id)
        .where(
            Mailbox.state == MailboxState.ACTIVE,
            Mailbox.next_sync_at <= now,
            or_(Mailbox.not_before.is_(None), Mailbox.not_before <= now),
        )
        .order_by(Mailbox.next_sync_at)
        .limit(CLAIM_BATCH)
        .with_for_update(skip_locked=True)
    )
    claim = (
        update(Mailbox)
        .where(Mailbox.id.in_(due.scalar_subquery()))
        .values(next_sync_at=now + interval)
        .returning(Mailbox.user_id, Mailbox.id)
    )
    return [MailboxRef(user_id, mailbox_id) for user_id, mailbox_id in await session.execute(claim)]


async def has_mailbox(session: AsyncSession, user_id: UUID) -> bool:
    return bool(await session.scalar(select(exists().where(Mailbox.user_id == user_id))))


async def mailbox(session: AsyncSession, ref: MailboxRef) -> Mailbox | None:
    return await session.scalar(select(Mailbox).where(Mailbox.id == ref.mailbox_id, Mailbox.user_id == ref.user_id))


async def own_mailbox(session: AsyncSession, ref: MailboxRef) -> Mailbox:
    """Raises NotFoundError for one that is not the user's."""
    found = await mailbox(session, ref)
    if found is None:
        raise NotFoundError("There is no such mailbox.")
    return found


@dataclass(frozen=True, slots=True)
class Leased:
    mailbox: Mailbox
    lease_id: UUID
    has_failures: bool
    """Messages are due for another try."""
    others: Sequence[UUID]
    """The user's other mailboxes."""


MAILBOXES: Final = cast("Table", Mailbox.__table__)
NOW: Final = bindparam("now", type_=DateTime(timezone=True))
FREE: Final = (
    Mailbox.state == MailboxState.ACTIVE,
    or_(Mailbox.lease_until.is_(None), Mailbox.lease_until <= NOW),
    or_(Mailbox.not_before.is_(None), Mailbox.not_before <= NOW),
)


def _leasing(*which: ColumnElement[bool]) -> Any:
    other = aliased(Mailbox)
    due = exists().where(
        FetchFailure.mailbox_id == Mailbox.id, FetchFailure.not_before <= NOW, FetchFailure.left_out_at.is_(None)
    )
    others = select(other.id).where(other.user_id == Mailbox.user_id, other.id != Mailbox.id).order_by(other.created_at)
    more = (due.label("due"), func.array(others.scalar_subquery()).label("others"))
    claim = (
        update(MAILBOXES)
        .where(*which)
        .values(lease_id=bindparam("new_lease"), lease_until=bindparam("until"))
        .returning(MAILBOXES, *more)
    )
    return select(Mailbox, *more).from_statement(claim)


# Made once: every poll takes a lease and gives it back, and making these anew was half of its processor time.
FIRST_FREE: Final = select(Mailbox.id).where(Mailbox.user_id == bindparam("whose"), *FREE).order_by(Mailbox.created_at)
LEASE_ONE: Final = _leasing(Mailbox.id == bindparam("whose"), *FREE)
LEASE_ANY: Final = _leasing(Mailbox.id == FIRST_FREE.limit(1).with_for_update(skip_locked=True).scalar_subquery())


@cache
def _change_leased(parameters: tuple[str, ...]) -> Any:
    """The statement that sets these columns, each to the parameter `new_…`."""
    return (
        update(MAILBOXES)
        .where(Mailbox.id == bindparam("mailbox_id"), Mailbox.lease_id == bindparam("held"))
        .values(units_spent=Mailbox.units_spent + bindparam("spent"))
        .values({name.removeprefix("new_"): bindparam(name) for name in parameters})
        .returning(MAILBOXES.c.id)
    )


async def take_lease(session: AsyncSession, mailbox_id: UUID, *, now: datetime, lease: timedelta) -> Leased | None:
    """The mailbox under a new lease, or None while somebody else syncs it, it is not active, or must wait."""
    return await _take(session, LEASE_ONE, mailbox_id, now=now, lease=lease)


async def take_any_lease(session: AsyncSession, user_id: UUID, *, now: datetime, lease: timedelta) -> Leased | None:
    """The same for the first mailbox of a user of which it is true: most have one, so one statement says it all."""
    return await _take(session, LEASE_ANY, user_id, now=now, lease=lease)


async def _take(session: AsyncSession, claim: Any, whose: UUID, *, now: datetime, lease: timedelta) -> Leased | None:
    lease_id = uuid4()
    given = {"whose": whose, "now": now, "new_lease": lease_id, "until": now + lease}
    taken: Any = (await session.execute(claim, given)).one_or_none()
    return None if taken is None else Leased(taken[0], lease_id, taken[1], taken[2])


async def update_leased(session: AsyncSession, mailbox_id: UUID, held: UUID, *, spent: int, **values: Any) -> bool:
    """Change the mailbox if the lease is still ours, units spent added; False means that another has taken over."""
    made = {name: value for name, value in values.items() if isinstance(value, ClauseElement)}
    plain = {f"new_{name}": value for name, value in values.items() if name not in made}
    change = _change_leased(tuple(plain))
    given = {"mailbox_id": mailbox_id, "held": held, "spent": spent, **plain}
    return await session.scalar(change.values(**made) if made else change, given) is not None


async def pushed_since(session: AsyncSession, mailbox_id: UUID, moment: datetime) -> bool:
    """Whether a notice of news came in at that moment or later."""
    pushed_at = await session.scalar(select(Mailbox.pushed_at).where(Mailbox.id == mailbox_id))
    return pushed_at is not None and pushed_at >= moment


async def plan_next_sync(session: AsyncSession, mailbox_id: UUID, moment: datetime, *, unless_since: datetime) -> bool:
    """Whether the mailbox is due then; not when a notice of news came in at that other moment or later."""
    plan = (
        update(Mailbox)
        .where(Mailbox.id == mailbox_id, or_(Mailbox.pushed_at.is_(None), Mailbox.pushed_at < unless_since))
        .values(next_sync_at=moment)
        .returning(Mailbox.id)
    )
    return await session.scalar(plan) is not None


async def expired_leases(session: AsyncSession, *, now: datetime, limit: int) -> list[MailboxRef]:
    """Mailboxes whose sync died; the lease is taken away, so each is found once."""
    dead = (
        select(Mailbox.id)
        .where(Mailbox.lease_id.is_not(None), Mailbox.lease_until <= now, Mailbox.state == MailboxState.ACTIVE)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    free = (
        update(Mailbox)
        .where(Mailbox.id.in_(dead.scalar_subquery()))
        .values(lease_id=None, lease_until=None)
        .returning(Mailbox.user_id, Mailbox.id)
    )
    return [MailboxRef(user_id, mailbox_id) for user_id, mailbox_id in await session.execute(free)]
