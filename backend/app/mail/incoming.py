"""A fetched message as the values of its row, whatever its state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db.models import Direction
from app.mail.parse import UnparsableError, parse_message
from app.mail.provider import RawMessage


@dataclass(frozen=True, slots=True)
class Incoming:
    thread_id: str
    received_at: datetime
    values: dict[str, Any]
    error: str | None
    """Why it cannot be read, in words for the user."""


def incoming(raw: RawMessage) -> Incoming:
    """Parse what can be parsed. Never raises for what is in the mail: a failure is an outcome."""
    known: dict[str, Any] = {
        "provider_message_id": raw.id,
        # Gmail's word for it, not the From header, which anybody can write.
        "direction": Direction.OUT if "SENT" in raw.label_ids else Direction.IN,
        "received_at": raw.internal_date,
        "labels": sorted(raw.label_ids),
        "size": raw.size,
    }
    try:
        parsed = parse_message(raw)
    except UnparsableError as error:
        return Incoming(raw.thread_id, raw.internal_date, known, str(error))
    values = {**parsed.columns(), **known, "problems": [str(problem) for problem in parsed.problems]}
    return Incoming(raw.thread_id, raw.internal_date, values, None)
