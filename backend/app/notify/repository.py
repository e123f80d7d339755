"""Queries of telling the person: who is to be told, claims on notices and digests, and how they ended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    SQLColumnExpression,
    Text,
    and_,
    any_,
    case,
    distinct,
    exists,
    false,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.repository import asks_now
from app.db.models import (
    Action,
    DeliveryState,
    Digest,
    Mailbox,
    Message,
    Notice,
    NoticeKind,
    User,
    Verdict,
)
from app.notify.days import FALLBACK_ZONE
from app.notify.values import ActionLine, Letter

LETTER = (Message.id, Message.sender_name, Message.sender_address, Message.subject)
ACTION = (
    Action.id,
    Action.kind,
    Action.payload,
    Action.state,
    Action.risk,
    Action.reasons,
    Action.error,
    Action.expires_at,
    Action.confidence,
    Action.requested,
)


async def user_by_id(session: AsyncSession, user_id: UUID) -> User | None:
    return await session.scalar(select(User).where(User.id == user_id))


async def mailbox_by_id(session: AsyncSession, user_id: UUID, mailbox_id: UUID) -> Mailbox | None:
    return await session.scalar(select(Mailbox).where(Mailbox.user_id == user_id, Mailbox.id == mailbox_id))


async def action_by_id(session: AsyncSession, user_id: UUID, action_id: UUID) -> Action | None:
    return await session.scalar(select(Action).where(Action.user_id == user_id, Action.id == action_id))


async def summary_of(session: AsyncSession, user_id: UUID, message_id: UUID) -> str:
    query = select(Verdict.summary).where(Verdict.user_id == user_id, Verdict.message_id == message_id)
    return await session.scalar(query) or ""


async def waiting_on_message(
    session: AsyncSession, user_id: UUID, message_id: UUID, *, now: datetime
) -> tuple[ActionLine, ...]:
    query = (
        select(*ACTION, *LETTER)
        .join(Message, and_(Message.user_id == Action.user_id, Message.id == Action.message_id))
        .where(
            Action.user_id == user_id,
            Action.message_id == message_id,
            asks_now(now),
        )
        .order_by(Action.id)
    )
    return tuple(action_line(row) for row in await session.execute(query))


async def action_with_letter(session: AsyncSession, user_id: UUID, action_id: UUID) -> ActionLine | None:
    query = (
        select(*ACTION, *LETTER)
        .join(Message, and_(Message.user_id == Action.user_id, Message.id == Action.message_id))
        .where(Action.user_id == user_id, Action.id == action_id)
    )
    row = (await session.execute(query)).one_or_none()
    return action_line(row) if row is not None else None


async def mails_since(session: AsyncSession, user_id: UUID, *, since: datetime) -> int:
    """How many mails about actions left, or were meant to, since then."""
    query = select(func.count(distinct(Notice.mail_message_id))).where(
        Notice.user_id == user_id,
        Notice.kind != NoticeKind.RECONNECT,
        Notice.created_at >= since,
        Notice.state != DeliveryState.FAILED,
    )
    return await session.scalar(query) or 0


async def claim_action_notices(
    session: AsyncSession,
    user_id: UUID,
    action_ids: Sequence[UUID],
    *,
    mail_message_id: str,
    now: datetime,
    kind: NoticeKind = NoticeKind.ACTION,
    refused: str | None = None,
) -> set[UUID]:
    """Actions nobody had told of, now claimed by this mail; with `refused`, recorded as not told and why."""
    rows = [
        {
            "user_id": user_id,
            "kind": kind,
            "subject_id": action_id,
            "state": DeliveryState.FAILED if refused else DeliveryState.SENDING,
            "mail_message_id": mail_message_id,
            "created_at": now,
            "error": refused,
        }
        for action_id in sorted(action_ids)  # one order for everybody, so that two claims cannot lock each other out
    ]
    statement = insert(Notice).values(rows).on_conflict_do_nothing().returning(Notice.subject_id)
    return set(await session.scalars(statement))


async def claim_reconnect_notice(
    session: AsyncSession, mailbox: Mailbox, *, mail_message_id: str, now: datetime
) -> bool:
    """Whether this death of the grant is still to be told: one notice for each time the mailbox stops working."""
    revived = [each for each in (mailbox.last_synced_at, mailbox.granted_at) if each is not None]
    claim = insert(Notice).values(
        user_id=mailbox.user_id,
        kind=NoticeKind.RECONNECT,
        subject_id=mailbox.id,
        state=DeliveryState.SENDING,
        mail_message_id=mail_message_id,
        created_at=now,
    )
    again = claim.on_conflict_do_update(
        index_elements=[Notice.user_id, Notice.kind, Notice.subject_id],
        set_={
            "state": claim.excluded.state,
            "mail_message_id": claim.excluded.mail_message_id,
            "created_at": claim.excluded.created_at,
            "sent_at": None,
            "error": None,
        },
        # it was told, worked again since, and has died anew
        where=Notice.created_at < max(revived) if revived else false(),
    ).returning(Notice.id)
    return await session.scalar(again) is not None


async def mark_notices(
    session: AsyncSession, user_id: UUID, *, mail_message_id: str, now: datetime, error: str | None
) -> None:
    await session.execute(
        update(Notice)
        .where(
            Notice.user_id == user_id,
            Notice.mail_message_id == mail_message_id,
            Notice.state == DeliveryState.SENDING,
        )
        .values(_outcome(now, error))
    )


async def has_mailbox_before(session: AsyncSession, user_id: UUID, *, moment: datetime) -> bool:
    query = select(exists().where(Mailbox.user_id == user_id, Mailbox.created_at < moment))
    return bool(await session.scalar(query))


async def claim_digest(
    session: AsyncSession,
    user_id: UUID,
    day: date,
    *,
    mail_message_id: str,
    counts: Mapping[str, Any],
    now: datetime,
) -> bool:
    statement = (
        insert(Digest)
        .values(
            user_id=user_id,
            day=day,
            state=DeliveryState.SENDING,
            mail_message_id=mail_message_id,
            counts=dict(counts),
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Digest.user_id, Digest.day])
        .returning(Digest.id)
    )
    return await session.scalar(statement) is not None


async def mark_digest(session: AsyncSession, user_id: UUID, day: date, *, now: datetime, error: str | None) -> None:
    await session.execute(
        update(Digest)
        .where(Digest.user_id == user_id, Digest.day == day, Digest.state == DeliveryState.SENDING)
        .values(_outcome(now, error))
    )


async def users_without_digest(
    session: AsyncSession, days: Mapping[str, date], *, after: UUID | None, limit: int
) -> list[UUID]:
    """Users in the order of their ids who are owed the digest of their zone's day; `days` is day by zone name."""
    # a zone we do not know must not make one user's bad row stop everybody's digest
    zone = case((User.timezone == any_(_texts(days)), User.timezone), else_=FALLBACK_ZONE)
    # never more than three different days at once on this planet, so no join is needed to find a zone's
    day = case(*((zone == any_(_texts(zones)), literal(day, Date)) for day, zones in _zones_by_day(days).items()))
    day_over = func.timezone(zone, (day + 1).cast(DateTime(timezone=False)))
    query = (
        select(User.id)
        .where(
            User.digest_enabled,
            exists().where(Mailbox.user_id == User.id, Mailbox.created_at < day_over, _from(Mailbox.user_id, after)),
            ~exists().where(Digest.user_id == User.id, Digest.day == day),
            _from(User.id, after),
        )
        .order_by(User.id)
        .limit(limit)
    )
    return list(await session.scalars(query))


def _zones_by_day(days: Mapping[str, date]) -> dict[date, list[str]]:
    zones: dict[date, list[str]] = {}
    for name, day in days.items():
        zones.setdefault(day, []).append(name)
    return zones


def _texts(names: Iterable[str]) -> ColumnElement[Any]:
    return literal(list(names), ARRAY(Text))


def _from(key: SQLColumnExpression[UUID], after: UUID | None) -> ColumnElement[bool]:
    """Where the page begins, said of each table that is read in this order: or each page reads it from its start."""
    return key > after if after else true()


def action_line(row: Any) -> ActionLine:
    """From a row of the columns ACTION and LETTER."""
    return ActionLine(
        action_id=row[0],
        kind=row[1],
        payload=row[2],
        state=row[3],
        risk=row[4],
        reasons=tuple(row[5]),
        error=row[6],
        expires_at=row[7],
        confidence=None if row[9] else row[8],
        letter=Letter(*row[10:14]),
    )


def _outcome(now: datetime, error: str | None) -> dict[str, Any]:
    if error:
        return {"state": DeliveryState.FAILED, "error": error}
    return {"state": DeliveryState.SENT, "sent_at": now, "error": None}
