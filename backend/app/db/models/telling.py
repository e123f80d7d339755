"""What the person was told: notices and digests."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, Owned


class NoticeKind(StrEnum):
    ACTION = "action"
    ESCALATION = "escalation"
    """It still waits, and not for much longer."""
    TROUBLE = "trouble"
    """It was to be done, and was not, or nobody knows."""
    RECONNECT = "reconnect"


class DeliveryState(StrEnum):
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


DELIVERY_STATES = ", ".join(f"'{state}'" for state in DeliveryState)


class Notice(Owned, Base):
    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "subject_id"),
        CheckConstraint(f"state IN ({DELIVERY_STATES})", name="state"),
    )

    kind: Mapped[str]
    subject_id: Mapped[UUID]
    """The action or mailbox it is about; one notice of a kind for each."""
    state: Mapped[str]
    mail_message_id: Mapped[str]
    """Message-ID of the mail; our own mail is recognised by it and never triaged."""
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]


class Digest(Owned, Base):
    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("user_id", "day"),
        CheckConstraint(f"state IN ({DELIVERY_STATES})", name="state"),
    )

    day: Mapped[date]
    """The day it tells about, in the user's time zone."""
    state: Mapped[str]
    mail_message_id: Mapped[str]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]
