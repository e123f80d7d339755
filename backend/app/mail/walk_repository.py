"""Queries over walks through the listing of a mailbox."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import FetchFailure, Mailbox, Message, Walk, WalkKind
from app.mail.repository import MailboxRef


async def open_walk(session: AsyncSession, mailbox: MailboxRef, kind: WalkKind, **values: Any) -> Walk:
    """The walk of this kind that is not finished; `values` are those of a new one."""
    made = insert(Walk).values(user_id=mailbox.user_id, mailbox_id=mailbox.mailbox_id, kind=kind, **values)
    await session.execute(
        made.on_conflict_do_nothing(index_elements=[Walk.mailbox_id, Walk.kind], index_where=Walk.finished_at.is_(None))
    )
    return (await session.scalars(_unfinished(mailbox.mailbox_id, [kind]))).one()


async def open_backfill(
    session: AsyncSession, mailbox: MailboxRef, *, after: datetime | None, before: datetime | None
) -> Walk:
    """The backfill of this mailbox; one that is under way goes further back if need be."""
    way = await open_walk(session, mailbox, WalkKind.BACKFILL, after=after, before=before)
    if way.after is not None and (after is None or after < way.after):
        way.after, way.page, way.passed, way.listed_at = after, None, 0, None
    return way


async def unfinished_walk(session: AsyncSession, mailbox_id: UUID, kinds: Collection[WalkKind]) -> Walk | None:
    """The oldest one of these kinds."""
    return (await session.scalars(_unfinished(mailbox_id, kinds).limit(1))).one_or_none()


def _unfinished(mailbox_id: UUID, kinds: Collection[WalkKind]) -> Any:
    return (
        select(Walk)
        .where(Walk.mailbox_id == mailbox_id, Walk.kind.in_(kinds), Walk.finished_at.is_(None))
        .order_by(Walk.id)
    )


async def change_walk(session: AsyncSession, walk_id: UUID, **values: Any) -> None:
    await session.execute(update(Walk).where(Walk.id == walk_id).values(**values))


async def start_over(session: AsyncSession, mailbox_id: UUID, kinds: Collection[WalkKind]) -> None:
    """From the top again, where new mail is; what has come since the walk began is in no history any more."""
    await session.execute(
        update(Walk)
        .where(Walk.mailbox_id == mailbox_id, Walk.kind.in_(kinds), Walk.finished_at.is_(None))
        .values(
            page=None,
            passed=0,
            listed_at=None,
            compared_from=None,
            gap_since=func.coalesce(Walk.gap_since, Walk.created_at),
        )
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


async def failures(session: AsyncSession, mailbox_id: UUID) -> int:
    """Messages that are in the mailbox and could not be fetched so far."""
    query = select(func.count()).select_from(FetchFailure).where(FetchFailure.mailbox_id == mailbox_id)
    return (await session.execute(query)).scalar_one()


async def next_failures(session: AsyncSession, mailbox_id: UUID, *, limit: int) -> list[FetchFailure]:
    """Those that are tried again soonest."""
    query = select(FetchFailure).where(FetchFailure.mailbox_id == mailbox_id).order_by(FetchFailure.not_before)
    return list(await session.scalars(query.limit(limit)))


async def try_failures_now(session: AsyncSession, mailbox_id: UUID, *, now: datetime) -> None:
    """Have them tried with the next sync."""
    await session.execute(update(FetchFailure).where(FetchFailure.mailbox_id == mailbox_id).values(not_before=now))


async def covered_since(session: AsyncSession, mailbox_id: UUID) -> datetime | None:
    """From when on everything was to be fetched; None is everything."""
    walks = await session.scalars(
        select(Walk).where(
            Walk.mailbox_id == mailbox_id, Walk.kind != WalkKind.RECONCILE, Walk.finished_at.is_not(None)
        )
    )
    starts = [walk.after for walk in walks if walk.most is None or walk.done < walk.most]
    if not starts:  # the first sync ended at its number of messages
        return await session.scalar(select(func.min(Message.received_at)).where(Message.mailbox_id == mailbox_id))
    return None if None in starts else min(start for start in starts if start is not None)


async def ask_for_walk(session: AsyncSession, mailbox: MailboxRef, *, now: datetime) -> None:
    """Have the walks of this mailbox looked at with the next sync."""
    await session.execute(update(Mailbox).where(Mailbox.id == mailbox.mailbox_id).values(walk_at=now))
