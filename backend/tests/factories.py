"""Rows for tests: each has what the table asks for, and what the test names."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Action, ActionKind, Base, Conversation, Mailbox, Message, User, Verdict
from app.mail import quota_repository

Row = TypeVar("Row", bound=Base)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


async def _add(session: AsyncSession, row: Row) -> Row:
    session.add(row)
    await session.flush()  # so that the row's defaults are there and later rows may point at it
    return row


async def add_user(session: AsyncSession, **over: Any) -> User:
    values: dict[str, Any] = {"email": f"ana-{uuid4().hex[:8]}@example.org", "name": "Ana Lindqvist"}
    return await _add(session, User(**(values | over)))


async def add_mailbox(session: AsyncSession, user: User, **over: Any) -> Mailbox:
    """Not in shadow mode, as a new one would be: most tests are about what happens."""
    values: dict[str, Any] = {
        "user_id": user.id,
        "address": user.email,
        "next_sync_at": NOON,
        "live_kinds": list(ActionKind),
    }
    return await _add(session, Mailbox(**(values | over)))


async def add_conversation(session: AsyncSession, mailbox: Mailbox, **over: Any) -> Conversation:
    values: dict[str, Any] = {
        "user_id": mailbox.user_id,
        "mailbox_id": mailbox.id,
        "provider_thread_id": uuid4().hex[:16],
        "last_message_at": NOON,
    }
    return await _add(session, Conversation(**(values | over)))


async def add_message(session: AsyncSession, mailbox: Mailbox, **over: Any) -> Message:
    """An incoming message in a conversation of its own, unless `conversation_id` is given."""
    if "conversation_id" not in over:
        over["conversation_id"] = (await add_conversation(session, mailbox)).id
    values: dict[str, Any] = {
        "user_id": mailbox.user_id,
        "mailbox_id": mailbox.id,
        "provider_message_id": uuid4().hex[:16],
        "direction": "in",
        "rfc_message_id": f"<{uuid4().hex}@example.com>",
        "sender_name": "Erik Berg",
        "sender_address": "erik@example.com",
        "to": [mailbox.address],
        "recipients": [mailbox.address],
        "subject": "The offer",
        "text": "Hi Ana, could you send me the offer by Friday?",
        "received_at": NOON,
        "sent_at": NOON,
        "labels": ["INBOX", "UNREAD"],
    }
    return await _add(session, Message(**(values | over)))


async def add_verdict(session: AsyncSession, message: Message, **over: Any) -> Verdict:
    values: dict[str, Any] = {
        "user_id": message.user_id,
        "message_id": message.id,
        "category": "personal",
        "needs_reply": True,
        "urgency": "normal",
        "summary": "Erik asks for the offer.",
        "confidence": 0.8,
        "risk": "medium",
        "engine": "offline",
    }
    return await _add(session, Verdict(**(values | over)))


async def add_action(session: AsyncSession, message: Message, **over: Any) -> Action:
    """An archive action that waits for the person; its hash is a placeholder that fits no content."""
    values: dict[str, Any] = {
        "user_id": message.user_id,
        "mailbox_id": message.mailbox_id,
        "message_id": message.id,
        "conversation_id": message.conversation_id,
        "kind": "archive",
        "content_hash": hashlib.sha256(uuid4().bytes).digest(),
        "state": "proposed",
        "decision": "ask",
        "risk": "medium",
        "confidence": 0.8,
        "reasons": ["A newsletter."],
        "expires_at": NOON + timedelta(days=7),
    }
    return await _add(session, Action(**(values | over)))


async def add_units(session: AsyncSession, mailbox: Mailbox, method: str, *, calls: int, units: int) -> None:
    """Spent today, as a worker writes it down."""
    await quota_repository.add_units(session, {(mailbox.id, method): quota_repository.Spent(calls, units)})
