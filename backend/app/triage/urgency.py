"""How soon the user has to act: by the date, else by what the message reports."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from app.triage.signals import Signals
from app.triage.signals.haste_words import (
    CHECK_BACK,
    DELAYED,
    MENDED,
    MOVED,
    NEAR,
    OUTAGE,
    OWN_DOING,
    TO_MEND,
)
from app.triage.verdict import Category, Urgency

_SOON: Final = timedelta(days=1)
"""High is what is lost by the end of the next day."""
_QUIET: Final = frozenset({
    Category.SUSPICIOUS, Category.MARKETING, Category.AUTO_REPLY, Category.MAILING_LIST, Category.OTHER,
})  # fmt: skip
"""Whatever such mail claims, nothing is lost by leaving it."""


def urgency_of(category: Category, signals: Signals, deadline: date | None, *, answer_wanted: bool) -> Urgency:
    """The sender's own "urgent" is no reason; a date that is near is one."""
    if deadline is not None and deadline - signals.written <= _SOON:
        return Urgency.HIGH
    if answer_wanted:
        return Urgency.NORMAL
    if category in _QUIET:
        return Urgency.LOW
    said = _BY_CATEGORY.get(category, _low)(signals)
    return Urgency.NORMAL if said is Urgency.LOW and deadline is not None else said


def _low(_: Signals) -> Urgency:
    return Urgency.LOW


def _normal(_: Signals) -> Urgency:
    return Urgency.NORMAL


def _security(signals: Signals) -> Urgency:
    """Somebody may be at the account, unless it confirms what the user has done."""
    own = OWN_DOING.found_in(signals.reading.spoken) and not signals.topics.code
    return Urgency.NORMAL if own else Urgency.HIGH


def _bounce(signals: Signals) -> Urgency:
    return Urgency.LOW if DELAYED.found_in(signals.reading.spoken) else Urgency.NORMAL


def _meeting(signals: Signals) -> Urgency:
    """One that is called, moved or cancelled within the next day; else an invitation waits, the rest does not."""
    invitation = signals.invitation
    method = invitation.method if invitation else ""
    if method == "REPLY":
        return Urgency.LOW
    moved = bool(method) or MOVED.found_in(signals.reading.spoken)
    if moved and _is_near(signals):
        return Urgency.HIGH
    return Urgency.NORMAL if method and method != "CANCEL" else Urgency.LOW


def _is_near(signals: Signals) -> bool:
    start = signals.invitation.start if signals.invitation else None
    if start is None:
        return NEAR.found_in(signals.reading.spoken)
    return timedelta() <= start.date() - signals.written <= _SOON


def _notification(signals: Signals) -> Urgency:
    subject = signals.reading.subject_spoken
    if OUTAGE.found_in(subject) and not MENDED.found_in(subject):
        return Urgency.HIGH
    return Urgency.NORMAL if TO_MEND.found_in(signals.reading.spoken) and not _is_mended(signals) else Urgency.LOW


def _is_mended(signals: Signals) -> bool:
    return MENDED.found_in(signals.reading.subject_spoken) or signals.origin.bulk != ()


def _finance(signals: Signals) -> Urgency:
    return Urgency.HIGH if CHECK_BACK.found_in(signals.reading.spoken) else Urgency.LOW


def _receipt(signals: Signals) -> Urgency:
    return Urgency.NORMAL if TO_MEND.found_in(signals.reading.spoken) else Urgency.LOW


_BY_CATEGORY: Final[Mapping[Category, Callable[[Signals], Urgency]]] = MappingProxyType(
    {
        Category.SECURITY: _security,
        Category.BOUNCE: _bounce,
        Category.MEETING: _meeting,
        Category.NOTIFICATION: _notification,
        Category.FINANCE: _finance,
        Category.RECEIPT: _receipt,
        Category.INVOICE: _normal,
        Category.LEGAL: _normal,
    }
)
