"""What a message is about, by the words of its subject (which weigh more) and of its text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.triage.signals.reading import Reading, speak
from app.triage.signals.topic_words import TOPIC_WORDS, Topic
from app.triage.snapshot import Incoming

_SUBJECT_WEIGHT: Final = 3
_MOST_IN_TEXT: Final = 6
_CODE: Final = re.compile(
    r"\b(?:code|kod|code de vérification|código|pin|otp|passcode|passwort|engångskod|tan)\b\D{0,40}\b"
    r"(?:[a-z]{1,3}-)?\d{3}[ -]?\d{1,5}\b"
)
_SECURITY_DESK: Final = re.compile(r"(?:^|[._+-])(?:security|sakerhet|sicherheit|account-security)(?:$|[._+-])")
_SERVED_ON: Final = re.compile(
    r"(?:invoice|faktura|rechnung|facture|factura)[\w \-_.]{0,40}\.(?:pdf|xml|html?)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Topics:
    scores: Mapping[Topic, int]
    in_subject: frozenset[Topic]
    code: bool
    """A verification code stands in the text."""

    def score(self, topic: Topic) -> int:
        return self.scores.get(topic, 0)


def topics_of(reading: Reading, message: Incoming) -> Topics:
    scores: dict[Topic, int] = {}
    in_subject: set[Topic] = set()
    for topic, words in TOPIC_WORDS.items():
        subject = words.count(reading.subject_spoken)
        score = min(words.count(reading.spoken), _MOST_IN_TEXT) + _SUBJECT_WEIGHT * min(subject, 1)
        if subject:
            in_subject.add(topic)
        if score:
            scores[topic] = score
    for topic in _by_sender(message):
        scores[topic] = scores.get(topic, 0) + 2
        in_subject.add(topic)
    if any(_SERVED_ON.search(attachment.filename[:200]) for attachment in message.attachments):
        scores[Topic.INVOICE] = scores.get(Topic.INVOICE, 0) + _SUBJECT_WEIGHT
    return Topics(
        MappingProxyType(scores), frozenset(in_subject), code=_CODE.search(reading.folded[:4_000]) is not None
    )


def _by_sender(message: Incoming) -> Iterator[Topic]:
    """A bank, a tax office or a law firm says by its name what its mail is about, a security desk by its address."""
    name = speak(message.sender_name[:100])
    for topic in (Topic.FINANCE, Topic.LEGAL):
        if TOPIC_WORDS[topic].found_in(name):
            yield topic
    if _SECURITY_DESK.search(message.sender_address.partition("@")[0]):
        yield Topic.SECURITY
