"""Mailboxes, conversations and messages: the queue of record."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, Owned, Unsigned64

LIST_ID: Final = literal_column("left(headers #>> '{list-id,0}', 200)")
"""The header List-Id of a message, cut so that it fits an index; written as the index has it, else that is idle."""


class MailboxState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    NEEDS_RECONNECT = "needs_reconnect"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class MessageState(StrEnum):
    PENDING = "pending"
    TRIAGING = "triaging"
    TRIAGED = "triaged"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"


class Mailbox(Owned, Base):
    __tablename__ = "mailboxes"
    __table_args__ = (
        UniqueConstraint("user_id", "id"),
        Index("uq_mailboxes_address", "user_id", "provider", "address", unique=True),
        Index("ix_mailboxes_of_address", "address"),
        Index("ix_mailboxes_due", "next_sync_at", postgresql_where=text("state = 'active'")),
        Index(
            "ix_mailboxes_waiting",
            "not_before",
            postgresql_where=text("state = 'active' AND not_before = next_sync_at"),
        ),
        CheckConstraint("state IN ('active', 'paused', 'needs_reconnect')", name="state"),
    )

    provider: Mapped[str] = mapped_column(default="gmail")
    address: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(default=list)
    """Further addresses that are the user's own, lower case."""
    send_as: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Addresses that mail may be sent from, the usual one first; each: address, name, signature (plain text)."""
    send_as_read_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default=MailboxState.ACTIVE)
    state_reason: Mapped[str | None]
    live_kinds: Mapped[list[str]] = mapped_column(default=list)
    """Kinds of step that may happen here unasked; none is shadow mode, in which everything is only shown."""

    refresh_token_encrypted: Mapped[bytes | None]
    access_token_encrypted: Mapped[bytes | None]
    access_token_expires_at: Mapped[datetime | None]
    granted_at: Mapped[datetime | None]
    """When the person last gave consent."""
    granted_scopes: Mapped[list[str] | None]
    """What Google allows with it; None where that was never told."""
    renewal_id: Mapped[UUID | None]
    renewal_until: Mapped[datetime | None]
    """Some worker fetches a new access token until then, by the clock of the database; all others wait for it."""

    history_id: Mapped[int | None] = mapped_column(Unsigned64)
    """Gmail's cursor, an unsigned 64-bit number; commits together with the rows it covers, only forward."""
    first_sync_cursor: Mapped[int | None] = mapped_column(Unsigned64)
    """Taken before a first (or full) sync lists anything; becomes `history_id` when that sync is complete."""
    first_sync_done_at: Mapped[datetime | None]
    sync_window_days: Mapped[int | None]
    """How far back the first sync goes; None is everything."""
    sync_window_messages: Mapped[int | None]
    """How many messages the first sync takes at most, the newest; None is all in the window."""
    walk_at: Mapped[datetime | None]
    """When older mail that was asked for, or what Gmail lists, is looked at next."""

    next_sync_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    """Gmail asked for patience until then."""
    lease_id: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    last_synced_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    units_spent: Mapped[int] = mapped_column(BigInteger, default=0)

    watch_topic: Mapped[str | None]
    """Pub/Sub topic that Gmail tells of changes in this mailbox."""
    watch_expires_at: Mapped[datetime | None]
    watch_renew_at: Mapped[datetime | None]
    watch_error: Mapped[str | None]
    """Why Gmail did not begin or renew the watch, in words for the operator."""
    pushed_at: Mapped[datetime | None]
    """When Gmail last told of a change: a sync that began earlier may not have seen it."""
    push_published_at: Mapped[datetime | None]
    """When Pub/Sub took that notice over; what was published earlier tells nothing new."""
    push_count: Mapped[int] = mapped_column(BigInteger, default=0)
    """How many notices told of something new."""
    news_at: Mapped[datetime | None]
    """When a poll last found anything."""


class Conversation(Owned, Base):
    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("user_id", "id"),
        UniqueConstraint("mailbox_id", "provider_thread_id"),
        ForeignKeyConstraint(["user_id", "mailbox_id"], ["mailboxes.user_id", "mailboxes.id"], ondelete="CASCADE"),
    )

    mailbox_id: Mapped[UUID]
    provider_thread_id: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    last_message_at: Mapped[datetime | None]


class Message(Owned, Base):
    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("user_id", "id"),
        UniqueConstraint("mailbox_id", "provider_message_id"),
        ForeignKeyConstraint(["user_id", "mailbox_id"], ["mailboxes.user_id", "mailboxes.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["user_id", "conversation_id"], ["conversations.user_id", "conversations.id"], ondelete="CASCADE"
        ),
        Index("ix_messages_conversation", "conversation_id", "received_at"),
        Index("ix_messages_open", "not_before", postgresql_where=text("state IN ('pending', 'triaging')")),
        Index("ix_messages_sender", "user_id", "sender_address"),
        Index("ix_messages_received", "mailbox_id", "received_at"),
        Index("ix_messages_list", "user_id", LIST_ID, postgresql_where=LIST_ID.is_not(None)),
        Index("ix_messages_calendar", "user_id", "received_at", postgresql_where=text("calendar IS NOT NULL")),
        Index("ix_messages_recipients", "recipients", postgresql_using="gin"),
        CheckConstraint("state IN ('pending', 'triaging', 'triaged', 'quarantined', 'ignored')", name="state"),
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
    )

    mailbox_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    provider_message_id: Mapped[str]
    direction: Mapped[str]
    state: Mapped[str] = mapped_column(default=MessageState.PENDING)
    error: Mapped[str | None]
    """Why it is quarantined, or what the last attempt failed with, in words for the user."""
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]

    rfc_message_id: Mapped[str | None]
    in_reply_to: Mapped[str | None]
    references: Mapped[list[str]] = mapped_column(default=list)
    sender_name: Mapped[str] = mapped_column(default="")
    sender_address: Mapped[str] = mapped_column(default="")
    """Lower case; empty when there is none that can be read."""
    reply_to: Mapped[list[str]] = mapped_column(default=list)
    to: Mapped[list[str]] = mapped_column(default=list)
    cc: Mapped[list[str]] = mapped_column(default=list)
    recipients: Mapped[list[str]] = mapped_column(default=list)
    """To, Cc and Bcc together, lower case, for looking up prior contact."""
    subject: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    """The Date header, None where it is missing or nonsense."""
    received_at: Mapped[datetime]
    """Gmail's internalDate."""
    labels: Mapped[list[str]] = mapped_column(default=list)
    """Gmail's; mail that was archived and read has none."""
    deleted_at: Mapped[datetime | None]
    """When it was found to be no longer at Gmail."""
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Lower-case name to list of values: list, automatic-mail and authentication headers, as parse.KEPT_HEADERS."""
    text: Mapped[str] = mapped_column(default="")
    """What this message says itself, as canonical plain text."""
    quoted_text: Mapped[str] = mapped_column(default="")
    html: Mapped[str | None]
    calendar: Mapped[str | None]
    """The first text/calendar part, as text."""
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Each: filename, mime_type, size (bytes)."""
    hidden_characters: Mapped[int] = mapped_column(default=0)
    """How much text the sender hid from the eye."""
    problems: Mapped[list[str]] = mapped_column(default=list)
    """What was damaged and how it was read all the same."""
    size: Mapped[int] = mapped_column(default=0)
