"""Queries of patterns: the rows, a sender's latest mails with what the user did with them, and what contradicts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from uuid_utils.compat import uuid7

from app.actions.repository import TEXT_KINDS
from app.actions.transitions import Actor
from app.db.models import (
    Action,
    ActionKind,
    ActionState,
    Direction,
    EventKind,
    EventSource,
    ForgottenBy,
    MailboxEvent,
    Message,
    PatternState,
    SenderPattern,
    User,
    Verdict,
)
from app.db.models.mail import LIST_ID
from app.settings import PATTERN_ENGINE
from app.triage.patterns.evidence import CONTRADICTING, ENOUGH, Habit, Past
from app.triage.patterns.senders import Sender
from app.triage.signals.authentication import authentication_of

LATEST: Final = 40
"""Mails of a sender that are looked at; those with which nothing was done are among them."""
YOUNGER_THAN: Final = timedelta(days=180)
SKIPS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Skip:
    """A message that no model was asked about."""

    message_id: UUID
    sender_address: str
    subject: str
    received_at: datetime


async def is_enabled(session: AsyncSession, user_id: UUID) -> bool:
    return bool(await session.scalar(select(User.patterns_enabled).where(User.id == user_id)))


async def pattern_of(session: AsyncSession, user_id: UUID, sender: Sender) -> SenderPattern | None:
    """Locked: what is decided by it is decided by what it says at that moment."""
    query = select(SenderPattern).where(
        SenderPattern.user_id == user_id,
        SenderPattern.list_id == sender.list_id,
        SenderPattern.sender == sender.sender,
    )
    return await session.scalar(query.with_for_update())


async def pattern_by_id(session: AsyncSession, user_id: UUID, pattern_id: UUID) -> SenderPattern | None:
    query = select(SenderPattern).where(SenderPattern.user_id == user_id, SenderPattern.id == pattern_id)
    return await session.scalar(query.with_for_update())


async def patterns(session: AsyncSession, user_id: UUID) -> list[SenderPattern]:
    """Those in force first, the latest first."""
    query = (
        select(SenderPattern)
        .where(SenderPattern.user_id == user_id)
        .order_by(SenderPattern.state.desc(), SenderPattern.learned_at.desc(), SenderPattern.id)
    )
    return list(await session.scalars(query))


async def skips(session: AsyncSession, user_id: UUID) -> list[Skip]:
    """The latest messages that no model was asked about."""
    query = (
        select(Message.id, Message.sender_address, Message.subject, Message.received_at)
        .join(Verdict, Verdict.message_id == Message.id)
        .where(Verdict.user_id == user_id, Verdict.engine == PATTERN_ENGINE)
        .order_by(Verdict.created_at.desc(), Message.id)
        .limit(SKIPS_SHOWN)
    )
    return [Skip(*row) for row in await session.execute(query)]


async def learn(session: AsyncSession, user_id: UUID, sender: Sender, habit: Habit, *, now: datetime) -> None:
    row = {
        "id": uuid7(),
        "user_id": user_id,
        "sender": sender.sender,
        "list_id": sender.list_id,
        "kind": habit.kind,
        "mails": habit.mails,
        "learned_at": now,
        "created_at": now,
    }
    await session.execute(insert(SenderPattern).values(row).on_conflict_do_nothing())


async def count_skip(session: AsyncSession, user_id: UUID, sender: Sender, *, now: datetime) -> None:
    await session.execute(
        update(SenderPattern)
        .where(
            SenderPattern.user_id == user_id,
            SenderPattern.list_id == sender.list_id,
            SenderPattern.sender == sender.sender,
        )
        .values(skipped=SenderPattern.skipped + 1, skipped_at=now)
    )


async def latest_mails(session: AsyncSession, message: Message, sender: Sender) -> list[Past]:
    """The sender's mails before this one, newest first."""
    found = await session.execute(
        select(Message.id, Message.received_at, Message.labels, Message.headers)
        .where(
            Message.user_id == message.user_id,
            _from(sender),
            Message.direction == Direction.IN,
            Message.id != message.id,
            Message.received_at.between(message.received_at - YOUNGER_THAN, message.received_at),
        )
        .order_by(Message.received_at.desc(), Message.id)
        .limit(LATEST)
    )
    rows = list(found)
    if len(rows) < ENOUGH:  # no habit yet, whatever was done with them
        return []
    deeds = await _deeds(session, [row[0] for row in rows])
    decisions = await _decisions(session, [row[0] for row in rows])
    return [
        Past(
            received_at=received_at,
            labels=frozenset(labels),
            authentic=authentication_of(headers).passed,
            deeds=tuple(deeds[message_id]),
            archiving_approved=next((at for refusing, at in decisions[message_id] if not refusing), None),
            refused=any(refusing for refusing, _ in decisions[message_id]),
        )
        for message_id, received_at, labels, headers in rows
    ]


async def _deeds(session: AsyncSession, message_ids: Sequence[UUID]) -> dict[UUID, list[tuple[EventKind, datetime]]]:
    found = await session.execute(
        select(MailboxEvent.message_id, MailboxEvent.kind, MailboxEvent.at)
        .where(MailboxEvent.message_id.in_(message_ids), MailboxEvent.source == EventSource.USER)
        .order_by(MailboxEvent.at)
    )
    deeds: defaultdict[UUID, list[tuple[EventKind, datetime]]] = defaultdict(list)
    for message_id, kind, at in found:
        deeds[message_id].append((EventKind(kind), at))
    return deeds


async def _decisions(session: AsyncSession, message_ids: Sequence[UUID]) -> dict[UUID, list[tuple[bool, datetime]]]:
    """Whether it refuses, and when; of those that the user took about what we proposed or did."""
    approved = and_(
        Action.kind == ActionKind.ARCHIVE, Action.decided_by == Actor.USER, Action.state == ActionState.DONE
    )
    refusing = _refusing()
    found = await session.execute(
        select(Action.message_id, refusing, func.coalesce(Action.decided_at, Action.updated_at)).where(
            Action.message_id.in_(message_ids), or_(approved, refusing)
        )
    )
    decisions: defaultdict[UUID, list[tuple[bool, datetime]]] = defaultdict(list)
    for message_id, refuses, at in found:
        decisions[message_id].append((refuses, at))
    return decisions


def _refusing() -> ColumnElement[bool]:
    rejected = and_(
        Action.kind == ActionKind.ARCHIVE, Action.state == ActionState.REJECTED, Action.decided_by == Actor.USER
    )
    answered = and_(
        Action.kind.in_(TEXT_KINDS),
        Action.decided_by == Actor.USER,
        Action.state.in_((ActionState.APPROVED, ActionState.EXECUTING, ActionState.DONE)),
    )
    return func.coalesce(or_(Action.undone_by == Actor.USER, rejected, answered), False)


async def is_contradicted(session: AsyncSession, pattern: SenderPattern) -> bool:
    """Whether the user has done something else with such a mail since it was learnt."""
    sender, since = _from(Sender(pattern.sender, pattern.list_id)), pattern.learned_at
    deed = select(MailboxEvent.id).join(Message, Message.id == MailboxEvent.message_id)
    deed = deed.where(MailboxEvent.user_id == pattern.user_id, _CONTRADICTS, MailboxEvent.at > since, sender)
    decision = select(Action.id).join(Message, Message.id == Action.message_id)
    decision = decision.where(Action.user_id == pattern.user_id, _refusing(), Action.updated_at > since, sender)
    return bool(await session.scalar(select(or_(exists(deed), exists(decision)))))


async def forget_contradicted(session: AsyncSession, *, since: datetime, now: datetime, limit: int) -> int:
    """Over all users: patterns that something done since then contradicts. Returns how many there were.

    Begins at what people did lately, which is little, and never at the patterns, of which there are many.
    """
    its_own = and_(SenderPattern.user_id == Message.user_id, _from_its_sender())
    by_deed = (
        select(SenderPattern.id)
        .select_from(MailboxEvent)
        .join(Message, Message.id == MailboxEvent.message_id)
        .join(SenderPattern, its_own)
        .where(_CONTRADICTS, MailboxEvent.at > since, MailboxEvent.at > SenderPattern.learned_at)
    )
    by_decision = (
        select(SenderPattern.id)
        .select_from(Action)
        .join(Message, Message.id == Action.message_id)
        .join(SenderPattern, its_own)
        .where(_refusing(), Action.resolved_at > since, Action.updated_at > SenderPattern.learned_at)
    )
    chosen = (
        select(SenderPattern.id)
        .where(SenderPattern.state == PatternState.LEARNED, SenderPattern.id.in_(union(by_deed, by_decision)))
        .order_by(SenderPattern.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    values = {"state": PatternState.FORGOTTEN, "forgotten_at": now, "forgotten_by": ForgottenBy.DEED}
    ended = update(SenderPattern).where(SenderPattern.id.in_(chosen.scalar_subquery())).values(values)
    return len((await session.execute(ended.returning(SenderPattern.id))).all())


_CONTRADICTS: Final = and_(MailboxEvent.source == EventSource.USER, MailboxEvent.kind.in_(CONTRADICTING))


def _from(sender: Sender) -> ColumnElement[bool]:
    if not sender.list_id:
        return and_(Message.sender_address == sender.sender, LIST_ID.is_(None))
    listed: ColumnElement[bool] = LIST_ID == sender.list_id  # noqa: SIM300 - the other way round it would be a bool
    return and_(listed, _from_address_or_domain(sender.sender))


def _from_its_sender() -> ColumnElement[bool]:
    alone = and_(SenderPattern.list_id == "", LIST_ID.is_(None), Message.sender_address == SenderPattern.sender)
    return or_(alone, and_(SenderPattern.list_id == LIST_ID, _from_address_or_domain(SenderPattern.sender)))


def _from_address_or_domain(sender: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return or_(Message.sender_address == sender, func.split_part(Message.sender_address, "@", -1) == sender)


async def skipped_message(session: AsyncSession, user_id: UUID, message_id: UUID) -> tuple[Message, str] | None:
    """The message, locked, and who has judged it."""
    row = (
        await session.execute(
            select(Message, func.coalesce(Verdict.engine, ""))
            .outerjoin(Verdict, Verdict.message_id == Message.id)
            .where(Message.user_id == user_id, Message.id == message_id)
            .with_for_update(of=Message)
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])
