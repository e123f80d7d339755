"""What code alone can tell of a message: deterministic, explainable, without any model."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.triage.signals.addressing import Addressing, addressing_of, other_names
from app.triage.signals.attacks import Attack, AttackKind, attacks_on, weight_of
from app.triage.signals.authentication import Authentication, authentication_of
from app.triage.signals.calendars import Invitation, invitation_in
from app.triage.signals.deadlines import Deadline, day_written, deadlines_in
from app.triage.signals.languages import Language, language_of
from app.triage.signals.lures import fraud_parts
from app.triage.signals.money import Money, money_in
from app.triage.signals.questions import Asks, asks_of
from app.triage.signals.reading import Reading, read
from app.triage.signals.relays import Relay, relay_of
from app.triage.signals.request_words import URGENT
from app.triage.signals.senders import Origin, origin_of
from app.triage.signals.topics import Topics, topics_of
from app.triage.signals.vital import vital_in
from app.triage.snapshot import Contact, Snapshot

__all__ = ["Role", "Signals", "read_signals"]


_NAMED_ALONE: Final = frozenset(
    {AttackKind.HIDDEN_TEXT, AttackKind.INSTRUCTION, AttackKind.REPLY_ELSEWHERE, AttackKind.UNAUTHENTICATED}
)
_DECEIT: Final = 0.4


class Role(StrEnum):
    """The message's place in its conversation."""

    FIRST = "first"
    ANSWER = "answer"
    """It follows a message of the user's."""
    FURTHER = "further"
    ANSWERED = "answered"
    """The user has written again after it."""


@dataclass(frozen=True, slots=True)
class Signals:
    reading: Reading
    written: date
    """The day it was written, at the sender's place."""
    language: Language
    origin: Origin
    contact: Contact
    role: Role
    addressing: Addressing
    authentication: Authentication
    asks: Asks
    relay: Relay
    """What a person says through a service."""
    deadlines: tuple[Deadline, ...]
    money: Money
    invitation: Invitation | None
    topics: Topics
    urgent_words: bool
    vital: bool
    """It speaks of what a person must not miss: health, school, work, journeys, warnings, terms."""
    fraud_parts: frozenset[str]
    """What of the language of fraud it uses; see `lures`."""
    attacks: tuple[Attack, ...]

    @property
    def attack_weight(self) -> float:
        return weight_of(self.attacks)

    @property
    def answered(self) -> bool:
        """The user has already written after it."""
        return self.role is Role.ANSWERED

    @property
    def known_sender(self) -> bool:
        """The user has written to this address before."""
        return self.contact.written > 0

    @property
    def reply_elsewhere(self) -> bool:
        return self._has(AttackKind.REPLY_ELSEWHERE)

    @property
    def look_alike(self) -> bool:
        return self._has(AttackKind.LOOK_ALIKE)

    @property
    def instructs_assistant(self) -> bool:
        return self._has(AttackKind.INSTRUCTION)

    @property
    def hidden_text(self) -> bool:
        return self._has(AttackKind.HIDDEN_TEXT)

    @property
    def phishing_like(self) -> bool:
        """Deception beyond what has a name of its own here; a lone "click here" is not enough."""
        deceit = (attack.weight for attack in self.attacks if attack.kind not in _NAMED_ALONE)
        return sum(deceit) >= _DECEIT

    def _has(self, kind: AttackKind) -> bool:
        return any(attack.kind is kind for attack in self.attacks)

    def as_json(self) -> dict[str, object]:
        """What is kept beside the verdict: findings in fixed words, nothing of the mail's own text."""
        return {
            "language": self.language.value,
            "sender": self.origin.kind.value,
            "mass": list(self.origin.mass),
            "bulk": list(self.origin.bulk),
            "automatic": list(self.origin.automatic),
            "role": self.role.value,
            "delivery": self.addressing.delivery.value,
            "greeting": self.addressing.greeting.value,
            "written_before": self.contact.written,
            "spf": self.authentication.spf,
            "dkim": self.authentication.dkim,
            "dmarc": self.authentication.dmarc,
            "questions": len(self.asks.questions),
            "requests": len(self.asks.requests),
            "relayed": len(self.relay.asked),
            "deadlines": [deadline.day.isoformat() for deadline in self.deadlines],
            "amounts": len(self.money.amounts),
            "calendar": self.invitation.method if self.invitation else "",
            "topics": {topic.value: score for topic, score in self.topics.scores.items()},
            "attacks": [{"kind": one.kind.value, "weight": one.weight} for one in self.attacks],
        }


def read_signals(snapshot: Snapshot) -> Signals:
    """Read every signal of one message. Never raises for what is in the mail."""
    message, reader = snapshot.message, snapshot.reader
    reading = read(message)
    topics, vital = topics_of(reading, message), vital_in(reading)
    origin = origin_of(message, reader, reading, topics, vital=vital)
    authentication = authentication_of(message.headers)
    invitation = invitation_in(message.calendar, reader.timezone)
    written = day_written(message, reader.timezone)
    money = money_in(reading)
    parts = fraud_parts(reading, amounts=bool(money.amounts))
    return Signals(
        reading=reading,
        written=written,
        language=language_of(reading),
        origin=origin,
        contact=snapshot.contact,
        role=_role(snapshot),
        addressing=addressing_of(message, reader, reading),
        authentication=authentication,
        asks=asks_of(reading, other_names(message, reader)),
        relay=relay_of(message, reader, reading, origin),
        deadlines=deadlines_in(reading, written, reader.timezone),
        money=money,
        invitation=invitation,
        topics=topics,
        urgent_words=URGENT.found_in(reading.spoken),
        vital=vital,
        fraud_parts=parts,
        attacks=attacks_on(snapshot, reading, origin, authentication, invitation, parts=parts),
    )


def _role(snapshot: Snapshot) -> Role:
    if snapshot.answered_since:
        return Role.ANSWERED
    if not snapshot.earlier:
        return Role.FIRST
    return Role.ANSWER if snapshot.earlier[-1].mine else Role.FURTHER
