"""Queries over walks through the listing of a mailbox."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Mailbox, Walk, WalkKind
from app.mail.repository import MailboxRef

FROM_THE_TOP: Final[Mapping[str, Any]] = MappingProxyType({"page": None, "passed": 0, "listed_at": None})
"""A page belongs to one listing; what is stored is not fetched again, so beginning anew costs little."""


async def open_walk(session: AsyncSession, mailbox: MailboxRef, kind: WalkKind, **values: Any) -> Walk:
    """The walk of this kind that is not finished; `values` are those of a new one."""
    made = insert(Walk).values(user_id=mailbox.user_id, mailbox_id=mailbox.mailbox_id, kind=kind, **values)
    await session.execute(
        made.on_conflict_do_nothing(index_elements=[Walk.mailbox_id, Walk.kind], index_where=Walk.finished_at.is_(None))
    )
    return (await session.scalars(_unfinished(mailbox.mailbox_id, [kind]))).one()


async def open_backfill(
    session: AsyncSession, mailbox: MailboxRef, *, after: datetime | None, before: datetime | None
) -> None:
    """A backfill of this mailbox; one that is under way goes further back if need be."""
    under_way = _unfinished(mailbox.mailbox_id, [WalkKind.BACKFILL]).with_for_update()  # or it could end meanwhile
    way: Walk | None = (await session.scalars(under_way)).one_or_none()
    if way is None:
        await open_walk(session, mailbox, WalkKind.BACKFILL, after=after, before=before)
    elif way.after is not None and (after is None or after < way.after):
        await session.execute(update(Walk).where(Walk.id == way.id).values(after=after, **FROM_THE_TOP))


async def drop_backfill(session: AsyncSession, mailbox_id: UUID) -> bool:
    """Whether there was one under way."""
    dropped = delete(Walk).where(
        Walk.mailbox_id == mailbox_id, Walk.kind == WalkKind.BACKFILL, Walk.finished_at.is_(None)
    )
    return await session.scalar(dropped.returning(Walk.id)) is not None


async def bound_first_walk(session: AsyncSession, mailbox_id: UUID, *, days: int | None, most: int | None) -> None:
    """Give a first sync that is under way these bounds; with others than before it lists from the top again."""
    after = null() if days is None else Walk.created_at - timedelta(days=days)
    await session.execute(
        update(Walk)
        .where(
            Walk.mailbox_id == mailbox_id,
            Walk.kind == WalkKind.FIRST,
            Walk.finished_at.is_(None),
            or_(Walk.after.is_distinct_from(after), Walk.most.is_distinct_from(most)),
        )
        .values(after=after, most=most, **FROM_THE_TOP)
        .execution_options(synchronize_session=False)
    )


async def unfinished_walk(session: AsyncSession, mailbox_id: UUID, kinds: Collection[WalkKind]) -> Walk | None:
    """The oldest one of these kinds."""
    return (await session.scalars(_unfinished(mailbox_id, kinds).limit(1))).one_or_none()


def _unfinished(mailbox_id: UUID, kinds: Collection[WalkKind]) -> Any:
    return (
        select(Walk)
        .where(Walk.mailbox_id == mailbox_id, Walk.kind.in_(kinds), Walk.finished_at.is_(None))
        .order_by(Walk.id)
    )


async def change_walk(session: AsyncSession, way: Walk, **values: Any) -> bool:
    """Whether it is still to be done as it was read: the person may have stopped it or changed its bounds since."""
    changed = update(Walk).where(*_as_read(way)).values(**values).returning(Walk.id)
    return await session.scalar(changed) is not None


async def is_as_read(session: AsyncSession, way: Walk) -> bool:
    return bool(await session.scalar(select(exists().where(*_as_read(way)))))


def _as_read(way: Walk) -> Iterator[ColumnElement[bool]]:
    yield Walk.id == way.id
    yield Walk.finished_at.is_(None)
    yield Walk.after.is_not_distinct_from(way.after)
    yield Walk.most.is_not_distinct_from(way.most)


async def start_over(session: AsyncSession, mailbox_id: UUID, kinds: Collection[WalkKind]) -> None:
    """From the top again, where new mail is; what has come since the walk began is in no history any more."""
    await session.execute(
        update(Walk)
        .where(Walk.mailbox_id == mailbox_id, Walk.kind.in_(kinds), Walk.finished_at.is_(None))
        .values(compared_from=None, gap_since=func.coalesce(Walk.gap_since, Walk.created_at), **FROM_THE_TOP)
    )


async def latest_walks(session: AsyncSession, mailbox_id: UUID) -> dict[WalkKind, Walk]:
    """The last one of each kind."""
    found = await session.scalars(
        select(Walk)
        .where(Walk.mailbox_id == mailbox_id)
        .ext(distinct_on(Walk.kind))
        .order_by(Walk.kind, Walk.id.desc())
    )
    return {WalkKind(walk.kind): walk for walk in found}


async def walks_back(session: AsyncSession, mailbox_id: UUID, *, with_wishes: bool = False) -> list[Walk]:
    """Those that have fetched what is older; with wishes, older mail too that is asked for and not there yet."""
    which = Walk.finished_at.is_not(None)
    if with_wishes:
        which = or_(which, Walk.kind == WalkKind.BACKFILL)
    found = await session.scalars(
        select(Walk).where(Walk.mailbox_id == mailbox_id, Walk.kind != WalkKind.RECONCILE, which)
    )
    return list(found)


async def ask_for_walk(session: AsyncSession, mailbox: MailboxRef, *, moment: datetime) -> None:
    """Have the walks of this mailbox looked at with the first sync from then on."""
    await session.execute(update(Mailbox).where(Mailbox.id == mailbox.mailbox_id).values(walk_at=moment))


async def ask_for_the_rest(session: AsyncSession, mailbox: MailboxRef, *, now: datetime) -> bool:
    """When a walk has ended: whether another one waits, which then is looked at next.

    The mailbox is to be locked, or a wish of this moment could be passed over.
    """
    kinds = (WalkKind.BACKFILL, WalkKind.RECONCILE)
    if await unfinished_walk(session, mailbox.mailbox_id, kinds) is None:
        return False
    await ask_for_walk(session, mailbox, moment=now)
    return True
