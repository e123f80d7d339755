"""What is known about one proposed step of one message: everything a decision may rest on."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The steps there are; the names are those of the actions they become."""

    REPLY = "reply"
    DRAFT = "draft"
    LABEL = "label"
    ARCHIVE = "archive"
    MARK_READ = "mark_read"
    SNOOZE = "snooze"
    WAKE = "wake"
    REMIND = "remind"
    RSVP = "rsvp"
    UNSUBSCRIBE = "unsubscribe"
    FORWARD = "forward"


class Danger(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Autonomy(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class EngineKind(StrEnum):
    OFFLINE = "offline"
    MODEL = "model"


class Addressing(StrEnum):
    """How the message reached the user."""

    ALONE = "alone"
    """The only address in To, with nobody in Cc."""
    DIRECT = "direct"
    """One of several in To."""
    COPIED = "copied"
    """In Cc."""
    LIST = "list"
    NONE = "none"
    """In none of To and Cc."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskyWords:
    """What a text speaks of that a person should see first; see `words.risky_words`."""

    money: bool
    credentials: bool
    legal: bool
    attachments: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFacts:
    """Who wrote, by the evidence of code alone."""

    known: bool
    """The user has written to this address before."""
    own_address: bool
    reply_to_elsewhere: bool
    """Reply-To lies on another registrable domain than From."""
    look_alike: bool
    """The domain resembles one the user knows, and is not it."""
    dmarc_failed: bool
    phishing_like: bool
    instructs_assistant: bool
    """The text speaks to an assistant or a model, not to the user."""
    hidden_text: bool
    auto_replied_lately: bool
    """This sender got an automatic reply within the last 24 hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticFacts:
    """Signs in the headers that a machine wrote the mail."""

    null_return_path: bool
    no_reply_sender: bool
    """no-reply, mailer-daemon, postmaster and their like."""
    auto_submitted: bool
    """Auto-Submitted is there and says other than "no"."""
    bulk_precedence: bool
    """Precedence bulk, list or junk."""
    list_headers: bool
    suppresses_replies: bool
    """X-Auto-Response-Suppress."""
    report: bool
    """A delivery or other report (multipart/report)."""
    strong_bulk_evidence: bool
    """Code alone can tell that this went out to many; no engine's opinion is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """What a prepared text says that the user's own earlier mail did not; see `draft.draft_facts`."""

    empty: bool
    new_links: tuple[str, ...]
    """Addresses of pages and bare domains."""
    new_addresses: tuple[str, ...]
    new_phones: tuple[str, ...]
    new_ibans: tuple[str, ...]
    new_secrets: bool
    """Something that looks like a key, a code or a password; never repeated here."""
    overlaps_elsewhere: bool
    """A long run of its words stands in another conversation."""
    words: RiskyWords


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFacts:
    """What happened unasked today, and how much may."""

    sends_today: int
    send_budget: int
    changes_today: int
    change_budget: int
    put_away_lately: int
    """How many other messages were archived or marked as read unasked within the last minutes."""
    at_once_budget: int
    steps_at_once: int = 1
    """How many steps were proposed together with this one, itself included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One proposed step. Every part is required: a fact that was forgotten must not look like a harmless one."""

    kind: Kind
    category: str
    """As the verdict has it; a name that no rule knows counts as one that may not be touched."""
    confidence: float
    danger: Danger
    """What the engine says of the risk; it can only raise what code finds."""
    engine: EngineKind
    calibrated: bool
    """Enough outcomes of this engine, prompt version and kind of step are known to trust its confidence."""
    autonomy: Autonomy
    """For this kind of step."""
    asked_by_rule: bool
    """A rule of the user's asks for this very step."""
    live: bool
    """Steps of this kind may happen unasked in this mailbox; else it is in shadow mode for them."""
    effects_paused: bool
    """The kill switch, of the user or of the installation."""
    addressing: Addressing
    thread_has_newer: bool
    recipients: int
    """How many the reply would go to; 0 for steps that send nothing."""
    new_recipients: bool
    """At least one of them never got mail from the user."""
    look_alike_recipients: bool
    """The domain of at least one of them resembles one the user knows, and is not it."""
    sender: SenderFacts
    automatic: AutomaticFacts
    mail_words: RiskyWords
    usage: UsageFacts
    draft: DraftFacts | None = field(default=None)
    """Of a reply or draft; None for other steps."""
