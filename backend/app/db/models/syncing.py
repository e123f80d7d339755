"""What sync remembers beside the cursor: messages that could not be fetched yet, and walks through a listing."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, Owned


class FetchFailure(Owned, Base):
    """A message that is in the mailbox and not stored; tried again by itself, while all other mail goes on."""

    __tablename__ = "fetch_failures"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "provider_message_id"),
        ForeignKeyConstraint(["user_id", "mailbox_id"], ["mailboxes.user_id", "mailboxes.id"], ondelete="CASCADE"),
        Index("ix_fetch_failures_due", "mailbox_id", "not_before"),
    )

    mailbox_id: Mapped[UUID]
    provider_message_id: Mapped[str]
    reason: Mapped[str]
    """In words for the user; nothing of the mail."""
    attempts: Mapped[int] = mapped_column(default=1)
    not_before: Mapped[datetime]
    left_out_at: Mapped[datetime | None]
    """When the person said to leave it; then it is not tried again until they say so."""


class WalkKind(StrEnum):
    FIRST = "first"
    """The first sync of a mailbox."""
    RESYNC = "resync"
    """The same again, after Gmail had forgotten the cursor."""
    BACKFILL = "backfill"
    """Older mail that the user asked for."""
    RECONCILE = "reconcile"
    """What Gmail lists, held against what is stored."""


class Walk(Owned, Base):
    """One way through the listing of a mailbox, newest first, in blocks; resumable at any point.

    What is stored is not fetched again, so the place is a block, and what is done of it shows in the messages.
    """

    __tablename__ = "walks"
    __table_args__ = (
        ForeignKeyConstraint(["user_id", "mailbox_id"], ["mailboxes.user_id", "mailboxes.id"], ondelete="CASCADE"),
        Index("uq_walks_open", "mailbox_id", "kind", unique=True, postgresql_where=text("finished_at IS NULL")),
        Index("ix_walks_mailbox", "mailbox_id", "kind", "created_at"),
        CheckConstraint("kind IN ('first', 'resync', 'backfill', 'reconcile')", name="kind"),
    )

    mailbox_id: Mapped[UUID]
    kind: Mapped[str]
    after: Mapped[datetime | None]
    before: Mapped[datetime | None]
    most: Mapped[int | None]
    """How many messages at most, the newest; None is all."""
    reached: Mapped[datetime | None]
    """Where the listing ended, if that was at its number of messages: what came then or later is listed."""
    page: Mapped[str | None]
    """Where the block begins that is worked on; None is the first."""
    passed: Mapped[int] = mapped_column(default=0)
    """Messages listed in the blocks before that one."""
    expected: Mapped[int | None]
    """Messages in all; exact once the last block is listed, Gmail's estimate until then."""
    done: Mapped[int] = mapped_column(default=0)
    """Messages listed, of which each is stored or has a row that says why not."""
    missing: Mapped[int] = mapped_column(default=0)
    """Of these, how many were not stored when they were listed."""
    units_left: Mapped[int] = mapped_column(default=0)
    """What is still to be fetched will cost, in quota units."""
    gap_since: Mapped[datetime | None]
    """Since when no history tells what came: of that time spam and rubbish is fetched too, as by a history."""
    listed_at: Mapped[datetime | None]
    """When the listing had come to its end; what is left then is to compare."""
    compared_from: Mapped[datetime | None]
    """What came at that moment or later is compared; None is nothing so far."""
    finished_at: Mapped[datetime | None]
