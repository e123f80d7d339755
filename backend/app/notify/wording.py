"""What kinds, risks and states are called in our mails: words that need no explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.db.models import ActionKind
from app.notify.strangers import shortened
from app.policy.sureness import sure_in_words

NAME_LIMIT: Final = 60
SUBJECT_LIMIT: Final = 100
REASON_LIMIT: Final = 200
TOLD_LABELS: Final = 4


@dataclass(frozen=True, slots=True)
class Tense:
    """How actions are called before and after they happened."""

    kinds: Mapping[str, str]
    label: str
    unlabel: str


PROPOSED: Final = Tense(
    kinds={
        ActionKind.REPLY: "Send a reply",
        ActionKind.DRAFT: "Save a draft of a reply",
        ActionKind.LABEL: "Change its labels",
        ActionKind.ARCHIVE: "Archive it",
        ActionKind.MARK_READ: "Mark it as read",
        ActionKind.SNOOZE: "Put it off",
        ActionKind.WAKE: "Bring it back to the inbox",
        ActionKind.REMIND: "Remind you of it",
        ActionKind.RSVP: "Answer the invitation",
        ActionKind.UNSUBSCRIBE: "Unsubscribe from this list",
        ActionKind.FORWARD: "Forward it",
    },
    label="Label it",
    unlabel="Remove the label",
)

DONE: Final = Tense(
    kinds={
        ActionKind.REPLY: "Sent a reply",
        ActionKind.DRAFT: "Saved a draft of a reply",
        ActionKind.LABEL: "Changed its labels",
        ActionKind.ARCHIVE: "Archived it",
        ActionKind.MARK_READ: "Marked it as read",
        ActionKind.SNOOZE: "Put it off",
        ActionKind.WAKE: "Brought it back to the inbox",
        ActionKind.REMIND: "Reminded you of it",
        ActionKind.RSVP: "Answered the invitation",
        ActionKind.UNSUBSCRIBE: "Unsubscribed from this list",
        ActionKind.FORWARD: "Forwarded it",
    },
    label="Labelled it",
    unlabel="Removed the label",
)

CATEGORIES: Final[Mapping[str, str]] = {
    "personal": "from people",
    "meeting": "about meetings",
    "invoice": "bills",
    "receipt": "receipts and orders",
    "finance": "from banks and offices",
    "legal": "legal matters",
    "security": "security alerts",
    "notification": "automatic notifications",
    "newsletter": "newsletters",
    "marketing": "advertising",
    "mailing_list": "from mailing lists",
    "auto_reply": "automatic answers",
    "bounce": "undelivered mail",
    "suspicious": "suspicious",
    "other": "other",
    "unread": "not looked at yet",
    "quarantined": "could not be read",
}


def person(name: str, address: str) -> str:
    """The address always stands there: a name alone is whatever its owner wants it to be."""
    name, address = shortened(name, NAME_LIMIT), shortened(address, 2 * NAME_LIMIT)
    if not address:
        return name or "an unknown sender"
    return f"{name} <{address}>" if name and name != address else address


def titled(subject: str) -> str:
    return shortened(subject, SUBJECT_LIMIT) or "(no subject)"


def what(kind: str, payload: Mapping[str, Any], tense: Tense) -> str:
    if kind != ActionKind.LABEL:
        return tense.kinds[kind]
    changes = ((tense.label, _labels(payload.get("add"))), (tense.unlabel, _labels(payload.get("remove"))))
    return "; ".join(f"{verb} {labels}" for verb, labels in changes if labels) or tense.kinds[kind]


def why(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(shortened(reason, REASON_LIMIT) for reason in reasons if reason.strip())


def sure(confidence: float | None) -> str:
    """A sentence, or nothing."""
    return "" if confidence is None else f"{sure_in_words(confidence).capitalize()}."


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def money(microdollars: int) -> str:
    return "less than $0.01" if 0 < microdollars < 10_000 else f"${microdollars / 1_000_000:.2f}"  # noqa: PLR2004


def _labels(value: object) -> str:
    names = [str(name) for name in value] if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
    return ", ".join(shortened(name, NAME_LIMIT) for name in names[:TOLD_LABELS])
