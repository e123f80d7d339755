"""Gmail's quota: what may be spent at once, and what has been spent."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, utc_now


class QuotaWindow(Base):
    """Bookings of the last minute by everybody who shares one limit: a Google user, or the whole project.

    Belongs to no user of ours, so only the system role may look; keys name nobody.
    """

    __tablename__ = "quota_windows"

    key: Mapped[str] = mapped_column(primary_key=True)
    bookings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Units by the tick they are meant for."""
    held_until: Mapped[datetime | None]
    """Google asked for patience until then: nobody sends anything."""
    booked_at: Mapped[datetime] = mapped_column(default=utc_now)


class QuotaDay(Base):
    """What the whole installation has spent on one day of Google's, which ends at midnight in California."""

    __tablename__ = "quota_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    units: Mapped[int] = mapped_column(BigInteger)


class MailboxUnits(Base):
    """Calls and units of one mailbox by method and day of Google's; written in batches, seconds late."""

    __tablename__ = "mailbox_units"
    __table_args__ = (
        ForeignKeyConstraint(["user_id", "mailbox_id"], ["mailboxes.user_id", "mailboxes.id"], ondelete="CASCADE"),
        Index("ix_mailbox_units_day", "day"),
    )

    mailbox_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    calls: Mapped[int] = mapped_column(BigInteger)
    units: Mapped[int] = mapped_column(BigInteger)
