"""Which category a message belongs to, decided by its signals in a fixed order."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.triage.signals import Role, Signals
from app.triage.signals.addressing import Delivery, Greeting
from app.triage.signals.attacks import SUSPICIOUS
from app.triage.signals.reading import fold
from app.triage.signals.senders import SenderKind
from app.triage.signals.topic_words import Topic
from app.triage.verdict import Category

STRONG: Final = 0.97
"""Headers say so."""
FAIR: Final = 0.85
WEAK: Final = 0.65
"""Only words say so."""
_SHORT: Final = 80
"""Words in a note; a newsletter has more."""
_PERCENT: Final = re.compile(r"\b\d{1,2}\s?%")


@dataclass(frozen=True, slots=True)
class Judged:
    category: Category
    confidence: float
    reasons: tuple[str, ...]
    settled: bool = False
    """Headers, structure or an attack say so: no opinion about words counts against it."""


def categorise(signals: Signals) -> Judged:
    """Take the first rule that applies."""
    for rule in _RULES:
        if judged := rule(signals):
            return judged
    return Judged(Category.OTHER, WEAK / 2, ("Nothing tells what kind of message this is",))


def _suspicious(signals: Signals) -> Judged | None:
    weight = signals.attack_weight
    if weight < SUSPICIOUS:
        return None
    confidence = min(0.99, FAIR + (weight - SUSPICIOUS) / 5)
    return Judged(
        Category.SUSPICIOUS, confidence, tuple(dict.fromkeys(attack.reason for attack in signals.attacks)), settled=True
    )


def _bounce(signals: Signals) -> Judged | None:
    if not signals.origin.bounce:
        return None
    return Judged(
        Category.BOUNCE, STRONG, ("A mail server reports on a delivery", *signals.origin.evidence), settled=True
    )


def _auto_reply(signals: Signals) -> Judged | None:
    if not signals.origin.auto_reply:
        return None
    evidence = signals.origin.automatic
    return Judged(Category.AUTO_REPLY, STRONG if evidence else FAIR, ("It answers by itself", *evidence), settled=True)


def _invitation(signals: Signals) -> Judged | None:
    if not (signals.invitation and signals.invitation.schedules):
        return None
    return Judged(
        Category.MEETING, STRONG, (f"It carries a calendar {signals.invitation.method.lower()}",), settled=True
    )


def _own(signals: Signals) -> Judged | None:
    if signals.origin.kind is not SenderKind.SELF:
        return None
    return Judged(Category.PERSONAL, WEAK, ("It comes from the user's own address",), settled=True)


def _mailing_list(signals: Signals) -> Judged | None:
    if not signals.origin.discussion:
        return None
    return Judged(
        Category.MAILING_LIST, STRONG, ("People write on this mailing list", *signals.origin.mass), settled=True
    )


def _bulk(signals: Signals) -> Judged | None:
    """Mail to many: a transaction when the subject says so, else reading matter or an offer."""
    origin, topics = signals.origin, signals.topics
    if not origin.mass:
        return None
    if transaction := _transaction(signals, least=4, subject_needed=True):
        return transaction
    offer = topics.score(Topic.MARKETING) + min(2, len(_PERCENT.findall(signals.reading.folded[:4_000])))
    # A price in the subject is an offer.
    offer += 2 if any(amount in fold(signals.reading.subject) for amount in signals.money.amounts) else 0
    scores = {
        Category.NEWSLETTER: topics.score(Topic.NEWSLETTER),
        Category.MARKETING: offer,
        # A machine that writes to the members of a project says so by more than its list headers.
        Category.NOTIFICATION: topics.score(Topic.NOTIFICATION) + (3 if origin.automatic else 0),
    }
    if max(scores.values()) <= 1 and len(signals.reading.spoken.split()) <= _SHORT and len(origin.mass) == 1:
        # A line or two with no more than a way to unsubscribe is no reading matter.
        return Judged(Category.NOTIFICATION, FAIR, origin.mass)
    best = max(scores, key=lambda category: scores[category])
    sure = scores[best] > sorted(scores.values())[-2] + 1
    return Judged(best, STRONG if sure else FAIR, origin.mass)


def _automatic(signals: Signals) -> Judged | None:
    """Mail of a service to this user: what its words say, else a notification."""
    origin = signals.origin
    if not (origin.automatic or origin.machine_address) or not signals.reading.words:
        return None
    if transaction := _transaction(signals, least=2, subject_needed=False):
        return transaction
    if signals.topics.score(Topic.MARKETING) > signals.topics.score(Topic.NOTIFICATION) and origin.unsubscribe_words:
        return Judged(Category.MARKETING, FAIR, ("It offers something and says how to unsubscribe",))
    if signals.topics.score(Topic.NEWSLETTER) > signals.topics.score(Topic.NOTIFICATION) and origin.unsubscribe_words:
        return Judged(Category.NEWSLETTER, FAIR, ("It reads like a newsletter and says how to unsubscribe",))
    return Judged(Category.NOTIFICATION, STRONG if origin.automatic else FAIR, origin.evidence)


_TRANSACTIONS: Final = {
    Topic.SECURITY: Category.SECURITY,
    Topic.INVOICE: Category.INVOICE,
    Topic.RECEIPT: Category.RECEIPT,
    Topic.FINANCE: Category.FINANCE,
    Topic.LEGAL: Category.LEGAL,
}


def _transaction(signals: Signals, *, least: int, subject_needed: bool) -> Judged | None:
    """The transaction most words speak of, when it is not outweighed by what services usually write."""
    topics = signals.topics
    scores = {topic: topics.score(topic) for topic in _TRANSACTIONS}
    if topics.code and scores[Topic.SECURITY]:
        scores[Topic.SECURITY] += least
    if signals.money.amounts and scores[Topic.INVOICE]:
        scores[Topic.INVOICE] += 1
    best = max(scores, key=lambda topic: scores[topic])
    if scores[best] < least or (subject_needed and best not in topics.in_subject):
        return None
    if scores[best] < topics.score(Topic.NOTIFICATION) and best not in topics.in_subject:
        return None
    evidence = signals.origin.mass + signals.origin.automatic
    sure = bool(evidence) and best in topics.in_subject
    return Judged(_TRANSACTIONS[best], STRONG if sure else FAIR, (f"Its words speak of: {best.value}", *evidence[:2]))


def _bill(signals: Signals) -> Judged | None:
    """A bill written by people: its subject says so, it names money or carries the bill, and nothing is asked."""
    topics, score = signals.topics, signals.topics.score(Topic.INVOICE)
    if Topic.INVOICE not in topics.in_subject or score < 5:  # noqa: PLR2004 - the subject and two more words
        return None
    if not (signals.money.amounts or signals.money.ibans or score > 7):  # noqa: PLR2004 - an attached bill and more
        return None
    if signals.asks.questions and signals.role is not Role.FIRST:
        return None
    return Judged(Category.INVOICE, FAIR, ("It is a bill: amounts, terms and the word itself",))


def _paper(signals: Signals) -> Judged | None:
    """A legal, financial or purchase matter written by people, when subject and text both speak of it."""
    topics = signals.topics
    role = signals.origin.kind is SenderKind.ROLE and not signals.known_sender
    for topic, least in (
        (Topic.LEGAL, 4 if role else 5),
        (Topic.FINANCE, 4 if role else 5),
        (Topic.RECEIPT, 4 if role else 6),
    ):
        others = max(topics.score(other) for other in _TRANSACTIONS if other is not topic)
        if topic in topics.in_subject and topics.score(topic) >= max(least, others):
            return Judged(
                _TRANSACTIONS[topic], WEAK if signals.known_sender else FAIR, (f"Its words speak of: {topic.value}",)
            )
    if role and (topics.code or topics.score(Topic.SECURITY) > 4) and Topic.SECURITY in topics.in_subject:  # noqa: PLR2004
        return Judged(Category.SECURITY, FAIR, ("Its words speak of: security",))
    return None


_CLOCK: Final = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b\d{1,2}\s?(?:am|pm|uhr|h)\b|\bkl\.?\s?\d")
_SUITS: Final = re.compile(
    r"\b(?:work for you|works for you|suit you|suits you|does .{1,40} suit|would .{1,40} (?:work|suit)|"
    r"are you (?:free|available)|"
    r"passar|passt|convient|le va bien|te va bien|can you make|calendar invit\w+|(?:could|can|shall|should) we meet|"
    r"kan vi (?:ses|träffas|mötas)|ska vi (?:ses|träffas)|können wir uns (?:treffen|sehen)|"
    r"pouvons-nous nous (?:voir|rencontrer)|"
    r"podemos (?:vernos|reunirnos))\b"
)


def _scheduling(signals: Signals) -> Judged | None:
    """Proposes a time for a meeting in words instead of a calendar part."""
    text = signals.reading.folded[:4_000]
    about = Topic.MEETING in signals.topics.in_subject or _CLOCK.search(signals.reading.subject.casefold())
    if about and signals.asks.questions and _CLOCK.search(text) and _SUITS.search(text):
        return Judged(Category.MEETING, WEAK, ("It proposes a time for a meeting",))
    return None


def _unasked_offer(signals: Signals) -> Judged | None:
    """A stranger's offer, or reading matter without the headers that bulk mail should have."""
    if signals.known_sender or signals.role in {Role.ANSWER, Role.ANSWERED}:
        return None
    # A pitch that was never answered comes again, and shorter.
    if signals.topics.score(Topic.PITCH) >= (2 if signals.role is Role.FIRST else 1):
        return Judged(Category.MARKETING, WEAK, ("A stranger wants to sell something",))
    topics, unsubscribe = signals.topics, signals.origin.unsubscribe_words
    if topics.score(Topic.MARKETING) >= (2 if unsubscribe else 5):
        return Judged(Category.MARKETING, WEAK, ("A stranger offers something",))
    impersonal = signals.addressing.delivery is Delivery.UNDISCLOSED or signals.addressing.greeting is Greeting.GROUP
    if Topic.NEWSLETTER in topics.in_subject and (unsubscribe or impersonal):
        return Judged(Category.NEWSLETTER, WEAK, ("It reads like a newsletter",))
    return None


def _announcement(signals: Signals) -> Judged | None:
    """An organisation the user never wrote to informs and asks nothing."""
    if signals.origin.kind is not SenderKind.ROLE or signals.known_sender or signals.role is not Role.FIRST:
        return None
    if (signals.asks.all and not signals.asks.answer_waved_off) or not signals.reading.words:
        return None
    return Judged(Category.NOTIFICATION, WEAK, ("An organisation informs and asks nothing",))


def _personal(signals: Signals) -> Judged | None:
    if not signals.origin.human or not signals.reading.words:
        return None
    if signals.known_sender or signals.role in {Role.ANSWER, Role.ANSWERED}:
        return Judged(Category.PERSONAL, 0.95, ("A person wrote it, to whom the user has written before",))
    return Judged(Category.PERSONAL, FAIR, ("A person wrote it",))


_RULES: Final[tuple[Callable[[Signals], Judged | None], ...]] = (
    _suspicious,
    _bounce,
    _auto_reply,
    _own,
    _invitation,
    _mailing_list,
    _bulk,
    _automatic,
    _bill,
    _paper,
    _scheduling,
    _unasked_offer,
    _announcement,
    _personal,
)
