"""Queries behind the pages and the JSON: read only, and always of one user."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, defer

from app.accounts import installation
from app.actions.repository import asks_now, can_still_be_stopped, only_shown
from app.db.models import (
    Action,
    ActionState,
    Direction,
    Mailbox,
    MailboxState,
    Message,
    MessageState,
    ModelUsage,
    Verdict,
)
from app.policy.decide import ONLY_SHOWN

PAGE: Final = 50
LONGEST_QUEUE: Final = 100

UNDER_WAY_OR_DONE: Final = (
    ActionState.APPROVED,
    ActionState.EXECUTING,
    ActionState.DONE,
    ActionState.UNDOING,
    ActionState.UNDONE,
)

# what a list never shows, and what may be megabytes
BODIES: Final = (
    defer(Message.text, raiseload=True),
    defer(Message.quoted_text, raiseload=True),
    defer(Message.html, raiseload=True),
    defer(Message.calendar, raiseload=True),
)


class Chapter(StrEnum):
    """The parts of the history."""

    UNASKED = "unasked"
    APPROVED = "approved"
    FAILED = "failed"
    DECLINED = "declined"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class Proposed:
    """An action with the message it is about."""

    action: Action
    message: Message
    verdict: Verdict | None
    mailbox: Mailbox


@dataclass(frozen=True, slots=True)
class Listed:
    message: Message
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Contact:
    """What earlier mail says about the sender of a message."""

    written_to: int
    """How often the user wrote to this address."""
    heard_from: int
    """How many earlier messages came from it."""


@dataclass(frozen=True, slots=True)
class WholeMessage:
    message: Message
    mailbox: Mailbox
    verdict: Verdict | None
    actions: tuple[Action, ...]
    contact: Contact
    usage: tuple[ModelUsage, ...]
    """What language models were asked about it, and what that cost."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the head of each page tells."""

    waiting: int
    shadowed: int
    """What would have been done unasked were it not for shadow mode."""
    in_work: int
    set_aside: int
    disconnected: tuple[str, ...]
    mailboxes: int
    in_shadow: int
    """Mailboxes in which nothing is done unasked."""
    installation_paused: bool


def _of_chapter(chapter: Chapter) -> Any:
    match chapter:
        case Chapter.UNASKED:
            return and_(Action.state.in_(UNDER_WAY_OR_DONE), Action.decided_by == "policy")
        case Chapter.APPROVED:
            return and_(Action.state.in_(UNDER_WAY_OR_DONE), Action.decided_by == "user")
        case Chapter.FAILED:
            return Action.state.in_((ActionState.FAILED, ActionState.UNKNOWN))
        case Chapter.DECLINED:
            return Action.state.in_((ActionState.REJECTED, ActionState.EXPIRED, ActionState.SUPERSEDED))
        case Chapter.SHADOW:
            return and_(Action.state == ActionState.PROPOSED, Action.rule.in_(ONLY_SHOWN))


def _proposed() -> Select[Action, Message, Verdict, Mailbox]:
    return (
        select(Action, Message, Verdict, Mailbox)
        .join(Message, Message.id == Action.message_id)
        .join(Mailbox, Mailbox.id == Action.mailbox_id)
        .outerjoin(Verdict, Verdict.message_id == Action.message_id)
        .options(*BODIES)
    )


async def waiting(session: AsyncSession, user_id: UUID, *, now: datetime) -> list[Proposed]:
    """What waits for the person, the urgent first, then the newest; what expires while it waits is no longer shown."""
    query = (
        _proposed()
        .where(Action.user_id == user_id, asks_now(now))
        .order_by(Action.escalated_at.desc().nulls_last(), Action.created_at.desc(), Action.id.desc())
        .limit(LONGEST_QUEUE)
    )
    return [Proposed(*row) for row in await session.execute(query)]


async def going_out(session: AsyncSession, user_id: UUID, *, now: datetime) -> list[Proposed]:
    """What is sent unasked when its delay is over, the next one first."""
    query = _proposed().where(Action.user_id == user_id, can_still_be_stopped(now)).order_by(Action.not_before)
    return [Proposed(*row) for row in await session.execute(query.limit(LONGEST_QUEUE))]


async def shadowed(session: AsyncSession, user_id: UUID, mailbox_id: UUID, *, now: datetime) -> dict[str, int]:
    """Kind of step to how often it would have been done in this mailbox."""
    counted = (
        select(Action.kind, func.count())
        .where(Action.user_id == user_id, Action.mailbox_id == mailbox_id, only_shown(now))
        .group_by(Action.kind)
    )
    return dict((await session.execute(counted)).all())


async def history(
    session: AsyncSession, user_id: UUID, *, chapter: Chapter, before: UUID | None = None, limit: int = PAGE
) -> list[Proposed]:
    """Newest first; `before` is the last action of the page in front."""
    query = _proposed().where(Action.user_id == user_id, _of_chapter(chapter))
    if before is not None:
        last = select(Action.updated_at, Action.id).where(Action.user_id == user_id, Action.id == before)
        query = query.where(tuple_(Action.updated_at, Action.id) < last.scalar_subquery())
    query = query.order_by(Action.updated_at.desc(), Action.id.desc()).limit(limit)
    return [Proposed(*row) for row in await session.execute(query)]


async def messages(
    session: AsyncSession,
    user_id: UUID,
    *,
    state: MessageState | None = None,
    before: UUID | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Newest first; `before` is the last message of the page in front."""
    query = (
        select(Message, Verdict)
        .outerjoin(Verdict, Verdict.message_id == Message.id)
        .options(*BODIES)
        .where(Message.user_id == user_id)
    )
    if state is not None:
        query = query.where(Message.state == state)
    if before is not None:
        last = select(Message.received_at, Message.id).where(Message.user_id == user_id, Message.id == before)
        query = query.where(tuple_(Message.received_at, Message.id) < last.scalar_subquery())
    query = query.order_by(Message.received_at.desc(), Message.id.desc()).limit(limit)
    return [Listed(*row) for row in await session.execute(query)]


async def whole_message(session: AsyncSession, user_id: UUID, message_id: UUID) -> WholeMessage | None:
    query = (
        select(Message, Mailbox, Verdict)
        .join(Mailbox, Mailbox.id == Message.mailbox_id)
        .outerjoin(Verdict, Verdict.message_id == Message.id)
        .where(Message.user_id == user_id, Message.id == message_id)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    message, mailbox, verdict = found
    actions, contact = await _actions_on(session, user_id, message_id), await _contact(session, message)
    return WholeMessage(message, mailbox, verdict, tuple(actions), contact, await _usage(session, user_id, message_id))


async def proposed(session: AsyncSession, user_id: UUID, action_id: UUID) -> Proposed | None:
    found = await session.execute(_proposed().where(Action.user_id == user_id, Action.id == action_id))
    row = found.one_or_none()
    return Proposed(*row) if row else None


async def message_of_action(session: AsyncSession, user_id: UUID, action_id: UUID) -> UUID | None:
    query = select(Action.message_id).where(Action.user_id == user_id, Action.id == action_id)
    return await session.scalar(query)


async def original_html(session: AsyncSession, user_id: UUID, message_id: UUID) -> str | None:
    query = select(Message.html).where(Message.user_id == user_id, Message.id == message_id)
    return await session.scalar(query)


async def standing(session: AsyncSession, user_id: UUID, *, now: datetime) -> Standing:
    waiting_count = select(func.count()).where(Action.user_id == user_id, asks_now(now))
    states = await session.execute(
        select(Message.state, func.count())
        .where(
            Message.user_id == user_id,
            Message.state.in_((MessageState.PENDING, MessageState.TRIAGING, MessageState.QUARANTINED)),
        )
        .group_by(Message.state)
    )
    counts = dict(states.all())
    columns = (Mailbox.address, Mailbox.state, Mailbox.live_kinds)
    mailboxes = (await session.execute(select(*columns).where(Mailbox.user_id == user_id))).all()
    shown_only = select(func.count()).where(Action.user_id == user_id, only_shown(now))
    return Standing(
        waiting=await session.scalar(waiting_count) or 0,
        shadowed=await session.scalar(shown_only) or 0,
        in_work=counts.get(MessageState.PENDING, 0) + counts.get(MessageState.TRIAGING, 0),
        set_aside=counts.get(MessageState.QUARANTINED, 0),
        disconnected=tuple(address for address, state, _ in mailboxes if state == MailboxState.NEEDS_RECONNECT),
        mailboxes=len(mailboxes),
        in_shadow=sum(not live_kinds for _, _, live_kinds in mailboxes),
        installation_paused=await installation.is_paused(session),
    )


async def _actions_on(session: AsyncSession, user_id: UUID, message_id: UUID) -> Sequence[Action]:
    query = (
        select(Action)
        .where(Action.user_id == user_id, Action.message_id == message_id)
        .order_by(Action.created_at, Action.id)
    )
    return (await session.scalars(query)).all()


async def _usage(session: AsyncSession, user_id: UUID, message_id: UUID) -> tuple[ModelUsage, ...]:
    query = (
        select(ModelUsage)
        .where(ModelUsage.user_id == user_id, ModelUsage.message_id == message_id)
        .order_by(ModelUsage.created_at, ModelUsage.id)
    )
    return tuple(await session.scalars(query))


async def _contact(session: AsyncSession, message: Message) -> Contact:
    if not message.sender_address:
        return Contact(written_to=0, heard_from=0)
    earlier = aliased(Message)
    mine = (earlier.user_id == message.user_id, earlier.received_at < message.received_at)
    written = select(func.count()).where(
        *mine, earlier.direction == Direction.OUT, earlier.recipients.contains([message.sender_address])
    )
    heard = select(func.count()).where(
        *mine, earlier.direction == Direction.IN, earlier.sender_address == message.sender_address
    )
    return Contact(
        written_to=await session.scalar(written) or 0,
        heard_from=await session.scalar(heard) or 0,
    )
