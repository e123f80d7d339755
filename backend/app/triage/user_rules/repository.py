"""Queries of the user's rules: their versions, and past mail to try them on."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.db.models import Action, Direction, Message, RuleState, UserRule, Verdict


@dataclass(frozen=True, slots=True)
class Past:
    """A message that was judged, with what was proposed for it."""

    message: Message
    verdict: Verdict
    actions: tuple[Action, ...]
    known: bool


async def current(session: AsyncSession, user_id: UUID) -> list[UserRule]:
    """The latest version of every rule, the oldest rule first."""
    found = await session.scalars(
        select(UserRule)
        .where(UserRule.user_id == user_id, UserRule.state != RuleState.REPLACED)
        .order_by(UserRule.created_at, UserRule.id)
    )
    return list(found)


async def active(session: AsyncSession, user_id: UUID) -> list[UserRule]:
    found = await session.scalars(
        select(UserRule)
        .where(UserRule.user_id == user_id, UserRule.state == RuleState.ON)
        .order_by(UserRule.created_at, UserRule.id)
    )
    return list(found)


async def latest(session: AsyncSession, user_id: UUID, rule_id: UUID) -> UserRule | None:
    return await session.scalar(
        select(UserRule)
        .where(UserRule.user_id == user_id, UserRule.rule_id == rule_id, UserRule.state != RuleState.REPLACED)
        .with_for_update()
    )


async def count(session: AsyncSession, user_id: UUID) -> int:
    found = await session.execute(
        select(func.count()).where(UserRule.user_id == user_id, UserRule.state != RuleState.REPLACED)
    )
    return found.scalar_one()


async def replace_versions(session: AsyncSession, user_id: UUID, rule_id: UUID) -> None:
    await session.execute(
        update(UserRule)
        .where(UserRule.user_id == user_id, UserRule.rule_id == rule_id)
        .values(state=RuleState.REPLACED)
    )


async def remove(session: AsyncSession, user_id: UUID, rule_id: UUID) -> int:
    """All versions of a rule; returns how many there were."""
    gone = await session.scalars(
        delete(UserRule).where(UserRule.user_id == user_id, UserRule.rule_id == rule_id).returning(UserRule.id)
    )
    return len(list(gone))


async def past_mail(session: AsyncSession, user_id: UUID, *, limit: int) -> list[Past]:
    """The latest incoming messages with a verdict, newest first."""
    found = (
        await session.execute(
            select(Message, Verdict)
            .join(Verdict, Verdict.message_id == Message.id)
            .where(Message.user_id == user_id, Message.direction == Direction.IN)
            .options(defer(Message.html), defer(Message.quoted_text), defer(Message.calendar))
            .order_by(Message.received_at.desc(), Message.id.desc())
            .limit(limit)
        )
    ).all()
    actions = await _actions(session, user_id, [message.id for message, _ in found])
    return [
        Past(
            message,
            verdict,
            tuple(one for one in actions if one.message_id == message.id),
            known=int(verdict.signals.get("written_before", 0)) > 0,
        )
        for message, verdict in found
    ]


async def _actions(session: AsyncSession, user_id: UUID, message_ids: Sequence[UUID]) -> list[Action]:
    found = await session.scalars(select(Action).where(Action.user_id == user_id, Action.message_id.in_(message_ids)))
    return list(found)
