"""What happens to messages in the mailbox itself, as its history tells it: how the user corrects and teaches us."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, Owned, Unsigned64


class EventKind(StrEnum):
    ARCHIVED = "archived"
    MOVED_TO_INBOX = "moved_to_inbox"
    STARRED = "starred"
    UNSTARRED = "unstarred"
    READ = "read"
    UNREAD = "unread"
    MOVED_TO_SPAM = "moved_to_spam"
    OUT_OF_SPAM = "out_of_spam"
    TRASHED = "trashed"
    UNTRASHED = "untrashed"
    DELETED = "deleted"
    LABEL_ADDED = "label_added"
    LABEL_REMOVED = "label_removed"
    REPLIED = "replied"


class EventSource(StrEnum):
    USER = "user"
    """The user, in Gmail or another client; or a filter of theirs."""
    OURS = "ours"
    """An action of this system: known before it happened, and no feedback."""


class MailboxEvent(Owned, Base):
    """One change of one message; rows are only ever added."""

    __tablename__ = "mailbox_events"
    __table_args__ = (
        # A page of history that is read again after a crash says the same things again.
        UniqueConstraint("message_id", "kind", "detail", "history_id"),
        ForeignKeyConstraint(["user_id", "message_id"], ["messages.user_id", "messages.id"], ondelete="CASCADE"),
        Index("ix_mailbox_events_user", "user_id", "source", "at"),
        # The sweeper asks over all users what people have changed lately.
        Index("ix_mailbox_events_by_hand", "at", postgresql_where=text("source = 'user'")),
        CheckConstraint("source IN ('user', 'ours')", name="source"),
    )

    message_id: Mapped[UUID]
    kind: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    """Gmail's id of the label that was added or removed; replied: of the reply. Empty where it was deleted."""
    source: Mapped[str]
    action_id: Mapped[UUID | None]
    """The action that made it, where it is ours."""
    history_id: Mapped[int] = mapped_column(Unsigned64)
    """The record of Gmail's history that told of it; 0 for a reply."""
    at: Mapped[datetime]
    """When it was learnt, which is minutes after it happened; of a reply, when it was sent."""
