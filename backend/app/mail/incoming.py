"""A fetched message as the values of its row, whatever its state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from app.db.models import Direction
from app.mail.parse import UnparsableError, parse_message
from app.mail.provider import RawMessage

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Incoming:
    provider_id: str
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
        return Incoming(raw.id, raw.thread_id, raw.internal_date, known, str(error))
    except Exception as error:
        # A fault of the parser's: the message waits in quarantine until the parser is mended, the rest goes on.
        log.exception("parse.failed", provider_message_id=raw.id)
        reason = f"This message could not be read ({type(error).__name__})."
        return Incoming(raw.id, raw.thread_id, raw.internal_date, known, reason)
    values = {**parsed.columns(), **known, "problems": [str(problem) for problem in parsed.problems]}
    return Incoming(raw.id, raw.thread_id, raw.internal_date, values, None)
