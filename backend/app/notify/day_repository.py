"""Queries of the digest: one person's day, always with how many there are beside the few that are shown."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.repository import asks_now
from app.db.models import (
    Action,
    ActionKind,
    ActionState,
    DeliveryState,
    Digest,
    Direction,
    Mailbox,
    Message,
    MessageState,
    ModelUsage,
    Notice,
    Verdict,
)
from app.notify.days import Span
from app.notify.repository import ACTION, LETTER, action_line
from app.notify.values import (
    ActionLine,
    DayFacts,
    DeadlineLine,
    ImportantLine,
    Letter,
    Listed,
    MailboxLine,
    ModelCost,
    QuarantinedLine,
    UndeliveredLine,
)
from app.settings import PATTERN_ENGINE

SHOWN: Final = 10
DEADLINES_AHEAD: Final = timedelta(days=14)
STUCK_AFTER: Final = timedelta(minutes=10)
"""No sender tries longer; a mail that is still `sending` then was cut off, and nobody knows whether it left."""

CUT_OFF: Final = "We were interrupted while sending, so it may or may not have reached you."
INCOMING = and_(Message.direction == Direction.IN, Message.state != MessageState.IGNORED)
MESSAGE_OF_ACTION = and_(Message.user_id == Action.user_id, Message.id == Action.message_id)
MESSAGE_OF_VERDICT = and_(Message.user_id == Verdict.user_id, Message.id == Verdict.message_id)

Line = TypeVar("Line")
Rows = Select[*tuple[Any, ...]]


async def facts_of_day(session: AsyncSession, user_id: UUID, span: Span, *, today: date, now: datetime) -> DayFacts:
    """What came and was done within the span; what waits, is due or is broken as of now."""
    return DayFacts(
        incoming=await _incoming(session, user_id, span),
        important=await _important(session, user_id, span),
        done_unasked=await _done_unasked(session, user_id, span),
        done_approved=await _done_approved(session, user_id, span),
        waiting=await _waiting(session, user_id, now),
        deadlines=await _deadlines(session, user_id, today),
        failed=await _failed(session, user_id, span),
        quarantined=await _quarantined(session, user_id),
        undelivered=await _undelivered(session, user_id, span, now),
        mailboxes=await _mailboxes(session, user_id),
        cost=await _cost(session, user_id, span),
        by_habit=await _by_habit(session, user_id, span),
    )


async def _incoming(session: AsyncSession, user_id: UUID, span: Span) -> dict[str, int]:
    category = func.coalesce(
        case((Message.state == MessageState.QUARANTINED, "quarantined")), Verdict.category, "unread"
    ).label("category")
    query = (
        select(category, func.count())
        .select_from(Message)
        .outerjoin(Verdict, MESSAGE_OF_VERDICT)
        .where(Message.user_id == user_id, INCOMING, *_within(Message.received_at, span))
        .group_by(category)
        .order_by(func.count().desc(), category)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def _important(session: AsyncSession, user_id: UUID, span: Span) -> Listed[ImportantLine]:
    query = (
        select(*LETTER, Verdict.summary, Verdict.needs_reply, Verdict.urgency == "high")
        .join(Verdict, MESSAGE_OF_VERDICT)
        .where(
            Message.user_id == user_id,
            INCOMING,
            *_within(Message.received_at, span),
            or_(Verdict.needs_reply, Verdict.urgency == "high"),
        )
        .order_by((Verdict.urgency == "high").desc(), Message.received_at.desc(), Message.id)
    )
    return await _listed(session, query, lambda row: ImportantLine(Letter(*row[:4]), *row[4:7]))


async def _done_unasked(session: AsyncSession, user_id: UUID, span: Span) -> Listed[ActionLine]:
    # Every message gets a label: of the few lines that are shown, none should go to labels while there is more to tell.
    done = _done(user_id, span).where(Action.decision == "act")
    query = done.order_by(Action.kind == ActionKind.LABEL, Action.resolved_at.desc(), Action.id)
    return await _listed(session, query, action_line)


async def _done_approved(session: AsyncSession, user_id: UUID, span: Span) -> int:
    query = select(func.count()).select_from(_done(user_id, span).where(Action.decision == "ask").subquery())
    return await session.scalar(query) or 0


def _done(user_id: UUID, span: Span) -> Rows:
    return _actions(user_id).where(Action.state == ActionState.DONE, *_within(Action.resolved_at, span))


async def _waiting(session: AsyncSession, user_id: UUID, now: datetime) -> Listed[ActionLine]:
    query = (
        _actions(user_id).where(asks_now(now)).order_by((Action.risk == "high").desc(), Action.expires_at, Action.id)
    )
    return await _listed(session, query, action_line)


async def _failed(session: AsyncSession, user_id: UUID, span: Span) -> Listed[ActionLine]:
    ended = func.coalesce(Action.resolved_at, Action.updated_at)
    query = (
        _actions(user_id)
        .where(Action.state.in_([ActionState.FAILED, ActionState.UNKNOWN]), *_within(ended, span))
        .order_by(ended.desc(), Action.id)
    )
    return await _listed(session, query, action_line)


def _actions(user_id: UUID) -> Rows:
    return select(*ACTION, *LETTER).join(Message, MESSAGE_OF_ACTION).where(Action.user_id == user_id)


async def _deadlines(session: AsyncSession, user_id: UUID, today: date) -> Listed[DeadlineLine]:
    query = (
        select(*LETTER, Verdict.deadline, Verdict.summary)
        .join(Verdict, MESSAGE_OF_VERDICT)
        .where(Message.user_id == user_id, INCOMING, Verdict.deadline.between(today, today + DEADLINES_AHEAD))
        .order_by(Verdict.deadline, Message.received_at, Message.id)
    )
    return await _listed(session, query, lambda row: DeadlineLine(Letter(*row[:4]), *row[4:6]))


async def _quarantined(session: AsyncSession, user_id: UUID) -> Listed[QuarantinedLine]:
    query = (
        select(*LETTER, Message.error)
        .where(Message.user_id == user_id, Message.state == MessageState.QUARANTINED)
        .order_by(Message.received_at.desc(), Message.id)
    )
    return await _listed(session, query, lambda row: QuarantinedLine(Letter(*row[:4]), row[4]))


async def _undelivered(session: AsyncSession, user_id: UUID, span: Span, now: datetime) -> tuple[UndeliveredLine, ...]:
    """Notices and earlier digests that did not go out: a channel that is mute must be heard of."""
    lines: dict[str, int] = {}
    for table in (Notice, Digest):
        reason = func.coalesce(table.error, CUT_OFF)
        lost = or_(
            table.state == DeliveryState.FAILED,
            and_(table.state == DeliveryState.SENDING, table.created_at < now - STUCK_AFTER),
        )
        query = (
            select(reason, func.count())
            .where(table.user_id == user_id, lost, *_within(table.created_at, span))
            .group_by(reason)
        )
        for words, number in await session.execute(query):
            lines[words] = lines.get(words, 0) + number
    return tuple(UndeliveredLine(reason, number) for reason, number in sorted(lines.items()))


async def _mailboxes(session: AsyncSession, user_id: UUID) -> tuple[MailboxLine, ...]:
    query = (
        select(Mailbox.address, Mailbox.state, Mailbox.last_synced_at)
        .where(Mailbox.user_id == user_id)
        .order_by(Mailbox.address)
    )
    return tuple(MailboxLine(*row) for row in await session.execute(query))


async def _cost(session: AsyncSession, user_id: UUID, span: Span) -> ModelCost:
    query = select(
        func.count(),
        func.coalesce(func.sum(ModelUsage.cost_microdollars), 0),
        func.count().filter(ModelUsage.cost_microdollars.is_(None)),
    ).where(ModelUsage.user_id == user_id, *_within(ModelUsage.created_at, span))
    calls, microdollars, unpriced = (await session.execute(query)).one()
    return ModelCost(calls=calls, microdollars=int(microdollars or 0), unpriced_calls=unpriced)


async def _by_habit(session: AsyncSession, user_id: UUID, span: Span) -> int:
    query = select(func.count()).where(Verdict.user_id == user_id, Verdict.engine == PATTERN_ENGINE)
    return await session.scalar(query.where(*_within(Verdict.created_at, span))) or 0


async def _listed(session: AsyncSession, query: Rows, line: Callable[[Any], Line]) -> Listed[Line]:
    rows = (await session.execute(query.add_columns(func.count().over()).limit(SHOWN))).all()
    return Listed(total=rows[0][-1] if rows else 0, shown=tuple(line(row) for row in rows))


def _within(moment: Any, span: Span) -> tuple[Any, Any]:
    return moment >= span.start, moment < span.end
