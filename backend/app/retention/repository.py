"""Queries of retention; each touches at most `limit` rows and says how many it touched."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.replacing import move_to_archive
from app.actions.transitions import FINAL
from app.db.models import Action, MagicLink, OAuthFlow, PatternState, SenderPattern, Session


async def delete_spent_links(session: AsyncSession, *, now: datetime, asked_before: datetime, limit: int) -> int:
    spent = or_(MagicLink.expires_at <= now, MagicLink.used_at.is_not(None))
    return await _delete(session, MagicLink, and_(spent, MagicLink.created_at < asked_before), limit)


async def delete_expired_sessions(session: AsyncSession, *, now: datetime, limit: int) -> int:
    return await _delete(session, Session, Session.expires_at <= now, limit)


async def delete_expired_flows(session: AsyncSession, *, now: datetime, limit: int) -> int:
    return await _delete(session, OAuthFlow, OAuthFlow.expires_at <= now, limit)


async def move_resolved_actions(session: AsyncSession, *, resolved_before: datetime, now: datetime, limit: int) -> int:
    # both conditions: a state that somebody reopened must not be judged by a time stamp left behind
    chosen = (
        select(Action.id)
        .where(Action.resolved_at < resolved_before, Action.state.in_(FINAL))
        .order_by(Action.resolved_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await move_to_archive(session, chosen, now=now)


async def delete_unused_patterns(session: AsyncSession, *, unused_since: datetime) -> int:
    used = func.coalesce(SenderPattern.skipped_at, SenderPattern.learned_at)
    gone = delete(SenderPattern).where(SenderPattern.state == PatternState.LEARNED, used < unused_since)
    return len((await session.execute(gone.returning(SenderPattern.id))).all())


async def _delete(
    session: AsyncSession,
    table: type[MagicLink | Session | OAuthFlow],
    condition: ColumnElement[bool],
    limit: int,
) -> int:
    chosen = select(table.id).where(condition).limit(limit).with_for_update(skip_locked=True)
    gone = delete(table).where(table.id.in_(chosen)).returning(table.id).cte("gone")
    return await session.scalar(select(func.count()).select_from(gone)) or 0
