"""What the user did with a sender's latest mails, and whether that is a habit. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.db.models import EventKind, PatternKind

ENOUGH: Final = 5
"""So many mails in a row, each treated the same."""
LOOKED_AT: Final = 10
"""Of the latest that the user did anything with; one among them that was treated otherwise, and it is no habit."""
DAYS: Final = 3
"""On so many days at least: who clears out a folder once has no habit."""
LEFT_LYING: Final = timedelta(days=7)
"""Not even opened for so long: the user does nothing with it, which is no deed to repeat."""
CHANGED: Final = 2
"""So many in a row treated in the other way, and the habit is another one, or none."""
SETTLED: Final = timedelta(days=1)
"""What was opened may still be answered for so long."""

CONTRADICTING: Final = frozenset({
    EventKind.MOVED_TO_INBOX, EventKind.LABEL_REMOVED, EventKind.REPLIED, EventKind.OUT_OF_SPAM, EventKind.STARRED,
    EventKind.UNTRASHED,
})  # fmt: skip
"""Deeds of the user that end a pattern at once."""
OTHERWISE: Final = CONTRADICTING | {EventKind.LABEL_ADDED, EventKind.MOVED_TO_SPAM, EventKind.UNREAD}
"""Deeds that no pattern repeats."""
AWAY: Final = (EventKind.ARCHIVED, EventKind.TRASHED)


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier mail of the sender, and what the user did with it."""

    received_at: datetime
    labels: frozenset[str]
    authentic: bool
    """The receiving server vouches for the sender."""
    deeds: tuple[tuple[EventKind, datetime], ...] = ()
    """In their mail program; never what we did ourselves."""
    archiving_approved: datetime | None = None
    refused: bool = False
    """They rejected or undid what we proposed or did, or had an answer sent."""


@dataclass(frozen=True, slots=True)
class Habit:
    kind: PatternKind
    mails: int


@dataclass(frozen=True, slots=True)
class _Treated:
    how: PatternKind | None
    """None for whatever makes no habit."""
    at: datetime


def habit_in(past: Iterable[Past], *, now: datetime) -> Habit | None:
    """Of the sender's mails, newest first. What cannot be told, or was done by us unasked, counts for nothing."""
    treated = [found for one in past if (found := _treated(one, now)) is not None][:LOOKED_AT]
    kinds = {one.how for one in treated}
    if len(treated) < ENOUGH or len(kinds) != 1 or len({one.at.date() for one in treated}) < DAYS:
        return None
    (kind,) = kinds
    return None if kind is None else Habit(kind, len(treated))


def has_changed(past: Iterable[Past], kind: PatternKind, *, since: datetime, now: datetime) -> bool:
    """Whether since it was learnt the latest mails were all treated in the other way, which is no contradiction."""
    treated = (_treated(one, now) for one in past)
    latest = [one.how for one in treated if one is not None and one.how is not None and one.at > since][:CHANGED]
    return len(latest) == CHANGED and kind not in latest


def _treated(one: Past, now: datetime) -> _Treated | None:
    deeds = dict(one.deeds)
    if one.refused or OTHERWISE & deeds.keys():
        return _Treated(None, one.received_at)
    if not one.authentic:  # somebody else may have written it to teach us this very habit
        return None
    away = next((deeds[kind] for kind in AWAY if kind in deeds), one.archiving_approved)
    if (opened := deeds.get(EventKind.READ)) is not None:
        return _Treated(PatternKind.ONLY_READ, opened) if one.received_at <= now - SETTLED else None
    if away is not None:
        return _Treated(PatternKind.PUT_AWAY, away)
    if {"INBOX", "UNREAD"} <= one.labels and one.received_at <= now - LEFT_LYING:
        return _Treated(None, one.received_at)
    return None
