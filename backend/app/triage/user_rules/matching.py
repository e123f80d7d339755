"""Whether a rule applies to a mail; deterministic, from what code knows of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.mail.addresses import registrable_domain
from app.triage.signals import Signals
from app.triage.snapshot import Snapshot
from app.triage.user_rules.meaning import Conditions, Reached, SenderSort
from app.triage.verdict import Category, Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail as rules see it."""

    address: str
    name: str
    sort: SenderSort | None
    known: bool
    category: Category
    subject: str
    text: str
    from_list: bool
    reached: Reached | None
    needs_reply: bool


def seen_now(snapshot: Snapshot, signals: Signals, verdict: Verdict) -> Seen:
    message = snapshot.message
    return Seen(
        address=message.sender_address,
        name=message.sender_name,
        sort=sort_of(signals.origin.kind.value),
        known=signals.known_sender,
        category=verdict.category,
        subject=message.subject,
        text=message.text,
        from_list=through_list(message.headers),
        reached=reached_of(signals.addressing.delivery.value),
        needs_reply=verdict.needs_reply,
    )


def sort_of(kind: str) -> SenderSort | None:
    return SenderSort(kind) if kind in set(SenderSort) else None


def reached_of(delivery: str) -> Reached | None:
    return Reached(delivery) if delivery in set(Reached) else None


def through_list(headers: Iterable[str]) -> bool:
    return any(name.lower() in {"list-id", "list-post"} for name in headers)


def matches(conditions: Conditions, seen: Seen) -> bool:
    """An empty set of conditions matches nothing: a rule for all mail says so."""
    if conditions.empty:
        return False
    return (
        (not conditions.senders_given or _from(conditions, seen))
        and (not conditions.sender_sorts or seen.sort in conditions.sender_sorts)
        and conditions.known_sender in {None, seen.known}
        and (not conditions.categories or seen.category in conditions.categories)
        and (not conditions.subject_words or _any_of(conditions.subject_words, seen.subject))
        and (not conditions.words or _any_of(conditions.words, f"{seen.subject}\n{seen.name}\n{seen.text}"))
        and conditions.from_list in {None, seen.from_list}
        and (not conditions.reached or seen.reached in conditions.reached)
        and conditions.needs_reply in {None, seen.needs_reply}
    )


def _from(conditions: Conditions, seen: Seen) -> bool:
    domain = seen.address.rpartition("@")[2]
    within = {domain, registrable_domain(seen.address)}
    return (
        seen.address in conditions.addresses
        or any(one in within or domain.endswith(f".{one}") for one in conditions.domains)
        or _any_of(conditions.sender_names, seen.name)
    )


def _any_of(words: tuple[str, ...], text: str) -> bool:
    return bool(words) and _pattern(words).search(text) is not None


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words, whatever their case; a trailing * stands for any ending."""
    return re.compile("|".join(_one(word) for word in words), re.IGNORECASE)


def _one(word: str) -> str:
    stem = r"\s+".join(re.escape(part) for part in word.removesuffix("*").split())
    ending = "" if word.endswith("*") else r"(?!\w)"
    return rf"(?<!\w){stem}{ending}"
