"""What the linear models look at: the findings of the signals, and the words of subject and text."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from typing import Final

from app.triage.engines.cues import cues_in
from app.triage.engines.deceit import ANSWERS, deceit_features
from app.triage.signals import Signals
from app.triage.signals.attacks import AttackKind
from app.triage.signals.reading import fold
from app.triage.signals.topic_words import Topic
from app.triage.snapshot import Snapshot

WORDS_READ: Final = 160
"""Of the text; who wants something says so early, and a long newsletter must not cost more than a short one."""
_LAST_WORDS: Final = 40
_STEM: Final = 5
_WORD_WEIGHT: Final = 6.4
_STRONG_TOPIC: Final = 4
_LENGTHS: Final = (8, 20, 45, 90, 180)
_ASKING: Final = frozenset({"tell", "send", "confirm", "lacks", "wonders", "proposes", "allowed"})
_CLOSING: Final = _ASKING | {"settled", "waved off", "courtesy"}
"""Cues that mean more near the end of a mail."""
_SENTENCES_AT_END: Final = 4
_SENTENCES_READ: Final = 40
_OFTEN: Final = (1, 3)
_MOST_RECIPIENTS: Final = 6
_ATTACK_WEIGHTS: Final = (0.2, 0.4, 0.7, 1.0)
_NAMED_FINDINGS: Final = frozenset({AttackKind.LURE, AttackKind.INSTRUCTION})
_PLAIN_HEADERS: Final = frozenset({"date", "content-type", "delivered-to", "authentication-results"})
_QUESTION_MARKS: Final = ("?", "？", "؟")
ENDS_OF_QUESTIONS: Final = (*_QUESTION_MARKS, ";")
"""The Greek question mark is the semicolon of others."""


def features_of(snapshot: Snapshot, signals: Signals) -> dict[str, float]:
    """Name to value; findings count one each, all words of a mail together the same in every mail."""
    words = list(dict.fromkeys(_words(signals)))
    weight = _WORD_WEIGHT / sqrt(max(len(words), 1))
    found = dict.fromkeys(words, weight)
    found.update(dict.fromkeys(_findings(snapshot, signals), 1.0))
    return found


def _words(signals: Signals) -> Iterator[str]:
    subject = alike(signals.reading.subject_spoken.split()[:20])
    spoken = alike(signals.reading.spoken.split()[len(subject) :])
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


def alike(words: list[str]) -> list[str]:
    """One number is as good as another."""
    return ["0" if word.isdecimal() else word for word in words]


def _characters(text: str) -> Iterator[str]:
    """Pairs of characters where words run together."""
    for first, second in pairwise(text[:400]):
        if first > "\u2fff" and second > "\u2fff":
            yield f"c:{first}{second}"


def _findings(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    yield from _sender(snapshot, signals)
    yield from _address(snapshot, signals)
    yield from _headers(snapshot, signals)
    yield from _conversation(snapshot, signals)
    yield from _asked(signals)
    yield from _said(signals)
    yield from _content(snapshot, signals)
    yield from _look(snapshot, signals)
    yield from deceit_features(snapshot, signals)


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


def _address(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    local, _, domain = snapshot.message.sender_address.partition("@")
    names = fold(snapshot.message.sender_name).split()[:5]
    for part in local.replace(".", "-").replace("_", "-").split("-"):
        yield f"@{part}"
    for part in domain.rpartition(".")[0].replace(".", "-").split("-"):
        yield f"@d:{part[:6]}"
    for word in names:
        yield f"@n:{word[:7]}"
    for name, holds in (
        ("signed by name", names and names[0] in signals.reading.spoken[-200:].split()),
        ("address of name", any(len(word) > 2 and word in local for word in names)),  # noqa: PLR2004 - no initials
        ("domain of name", any(len(word) > 3 and word in domain for word in names)),  # noqa: PLR2004 - nor "the"
        ("own domain", domain and any(one.endswith(f"@{domain}") for one in snapshot.reader.addresses)),
    ):
        if holds:
            yield f"#{name}"


def _headers(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    for name in snapshot.message.headers:
        if name not in _PLAIN_HEADERS:
            yield f"#header {name}"
    found = signals.authentication
    yield f"#checks {found.spf} {found.dkim} {found.dmarc}"
    for attack in signals.attacks:
        yield f"#attack {attack.kind}"
        if attack.kind in _NAMED_FINDINGS:
            yield f"#found {attack.reason[:44]}"
    for weight in _ATTACK_WEIGHTS:
        if signals.attack_weight >= weight:
            yield f"#attack from {weight}"


def _conversation(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    addressing, message = signals.addressing, snapshot.message
    yield f"#role {signals.role}"
    yield f"#delivery {addressing.delivery}"
    yield f"#greeting {addressing.greeting}"
    yield f"#recipients {min(addressing.recipients, _MOST_RECIPIENTS)}"
    yield f"#language {signals.language}"
    for name, holds in (
        ("called", addressing.called_by_name),
        ("asked by name", addressing.asked_by_name),
        ("says it answers", message.subject.casefold().startswith(ANSWERS)),
        ("in reply", message.in_reply_to),
        ("quotes", message.quoted_text),
    ):
        if holds:
            yield f"#{name}"
    if snapshot.earlier and snapshot.earlier[-1].mine:
        yield "#reader asked" if "?" in snapshot.earlier[-1].text else "#reader told"


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
        ("act waved off", asks.act_waved_off),
        ("closing", asks.closing),
        ("informing", asks.informing),
        ("urgent", signals.urgent_words),
        ("deadline", any(deadline.explicit for deadline in signals.deadlines)),
        ("machine's deadline", not signals.origin.human and any(one.explicit for one in signals.deadlines)),
        ("near", any(not deadline.explicit for deadline in signals.deadlines)),
        ("ends with question", signals.reading.text.rstrip().endswith(_QUESTION_MARKS)),
        ("no question mark", "?" not in signals.reading.text),
    ):
        if holds:
            yield f"#{name}"


def _said(signals: Signals) -> Iterator[str]:
    """Cues, by how many phrases say them and where: in the subject, in a question, near the end."""
    reading, origin = signals.reading, signals.origin
    counts = Counter(cues_in(reading.spoken))
    for cue, count in counts.items():
        yield f"#says {cue}"
        yield from (f"#says {cue} over {bound}" for bound in _OFTEN if count > bound)
    yield from (f"#subject says {cue}" for cue in cues_in(reading.subject_spoken))
    for sentence in reading.sentences[-_SENTENCES_AT_END:]:
        yield from (f"#ends saying {cue}" for cue in cues_in(sentence.spoken) if cue in _CLOSING)
    for sentence in reading.sentences[:_SENTENCES_READ]:
        if sentence.text.rstrip().endswith(ENDS_OF_QUESTIONS):
            yield from (f"#asked with {cue}" for cue in cues_in(sentence.spoken))
    asking = len(_ASKING & counts.keys())
    sender = "mass" if origin.mass else origin.kind if origin.human else "machine"
    yield f"#ways of asking {min(asking, 4)}"
    yield f"#ways of asking {min(asking, 2)} {sender}"


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
        ("many amounts", len(signals.money.amounts) > 2),  # noqa: PLR2004 - more than a price and its old one
        ("iban", signals.money.ibans),
        ("code", signals.topics.code),
        ("vital", signals.vital),
        ("attachment", snapshot.message.attachments),
    ):
        if holds:
            yield f"#{name}"
    if signals.invitation:
        yield from ("#calendar", f"#calendar {signals.invitation.method}")
    for attached in snapshot.message.attachments[:3]:
        yield f"#file {attached.filename.rpartition('.')[2].lower()[:5]}"


def _look(snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    """What tells a template from a letter."""
    message = snapshot.message
    lines = message.text.splitlines()
    for name, holds in (
        ("links", message.links),
        ("many links", len(message.links) > 5),  # noqa: PLR2004 - more than a signature has
        ("written links", "http" in message.text or "www." in message.text),
        ("html", message.html_words),
        ("hidden", message.hidden_characters),
        ("no text", not signals.reading.words),
        ("copyright", "©" in message.text),
        ("exclaims", "!" in message.subject),
        ("shouts", any(len(word) > 3 and word.isupper() for word in message.subject.split())),  # noqa: PLR2004 - "PDF"
        ("bullets", sum(line.startswith(("- ", "• ", "* ")) for line in lines) > 1),
        ("form", sum(": " in line[:25] for line in lines) > 2),  # noqa: PLR2004 - a form has many such lines
        ("digits", sum(character.isdigit() for character in message.text) > 25),  # noqa: PLR2004 - dates and phones
    ):
        if holds:
            yield f"#{name}"
