"""A rule's meaning shown back to the user, in words: what it takes for it to apply, and what it then does."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.triage.user_rules.meaning import Conditions, Effects, Reached, SenderSort
from app.triage.verdict import Category

CATEGORY_WORDS: Final[Mapping[Category, str]] = {
    Category.PERSONAL: "a mail from a person",
    Category.MEETING: "a meeting",
    Category.INVOICE: "a bill",
    Category.RECEIPT: "a receipt or order",
    Category.FINANCE: "bank or office mail",
    Category.LEGAL: "a legal matter",
    Category.SECURITY: "a security alert",
    Category.NOTIFICATION: "a notification of a service",
    Category.NEWSLETTER: "a newsletter",
    Category.MARKETING: "advertising",
    Category.MAILING_LIST: "mailing list traffic",
    Category.AUTO_REPLY: "an automatic answer",
    Category.BOUNCE: "a report of undelivered mail",
    Category.SUSPICIOUS: "suspicious",
    Category.OTHER: "nothing that has a name here",
}
SORT_WORDS: Final[Mapping[SenderSort, str]] = {
    SenderSort.PERSON: "a person",
    SenderSort.ROLE: "a shared address such as info@",
    SenderSort.SERVICE: "a machine or service",
}
REACHED_WORDS: Final[Mapping[Reached, str]] = {
    Reached.ALONE: "it was sent to you alone",
    Reached.DIRECT: "you are one of several it was sent to",
    Reached.COPIED: "you only got a copy (Cc)",
    Reached.UNDISCLOSED: "your address stands in neither To nor Cc",
}


def conditions_in_words(conditions: Conditions) -> tuple[str, ...]:
    """One part for each condition; all of them must hold."""
    return tuple(_conditions(conditions))


def effects_in_words(effects: Effects) -> tuple[str, ...]:
    return tuple(_effects(effects))


def _conditions(given: Conditions) -> Iterator[str]:
    if given.everything:
        yield "every mail"
    yield from _sender(given)
    yield from _content(given)
    if given.from_list is not None:
        yield "it came through a mailing list" if given.from_list else "it came through no mailing list"
    if given.reached:
        yield _any([REACHED_WORDS[one] for one in given.reached])
    if given.needs_reply is not None:
        yield "somebody waits for your answer" if given.needs_reply else "nobody waits for your answer"


def _sender(given: Conditions) -> Iterator[str]:
    if given.senders_given:
        at = (f"anybody at {one}" for one in given.domains)
        yield f"the sender is {_any((*given.addresses, *at, *_named(given)))}"
    if given.sender_sorts:
        yield f"the sender is {_any([SORT_WORDS[one] for one in given.sender_sorts])}"
    if given.known_sender is not None:
        yield f"you have {'' if given.known_sender else 'never '}written to the sender before"


def _content(given: Conditions) -> Iterator[str]:
    if given.categories:
        yield f"it is {_any([CATEGORY_WORDS[one] for one in given.categories])}"
    if given.subject_words:
        yield f"its subject has {_any(_quoted(given.subject_words))}"
    if given.words:
        yield f"its subject, text or sender's name has {_any(_quoted(given.words))}"


def _effects(given: Effects) -> Iterator[str]:
    if given.never_reply:
        yield "no reply is prepared or sent"
    if given.always_ask:
        yield "nothing but labels happens before you have been asked"
    if given.label:
        yield f"it gets the label GetAnswers/{given.label}"
    if given.never_archive:
        yield "it stays unread in the inbox"
    if given.archive:
        yield "archiving is proposed; it happens unasked only where the safety rules allow it"
    if given.urgent:
        yield "it counts as urgent"
    if given.note:
        yield f"whoever writes the answer is told: “{given.note}”"


def _named(given: Conditions) -> Iterator[str]:
    for name in given.sender_names:
        yield f"somebody whose shown name has “{name}” (anyone can write any name)"


def _quoted(words: Sequence[str]) -> list[str]:
    return [f"“{word}”" for word in words]


def _any(parts: Sequence[str]) -> str:
    return " or ".join(parts)
