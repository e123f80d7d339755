"""What was thought about a message and what is done about it: verdicts and actions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.models.base import Base, Owned, utc_now


class ActionKind(StrEnum):
    REPLY = "reply"
    DRAFT = "draft"
    LABEL = "label"
    ARCHIVE = "archive"
    MARK_READ = "mark_read"
    SNOOZE = "snooze"
    """Leaves the inbox until a time."""
    WAKE = "wake"
    """Back in the inbox, when the time of a snooze has come."""
    REMIND = "remind"
    RSVP = "rsvp"
    """Answer an invitation."""
    UNSUBSCRIBE = "unsubscribe"
    FORWARD = "forward"


class ActionState(StrEnum):
    PROPOSED = "proposed"
    EDITED = "edited"
    """Still waits, with a text or recipients that the person chose."""
    APPROVED = "approved"
    EXECUTING = "executing"
    DONE = "done"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNDOING = "undoing"
    UNDONE = "undone"


STATES = ", ".join(f"'{state}'" for state in ActionState)
KINDS = ", ".join(f"'{kind}'" for kind in ActionKind)
MARKS = "requested AND kind = 'label' AND state IN ('approved', 'done') AND undone_by IS NULL"
EXPIRING = "state IN ('proposed', 'edited', 'approved')"
LEFT_DRAFTS = "kind = 'draft' AND state = 'done' AND provider_draft_id IS NOT NULL"
UNDER_WAY = "state IN ('approved', 'executing', 'undoing')"


class Verdict(Owned, Base):
    __tablename__ = "verdicts"
    __table_args__ = (
        UniqueConstraint("message_id"),
        ForeignKeyConstraint(["user_id", "message_id"], ["messages.user_id", "messages.id"], ondelete="CASCADE"),
        Index("ix_verdicts_by_pattern", "user_id", "created_at", postgresql_where=text("engine = 'pattern'")),
        Index("ix_verdicts_unlearned", "user_id", postgresql_where=text("draft IS NOT NULL AND learned_at IS NULL")),
    )

    message_id: Mapped[UUID]
    category: Mapped[str]
    needs_reply: Mapped[bool]
    urgency: Mapped[str]
    deadline: Mapped[date | None]
    summary: Mapped[str]
    asks: Mapped[list[str]] = mapped_column(default=list)
    signals: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reasons: Mapped[list[str]] = mapped_column(default=list)
    confidence: Mapped[float]
    risk: Mapped[str]
    engine: Mapped[str]
    """'offline', or provider:model."""
    prompt_version: Mapped[str] = mapped_column(default="")
    draft: Mapped[str | None]
    """The reply as it was proposed; what was sent in the end is held against it once, to learn from."""
    learned_at: Mapped[datetime | None]


class ActionColumns:
    """The same in the live table and in the archive."""

    mailbox_id: Mapped[UUID]
    message_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What `app.actions.kinds` has for the kind."""
    requested: Mapped[bool] = mapped_column(default=False)
    """The person asked for it by themselves; nobody proposed it."""
    content_hash: Mapped[bytes]
    """Of kind, message, recipients and content; what was approved is compared with it before it happens."""
    state: Mapped[str] = mapped_column(default=ActionState.PROPOSED)
    decision: Mapped[str]
    """'act' or 'ask'."""
    risk: Mapped[str]
    confidence: Mapped[float]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    rule: Mapped[str] = mapped_column(default="")
    policy_version: Mapped[str] = mapped_column(default="")
    approved_hash: Mapped[bytes | None]
    decided_by: Mapped[str | None]
    """'policy' or 'user'."""
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    """When it reached a state that nothing follows by itself."""
    escalated_at: Mapped[datetime | None]
    """Since when a waiting action counts as urgent."""
    undone_by: Mapped[str | None]
    """'user', or 'worker' for what went out of date; set when the undoing begins."""
    provider_draft_id: Mapped[str | None]
    draft_hash: Mapped[bytes | None]
    """Of what the stored draft says; a draft that says something else by now is the person's own."""
    provider_result_id: Mapped[str | None]
    """Message id of what was sent."""
    undo: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What would put things back: labels added and removed by this action."""
    attempts: Mapped[int] = mapped_column(default=0)
    tries_before: Mapped[int] = mapped_column(default=0)
    """Attempts made before a person asked for it anew; attempts only rise, or they would fence nothing."""
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    """Not done before; of a waiting action: not shown before, because the person wants to be asked later."""
    error: Mapped[str | None]
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)


class Action(Owned, ActionColumns, Base):
    __tablename__ = "actions"
    __table_args__ = (
        UniqueConstraint("user_id", "id"),
        # A message may be snoozed again and again, but is judged once.
        Index("uq_actions_proposed", "message_id", "kind", unique=True, postgresql_where=text("NOT requested")),
        ForeignKeyConstraint(["user_id", "message_id"], ["messages.user_id", "messages.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["user_id", "mailbox_id"], ["mailboxes.user_id", "mailboxes.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["user_id", "conversation_id"], ["conversations.user_id", "conversations.id"], ondelete="CASCADE"
        ),
        Index("ix_actions_queue", "user_id", "state", "created_at"),
        Index("ix_actions_message", "message_id", "kind"),
        # What says that a reminder waits: the sweeper takes it off where none does.
        Index("ix_actions_marks", "message_id", postgresql_where=text(MARKS)),
        Index("ix_actions_conversation", "conversation_id", "state"),
        Index("ix_actions_open", "not_before", postgresql_where=text(UNDER_WAY)),
        Index("ix_actions_lane", "mailbox_id", "decided_at", postgresql_where=text(UNDER_WAY)),
        Index("ix_actions_expiring", "expires_at", postgresql_where=text(EXPIRING)),
        Index("ix_actions_drafts", "conversation_id", postgresql_where=text(LEFT_DRAFTS)),
        Index("ix_actions_resolved", "resolved_at", postgresql_where=text("resolved_at IS NOT NULL")),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("decision IN ('act', 'ask')", name="decision"),
    )


class ArchivedAction(Owned, ActionColumns, Base):
    """Actions resolved long ago, moved here whole; without keys to mail that may be gone."""

    __tablename__ = "action_archive"

    archived_at: Mapped[datetime] = mapped_column(default=utc_now)
