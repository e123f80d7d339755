"""Queries over conversations and messages, many rows at a time: one statement each, whatever their number.

Rows travel as one JSON text, which costs a fraction of binding forty columns for each of them.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, any_, cast, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only
from uuid_utils.compat import uuid7

from app.db.models import Message, MessageState, utc_now
from app.mail.provider import UNSEEN_LABELS
from app.mail.repository import MailboxRef

UNKNOWN: Final = text("""
    SELECT wanted.id FROM unnest(CAST(:ids AS text[])) WITH ORDINALITY AS wanted(id, place)
    WHERE NOT EXISTS (SELECT FROM messages WHERE mailbox_id = :mailbox_id AND provider_message_id = wanted.id)
    AND NOT EXISTS (SELECT FROM fetch_failures WHERE mailbox_id = :mailbox_id AND provider_message_id = wanted.id)
    ORDER BY wanted.place
""")
STORE_CONVERSATIONS: Final = text("""
    INSERT INTO conversations (id, user_id, mailbox_id, provider_thread_id, subject, last_message_at)
    SELECT id, :user_id, :mailbox_id, thread_id, subject, last_message_at
    FROM json_to_recordset(CAST(:rows AS json))
        AS given(id uuid, thread_id text, subject text, last_message_at timestamptz)
    ON CONFLICT (mailbox_id, provider_thread_id)
        DO UPDATE SET last_message_at = greatest(conversations.last_message_at, excluded.last_message_at)
    RETURNING provider_thread_id, id
""")
COLUMNS: Final = ", ".join(f'"{column.name}"' for column in Message.__table__.columns)
STORE_MESSAGES: Final = text(f"""
    INSERT INTO messages ({COLUMNS}) SELECT {COLUMNS} FROM json_populate_recordset(NULL::messages, CAST(:rows AS json))
    ON CONFLICT (mailbox_id, provider_message_id) DO NOTHING
    RETURNING id
""")  # noqa: S608 - names of columns


def _blank_row() -> Mapping[str, Any]:
    made_later = {"id", "created_at"}
    columns = [column for column in Message.__table__.columns if column.name not in made_later]
    defaults = {column.name: column.default for column in columns}
    return {
        name: None if default is None else default.arg(None) if default.is_callable else default.arg
        for name, default in defaults.items()
    }


BLANK: Final = _blank_row()
"""What a row holds that is not said otherwise."""


@dataclass(frozen=True, slots=True)
class ThreadRow:
    thread_id: str
    subject: str
    last_message_at: datetime


async def unknown_ids(session: AsyncSession, mailbox_id: UUID, provider_ids: Sequence[str]) -> list[str]:
    """Those of the ids that are neither stored nor known to have failed, in their order."""
    found = await session.scalars(UNKNOWN, {"ids": list(provider_ids), "mailbox_id": mailbox_id})
    return list(found)


async def store_conversations(
    session: AsyncSession, mailbox: MailboxRef, threads: Iterable[ThreadRow]
) -> dict[str, UUID]:
    """Thread id to conversation, each made or brought up to date; no thread may come twice."""
    rows = [
        {
            "id": str(uuid7()),
            "thread_id": thread.thread_id,
            "subject": thread.subject,
            "last_message_at": thread.last_message_at.isoformat(),
        }
        for thread in threads
    ]
    found = await session.execute(
        STORE_CONVERSATIONS,
        {"user_id": mailbox.user_id, "mailbox_id": mailbox.mailbox_id, "rows": json.dumps(rows)},
    )
    return dict(found.all())


async def store_messages(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """The ids of the rows that are new; each row names its id."""
    now = utc_now()
    whole = [{**BLANK, "created_at": now, **row} for row in rows]
    return set(await session.scalars(STORE_MESSAGES, {"rows": json.dumps(whole, default=_as_text)}))


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


async def oldest_of(session: AsyncSession, mailbox_id: UUID, provider_ids: Collection[str]) -> datetime | None:
    """When the oldest of these messages came, of those that are stored."""
    mine = and_(
        Message.mailbox_id == mailbox_id, Message.provider_message_id == any_(cast(list(provider_ids), ARRAY(Text)))
    )
    return await session.scalar(select(func.min(Message.received_at)).where(mine))


async def locked_messages(session: AsyncSession, mailbox_id: UUID, provider_ids: Collection[str]) -> list[Message]:
    """Those that are stored, without their texts, locked."""
    found = await session.scalars(
        select(Message)
        .where(Message.mailbox_id == mailbox_id, Message.provider_message_id.in_(provider_ids))
        .options(
            load_only(
                Message.provider_message_id,
                Message.direction,
                Message.state,
                Message.labels,
                Message.received_at,
                Message.rfc_message_id,
            )
        )
        .order_by(Message.id)
        .with_for_update()
    )
    return list(found)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time: from `after` on, and before `before`; None is without an end."""

    after: datetime | None
    before: datetime | None


async def start_of_newest(session: AsyncSession, mailbox_id: UUID, window: Window, *, most: int) -> datetime | None:
    """The moment, a whole second, from which on about so many messages of the window came; None when it holds fewer."""
    query = select(Message.received_at).where(*_within(mailbox_id, window))
    found = await session.scalar(query.order_by(Message.received_at.desc()).offset(most).limit(1))
    return None if found is None else found.replace(microsecond=0)


async def hidden_differently(
    session: AsyncSession, mailbox_id: UUID, window: Window, listed: Collection[str]
) -> list[str]:
    """What is in sight with us and not in this listing of the window, or the other way round.

    What is known to be deleted is not asked about again: each question costs as much as fetching a message.
    """
    ids = cast(list(listed), ARRAY(Text))
    hidden = Message.labels.overlap(list(UNSEEN_LABELS))
    is_listed = Message.provider_message_id == any_(ids)
    deleted = Message.deleted_at.is_not(None)
    gone = and_(*_within(mailbox_id, window), ~deleted, ~hidden, ~is_listed)
    back = and_(Message.mailbox_id == mailbox_id, or_(hidden, deleted), is_listed)
    return list(await session.scalars(select(Message.provider_message_id).where(or_(gone, back))))


def _within(mailbox_id: UUID, window: Window) -> Iterator[ColumnElement[bool]]:
    yield Message.mailbox_id == mailbox_id
    if window.after is not None:
        yield Message.received_at >= window.after
    if window.before is not None:
        yield Message.received_at < window.before


async def correct_label(
    session: AsyncSession, mailbox_id: UUID, label: str, *, having: Collection[str], lacking: Collection[str]
) -> None:
    """Add the label to those that have it at the provider, and take it from those that lack it there."""
    mine = Message.mailbox_id == mailbox_id
    has_it = Message.labels.contains([label])
    await session.execute(
        update(Message)
        .where(mine, Message.provider_message_id == any_(cast(list(having), ARRAY(Text))), ~has_it)
        .values(labels=func.array_append(Message.labels, label))
    )
    await session.execute(
        update(Message)
        .where(mine, Message.provider_message_id == any_(cast(list(lacking), ARRAY(Text))), has_it)
        .values(labels=func.array_remove(Message.labels, label))
    )


async def mark_deleted(
    session: AsyncSession, mailbox_id: UUID, provider_ids: Collection[str], *, now: datetime
) -> None:
    """Deleted at the provider: the row stays, but nothing more is thought or done about it."""
    mine = and_(Message.mailbox_id == mailbox_id, Message.provider_message_id.in_(provider_ids))
    await session.execute(update(Message).where(mine).values(labels=[], deleted_at=now))
    await session.execute(
        update(Message)
        .where(mine, Message.state == MessageState.PENDING)
        .values(state=MessageState.IGNORED, error="It was deleted in Gmail before it was looked at.")
    )
