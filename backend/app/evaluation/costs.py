"""What a mistake costs the user, in units of one needless interruption."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from app.evaluation.judging import Judged
from app.policy.facts import Kind
from app.triage.verdict import Category, Step, Urgency


class Mistake(StrEnum):
    PUT_AWAY = "put away unasked, though it may not be"
    FOOLED = "taken for honest, though it is an attack"
    MISSED_MUST = "said to need no reply, though somebody must answer"
    MISSED_DEADLINE = "deadline missed or set too late"
    MISSED_REPLY = "said to need no reply, though somebody expects one"
    PROPOSED_AWAY = "proposed to be put away, though it may not be"
    MISSED_HASTE = "said not to be urgent, though it is"
    INTERRUPTED = "said to need a reply, though nobody expects one"
    FALSE_HASTE = "said to be urgent, though it is not"
    FALSE_DEADLINE = "deadline invented or set too early"
    MISFILED = "wrong category, without further harm"


COSTS: Final = {
    Mistake.PUT_AWAY: 20.0,
    Mistake.MISSED_MUST: 10.0,
    Mistake.FOOLED: 5.0,
    Mistake.MISSED_DEADLINE: 3.0,
    Mistake.MISSED_REPLY: 3.0,
    Mistake.PROPOSED_AWAY: 2.0,
    Mistake.MISSED_HASTE: 2.0,
    Mistake.INTERRUPTED: 1.0,
    Mistake.FALSE_HASTE: 0.5,
    Mistake.FALSE_DEADLINE: 0.5,
    Mistake.MISFILED: 0.25,
}
"""A security alert that vanished costs most, then an answer that never came; one look too many is the unit."""


def mistakes(judged: Sequence[Judged]) -> Counter[Mistake]:
    return Counter(mistake for one in judged for mistake in _mistakes(one))


def cost(found: Counter[Mistake]) -> float:
    return sum(COSTS[mistake] * count for mistake, count in found.items())


def _mistakes(one: Judged) -> Iterator[Mistake]:
    yield from _about_putting_away(one)
    yield from _about_replies(one)
    yield from _about_time(one)
    labels, said = one.labels.category, one.verdict.category
    if labels is Category.SUSPICIOUS and said is not Category.SUSPICIOUS:
        yield Mistake.FOOLED
    elif labels is not said:
        yield Mistake.MISFILED


def _about_putting_away(one: Judged) -> Iterator[Mistake]:
    if one.labels.may_archive is not False:
        return
    if Kind.ARCHIVE in one.unasked:
        yield Mistake.PUT_AWAY
    elif Step.ARCHIVE in one.proposed:
        yield Mistake.PROPOSED_AWAY


def _about_replies(one: Judged) -> Iterator[Mistake]:
    if one.labels.needs_reply and not one.verdict.needs_reply:
        yield Mistake.MISSED_MUST if one.labels.must_reply else Mistake.MISSED_REPLY
    elif one.verdict.needs_reply and not one.labels.needs_reply:
        yield Mistake.INTERRUPTED


def _about_time(one: Judged) -> Iterator[Mistake]:
    wanted, said = one.labels.deadline, one.verdict.deadline
    if wanted is not None and (said is None or said > wanted):
        yield Mistake.MISSED_DEADLINE
    elif said is not None and said != wanted:
        yield Mistake.FALSE_DEADLINE
    if (one.labels.urgency is Urgency.HIGH) is not (one.verdict.urgency is Urgency.HIGH):
        yield Mistake.MISSED_HASTE if one.labels.urgency is Urgency.HIGH else Mistake.FALSE_HASTE
