"""What a message wants of its reader, how soon and how badly, by rules over its signals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.triage.categories import Judged, categorise
from app.triage.signals import Role, Signals
from app.triage.signals.addressing import SMALL_GROUP, Delivery, Greeting
from app.triage.signals.attacks import weight_of
from app.triage.signals.request_words import EVERYBODY
from app.triage.signals.senders import SenderKind
from app.triage.signals.topic_words import Topic
from app.triage.urgency import urgency_of
from app.triage.verdict import Category, Danger, Urgency

ANSWERABLE: Final = frozenset(
    {Category.PERSONAL, Category.MEETING, Category.LEGAL, Category.FINANCE, Category.INVOICE, Category.MAILING_LIST}
)
"""Categories in which a person may wait for an answer."""
ALWAYS_BULK: Final = frozenset({
    Category.NEWSLETTER, Category.MARKETING, Category.NOTIFICATION, Category.MAILING_LIST, Category.AUTO_REPLY,
    Category.BOUNCE, Category.SECURITY,
})  # fmt: skip
_MOSTLY_BULK: Final = frozenset({Category.RECEIPT, Category.INVOICE, Category.FINANCE})
_NEVER_BULK: Final = frozenset({Category.PERSONAL, Category.OTHER})
_DUE: Final = frozenset({Category.INVOICE, Category.LEGAL, Category.FINANCE, Category.NOTIFICATION})
"""Categories whose stated date binds the user although nobody waits for an answer."""
_RISKY: Final = frozenset({Category.SECURITY, Category.FINANCE, Category.LEGAL, Category.INVOICE})
_ALARM: Final = 0.7
_DOUBT: Final = 0.25


@dataclass(frozen=True, slots=True)
class Answer:
    wanted: bool
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Analysis:
    judged: Judged
    answer: Answer
    urgency: Urgency
    deadline: date | None
    danger: Danger
    asked: tuple[str, ...]
    """What it asks, where an answer is wanted, in its own sentences."""
    bulk: bool
    """A machine made it, or one text went out to many."""
    dispensable: bool
    """Nothing in it speaks against putting it away unread, if its headers allow it."""
    dispensed_with: float
    """How sure that is."""

    @property
    def category(self) -> Category:
        return self.judged.category


def analyse(signals: Signals) -> Analysis:
    """By the rules alone."""
    judged = categorise(signals)
    bulk = bulk_by_rules(judged.category, signals)
    return analysis_of(judged, answer_by_rules(judged.category, signals), signals, bulk=bulk)


def analysis_of(
    judged: Judged,
    answer: Answer,
    signals: Signals,
    *,
    bulk: bool,
    likely_ask: str = "",
    dispensable: bool = True,
    dispensed_with: float | None = None,
) -> Analysis:
    """What follows once it is known what the message is and whether it wants an answer.

    `likely_ask` is the sentence that asks where no rule knows the words of any.
    """
    asked = signals.relay.asked or signals.asks.all or ((likely_ask,) if likely_ask else ())
    deadline = _deadline(judged.category, answer, signals)
    return Analysis(
        judged=judged,
        answer=answer,
        urgency=urgency_of(judged.category, signals, deadline, answer_wanted=answer.wanted),
        deadline=deadline,
        danger=danger_of(judged.category, signals),
        asked=asked if answer.wanted else (),
        bulk=bulk,
        dispensable=dispensable,
        dispensed_with=judged.confidence if dispensed_with is None else dispensed_with,
    )


def bulk_by_rules(category: Category, signals: Signals) -> bool:
    """Most categories settle it; a bill or a receipt is a machine's work unless the user knows who wrote it."""
    if category in ALWAYS_BULK:
        return True
    if category in _MOSTLY_BULK and not signals.known_sender:
        return True
    return category not in _NEVER_BULK and bool(signals.origin.evidence)


def answer_by_rules(category: Category, signals: Signals) -> Answer:
    """Take the first reason that settles it; without one, what is asked decides."""
    if category is Category.NOTIFICATION and _asked_through_service(signals):
        return Answer(True, 0.6, "A person asks the user by name through a service")
    settled = (Answer(False, sure, why) for holds, sure, why in _obstacles(category, signals) if holds)
    return next(settled, None) or _asked_of_user(category, signals)


def _obstacles(category: Category, signals: Signals) -> Iterator[tuple[bool, float, str]]:
    """Whether it holds, how surely it settles the matter, and in which words."""
    asks, origin = signals.asks, signals.origin
    machine = (origin.automatic or origin.machine_address) and category is not Category.MEETING
    yield category not in ANSWERABLE, 0.95, "Messages of this kind expect no answer"
    yield bool(origin.no_reply or origin.kind is SenderKind.SELF or machine), 0.95, "Its sender takes no answers"
    yield not asks.all, 0.9 if asks.closing or asks.informing else 0.75, "It asks nothing"
    yield asks.answer_waved_off, 0.85, "It says that no answer is needed"
    yield (
        bool(category is Category.MEETING and signals.invitation and not asks.questions),
        0.85,
        "An invitation is answered in the calendar",
    )
    yield (
        category is Category.INVOICE and not (asks.questions and signals.contact.received),
        0.8,
        "A bill is paid, not answered",
    )


def _asked_through_service(signals: Signals) -> bool:
    return signals.addressing.called_by_name and bool(signals.asks.questions)


def _asked_of_user(category: Category, signals: Signals) -> Answer:
    """Tell of whom something is asked."""
    addressing = signals.addressing
    if category is Category.MAILING_LIST:
        return _named_on_list(signals)
    by_name = addressing.called_by_name or addressing.greeting is Greeting.USER
    if by_name:
        undisclosed = addressing.delivery is Delivery.UNDISCLOSED
        return Answer(True, 0.6 if undisclosed else 0.85, "It asks the user by name")
    return _asked_of_others(signals) or _asked_without_name(signals)


def _asked_of_others(signals: Signals) -> Answer | None:
    addressing = signals.addressing
    if addressing.delivery is Delivery.COPIED:
        return Answer(False, 0.85, "The user only got a copy")
    if addressing.delivery is Delivery.UNDISCLOSED:
        return Answer(False, 0.6, "It was not addressed to the user")
    if addressing.greeting is Greeting.OTHER and addressing.delivery is not Delivery.ALONE:
        return Answer(False, 0.8, f"It speaks to {addressing.greeted}")
    if _many(signals) and (signals.asks.to_anybody or addressing.direct_recipients > 2 * SMALL_GROUP):
        return Answer(False, 0.7, "It asks a group, nobody in particular")
    return None


def _asked_without_name(signals: Signals) -> Answer:
    if signals.addressing.greeting is Greeting.OTHER:
        return Answer(True, 0.5, f"It asks something, but greets {signals.addressing.greeted}")
    return Answer(True, 0.55 if _many(signals) else _how_sure(signals), "It asks something of the user")


def _many(signals: Signals) -> bool:
    return signals.addressing.direct_recipients > SMALL_GROUP or signals.addressing.greeting is Greeting.GROUP


def _named_on_list(signals: Signals) -> Answer:
    addressing = signals.addressing
    called = addressing.called_by_name or addressing.asked_by_name or addressing.greeting is Greeting.USER
    return Answer(called, 0.6, "It calls the user by name on a list" if called else "It asks the members of a list")


def _how_sure(signals: Signals) -> float:
    known = signals.known_sender or signals.role is Role.ANSWER
    return 0.8 if known or signals.asks.questions else 0.65


def _deadline(category: Category, answer: Answer, signals: Signals) -> date | None:
    if not answer.wanted and not _binds(category, signals):
        return None
    explicit = [deadline.day for deadline in signals.deadlines if deadline.explicit]
    pressing = answer.wanted or category in _DUE
    implied = [deadline.day for deadline in signals.deadlines if not deadline.explicit] if pressing else []
    return min(explicit, default=None) or min(implied, default=None) or _of_meeting(answer, signals)


def _of_meeting(answer: Answer, signals: Signals) -> date | None:
    """Who asks for something in an invitation needs it by then."""
    start = signals.invitation.start if signals.invitation and signals.invitation.schedules else None
    return start.date() if answer.wanted and start and start.date() >= signals.written else None


def _binds(category: Category, signals: Signals) -> bool:
    """A date that concerns the user although nobody waits for an answer."""
    if signals.asks.act_waved_off and category is not Category.INVOICE:
        return False
    if category is Category.NEWSLETTER:
        return _asks_each_reader(signals)
    if signals.origin.bulk:
        return False
    if category is Category.PERSONAL:
        return bool(signals.asks.requests) or EVERYBODY.found_in(signals.reading.spoken)
    return category in _DUE


def _asks_each_reader(signals: Signals) -> bool:
    """A circular of the user's own school, club or firm that wants something of everybody who reads it."""
    asked = EVERYBODY.found_in(signals.reading.spoken) or bool(signals.asks.requests)
    return asked and not signals.origin.unsubscribe_words and not signals.topics.score(Topic.MARKETING) > 1


def danger_of(category: Category, signals: Signals) -> Danger:
    """What code finds; an engine may raise it, never lower it."""
    weight = weight_of(signals.attacks)
    if category is Category.SUSPICIOUS or weight >= _ALARM or signals.instructs_assistant:
        return Danger.HIGH
    if weight >= _DOUBT or category in _RISKY or signals.money.ibans or signals.topics.code:
        return Danger.MEDIUM
    risky_words = signals.topics.score(Topic.LEGAL) > 2 or signals.topics.score(Topic.SECURITY) > 2  # noqa: PLR2004
    return Danger.MEDIUM if risky_words or signals.money.amounts else Danger.LOW
