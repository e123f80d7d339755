"""What our mails tell about, read from the database once and not changed after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from app.db.models import MailboxState

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Letter:
    """The message a line is about."""

    message_id: UUID
    sender_name: str
    sender_address: str
    subject: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    action_id: UUID
    letter: Letter
    kind: str
    payload: Mapping[str, Any]
    state: str
    risk: str
    reasons: tuple[str, ...]
    error: str | None
    expires_at: datetime
    confidence: float | None
    """None of what the person asked for: nobody had to be sure of it."""


@dataclass(frozen=True, slots=True)
class ImportantLine:
    letter: Letter
    summary: str
    needs_reply: bool
    urgent: bool


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    letter: Letter
    deadline: date
    summary: str


@dataclass(frozen=True, slots=True)
class QuarantinedLine:
    letter: Letter
    error: str | None


@dataclass(frozen=True, slots=True)
class MailboxLine:
    address: str
    state: str
    last_synced_at: datetime | None


@dataclass(frozen=True, slots=True)
class UndeliveredLine:
    """Mails of ours that did not reach the person, by reason."""

    reason: str
    number: int


@dataclass(frozen=True, slots=True)
class ModelCost:
    calls: int
    microdollars: int
    unpriced_calls: int
    """Calls of models whose price is not known."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[Line]):
    """The first few of them, and how many there are."""

    total: int
    shown: tuple[Line, ...]

    @property
    def rest(self) -> int:
        return self.total - len(self.shown)


@dataclass(frozen=True, slots=True)
class DayFacts:
    """Everything one digest tells."""

    incoming: Mapping[str, int]
    """Number by category."""
    important: Listed[ImportantLine]
    done_unasked: Listed[ActionLine]
    done_approved: int
    waiting: Listed[ActionLine]
    deadlines: Listed[DeadlineLine]
    failed: Listed[ActionLine]
    quarantined: Listed[QuarantinedLine]
    undelivered: tuple[UndeliveredLine, ...]
    mailboxes: tuple[MailboxLine, ...]
    cost: ModelCost
    by_habit: int
    """Messages that no model was asked about, because of what the person always does."""

    @property
    def broken_mailboxes(self) -> tuple[str, ...]:
        return tuple(box.address for box in self.mailboxes if box.state == MailboxState.NEEDS_RECONNECT)

    @property
    def counts(self) -> dict[str, Any]:
        """What is kept in the row of the digest; numbers only."""
        return {
            "incoming": sum(self.incoming.values()),
            "by_category": dict(self.incoming),
            "important": self.important.total,
            "done_unasked": self.done_unasked.total,
            "done_approved": self.done_approved,
            "waiting": self.waiting.total,
            "deadlines": self.deadlines.total,
            "failed": self.failed.total,
            "quarantined": self.quarantined.total,
            "undelivered": sum(line.number for line in self.undelivered),
            "by_habit": self.by_habit,
            "model_calls": self.cost.calls,
            "cost_microdollars": self.cost.microdollars,
        }

    @property
    def is_quiet(self) -> bool:
        numbers = {name: number for name, number in self.counts.items() if name != "by_category"}
        return not any(numbers.values()) and not self.broken_mailboxes
