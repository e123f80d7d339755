"""What the linear models look at: the findings of the signals, and the words of subject and text."""

from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from typing import Final

from app.triage.signals import Signals
from app.triage.signals.topic_words import Topic
from app.triage.snapshot import Snapshot

WORDS_READ: Final = 160
"""Of the text; who wants something says so early, and a long newsletter must not cost more than a short one."""
_LAST_WORDS: Final = 40
_STEM: Final = 5
_WORD_WEIGHT: Final = 4.0
_STRONG_TOPIC: Final = 4
_LENGTHS: Final = (8, 20, 45, 90, 180)


def features_of(snapshot: Snapshot, signals: Signals) -> dict[str, float]:
    """Name to value; findings count one each, all words of a mail together the same in every mail."""
    words = list(dict.fromkeys(_words(signals)))
    weight = _WORD_WEIGHT / sqrt(max(len(words), 1))
    found = dict.fromkeys(words, weight)
    found.update(dict.fromkeys(_findings(snapshot, signals), 1.0))
    return found


def _words(signals: Signals) -> Iterator[str]:
    subject = _plain(signals.reading.subject_spoken.split()[:20])
    spoken = _plain(signals.reading.spoken.split()[len(subject) :])
    text = spoken if len(spoken) <= WORDS_READ else spoken[: WORDS_READ - _LAST_WORDS] + spoken[-_LAST_WORDS:]
    for word in subject:
        yield f"s:{word}"
    for word in (*subject, *text):
        yield word
        if len(word) > _STEM:
            yield f"{word[:_STEM]}*"
    for first, second in pairwise(text):
        yield f"{first} {second}"
    if not signals.reading.folded.isascii():
        yield from _characters(signals.reading.folded)


def _plain(words: list[str]) -> list[str]:
    return ["0" if word.isdecimal() else word for word in words]


def _characters(text: str) -> Iterator[str]:
    """Pairs of characters where words run together."""
    for first, second in pairwise(text[:400]):
        if first > "\u2fff" and second > "\u2fff":
            yield f"c:{first}{second}"


def _findings(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    yield from _sender(snapshot, signals)
    yield from _conversation(signals)
    yield from _asked(signals)
    yield from _content(snapshot, signals)


def _sender(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    origin = signals.origin
    yield f"#sender {origin.kind}"
    for name, holds in (
        ("mass", origin.mass),
        ("many mass", len(origin.mass) > 1),
        ("bulk", origin.bulk),
        ("automatic", origin.automatic),
        ("machine", origin.machine_address),
        ("no-reply", origin.no_reply),
        ("human", origin.human),
        ("unsubscribe", origin.unsubscribe_words),
        ("answers elsewhere", origin.reply_address),
        ("known", signals.known_sender),
        ("heard of", snapshot.contact.received),
        ("person by name", len(snapshot.message.sender_name.split()) == 2),  # noqa: PLR2004 - given and family name
    ):
        if holds:
            yield f"#{name}"
    for part in snapshot.message.sender_address.partition("@")[0].replace(".", "-").replace("_", "-").split("-"):
        yield f"@{part}"


def _conversation(signals: Signals) -> Iterator[str]:
    yield f"#role {signals.role}"
    yield f"#delivery {signals.addressing.delivery}"
    yield f"#greeting {signals.addressing.greeting}"
    if signals.addressing.called_by_name:
        yield "#called"


def _asked(signals: Signals) -> Iterator[str]:
    asks = signals.asks
    yield f"#questions {min(len(asks.questions), 2)}"
    yield f"#requests {min(len(asks.requests), 2)}"
    if not asks.all:
        yield "#nothing asked"
    elif not signals.origin.human:
        yield "#asked by machine"
    else:
        yield f"#asked {signals.addressing.delivery} {signals.addressing.greeting}"
    for name, holds in (
        ("anybody", asks.to_anybody),
        ("waved off", asks.answer_waved_off),
        ("closing", asks.closing),
        ("informing", asks.informing),
        ("urgent", signals.urgent_words),
        ("deadline", any(deadline.explicit for deadline in signals.deadlines)),
        ("near", any(not deadline.explicit for deadline in signals.deadlines)),
        ("ends with question", signals.reading.text.rstrip().endswith(("?", "？", "؟"))),
    ):
        if holds:
            yield f"#{name}"


def _content(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    length = len(signals.reading.spoken.split())
    yield f"#length {sum(length > bound for bound in _LENGTHS)}"
    for topic in Topic:
        score = signals.topics.score(topic)
        if score:
            yield f"#topic {topic}"
        if score >= _STRONG_TOPIC:
            yield f"#much {topic}"
        if topic in signals.topics.in_subject:
            yield f"#subject {topic}"
    for name, holds in (
        ("amounts", signals.money.amounts),
        ("iban", signals.money.ibans),
        ("code", signals.topics.code),
        ("calendar", signals.invitation),
        ("vital", signals.vital),
        ("attachment", snapshot.message.attachments),
        ("links", snapshot.message.links),
        ("many links", len(snapshot.message.links) > 5),  # noqa: PLR2004 - more than a signature has
    ):
        if holds:
            yield f"#{name}"
