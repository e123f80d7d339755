"""The verdict: what a message is, what it asks, by when, and what we would do."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Category(StrEnum):
    """What a message is."""

    PERSONAL = "personal"
    """A person wrote it to the user, privately or at work."""
    MEETING = "meeting"
    INVOICE = "invoice"
    RECEIPT = "receipt"
    FINANCE = "finance"
    LEGAL = "legal"
    SECURITY = "security"
    NOTIFICATION = "notification"
    NEWSLETTER = "newsletter"
    MARKETING = "marketing"
    MAILING_LIST = "mailing_list"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    SUSPICIOUS = "suspicious"
    OTHER = "other"


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Step(StrEnum):
    """What an engine may propose: nothing that names a recipient, a link or a label of its own."""

    REPLY = "reply"
    ARCHIVE = "archive"
    MARK_READ = "mark_read"
    LABEL = "label"
    """The label of its category, GetAnswers/<Category>."""


class Danger(StrEnum):
    """What an engine says of the risk; code can only raise it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Proposal:
    step: Step
    confidence: float
    """0 … 1, that the user would approve this step as it is."""
    reason: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What one model call cost."""

    purpose: str
    input_tokens: int
    output_tokens: int
    cost_microdollars: int | None
    """None where the price of the model is not known."""
    model: str = ""
    """provider:name; not that of the verdict where another one failed before it."""
    cached_tokens: int = 0
    """Of the input, what the provider had in its cache."""


@dataclass(frozen=True, slots=True)
class Verdict:
    category: Category
    needs_reply: bool
    """A person expects an answer from this user, whether or not the user has given it meanwhile."""
    urgency: Urgency
    deadline: date | None
    summary: str
    """One line, by extraction or by a model; plain text."""
    asks: tuple[str, ...]
    """Questions and requests to the user, each in the sender's own words."""
    reasons: tuple[str, ...]
    """Why, in words a person can check."""
    confidence: float
    """0 … 1, of the category and needs_reply together."""
    danger: Danger
    proposals: tuple[Proposal, ...]
    draft: str | None
    """Plain text of a reply, when one is proposed."""
    engine: str
    prompt_version: str
    usage: tuple[Usage, ...] = field(default=())
    bulk: bool = False
    """A machine made it, or one text went out to many."""
