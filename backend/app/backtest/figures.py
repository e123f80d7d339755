"""What a replayed history amounts to, in figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Final

from app.backtest.replaying import Outcome
from app.policy.facts import Kind

PUT_AWAY: Final = frozenset({Kind.ARCHIVE})
SPEEDS: Final = (
    ("within an hour", timedelta(hours=1)),
    ("within a day", timedelta(days=1)),
    ("within a week", timedelta(weeks=1)),
    ("later", timedelta.max),
)


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    received: int
    compared: int
    agreed: int


@dataclass(frozen=True, slots=True)
class Figures:
    received: int
    compared: int
    """Messages of which the history shows whether they were answered."""
    both: int
    """Answered, and the agent said that a reply is due."""
    missed: tuple[Outcome, ...]
    """Answered, and the agent saw no need: newest first."""
    needless: tuple[Outcome, ...]
    """Not answered, and the agent would have asked for a reply: newest first."""
    neither: int
    unasked: dict[Kind, int]
    """Messages by what would have happened to them unasked."""
    put_away_yet_answered: tuple[Outcome, ...]
    categories: dict[str, int]
    months: tuple[Month, ...]
    speeds: dict[str, int]
    """How soon answered messages were answered."""
    median_answer: timedelta | None
    model_calls: int
    tokens: int
    microdollars: int | None
    """None where a price is not known."""

    @property
    def agreement(self) -> float:
        return (self.both + self.neither) / self.compared if self.compared else 0.0

    @property
    def answered(self) -> int:
        return self.both + len(self.missed)

    @property
    def touched_unasked(self) -> int:
        return sum(self.unasked.values())


def figures(outcomes: Sequence[Outcome]) -> Figures:
    settled = [one for one in outcomes if one.settled]
    newest = sorted(settled, key=lambda one: one.mail.when, reverse=True)
    answers = [one.answered_after for one in outcomes if one.answered_after is not None]
    usage = [use for one in outcomes for use in one.verdict.usage]
    costs = [use.cost_microdollars for use in usage]
    return Figures(
        received=len(outcomes),
        compared=len(settled),
        both=sum(one.answered and one.verdict.needs_reply for one in settled),
        missed=tuple(one for one in newest if one.answered and not one.verdict.needs_reply),
        needless=tuple(one for one in newest if not one.answered and one.verdict.needs_reply),
        neither=sum(not one.answered and not one.verdict.needs_reply for one in settled),
        unasked=dict(Counter(kind for one in outcomes for kind in one.unasked)),
        put_away_yet_answered=tuple(one for one in newest if one.answered and PUT_AWAY & one.unasked),
        categories=dict(Counter(one.verdict.category.value for one in outcomes).most_common()),
        months=_months(outcomes),
        speeds=_speeds(answers),
        median_answer=timedelta(seconds=median(one.total_seconds() for one in answers)) if answers else None,
        model_calls=len(usage),
        tokens=sum(use.input_tokens + use.output_tokens for use in usage),
        microdollars=None if None in costs else sum(one for one in costs if one is not None),
    )


def _months(outcomes: Sequence[Outcome]) -> tuple[Month, ...]:
    gathered: dict[str, list[Outcome]] = {}
    for one in outcomes:
        gathered.setdefault(f"{one.mail.when:%Y-%m}", []).append(one)
    return tuple(
        Month(
            name=name,
            received=len(gathered[name]),
            compared=sum(one.settled for one in gathered[name]),
            agreed=sum(one.settled and one.answered == one.verdict.needs_reply for one in gathered[name]),
        )
        for name in sorted(gathered)
    )


def _speeds(answers: Sequence[timedelta]) -> dict[str, int]:
    found = {name: 0 for name, _ in SPEEDS}
    for waited in answers:
        found[next(name for name, longest in SPEEDS if waited <= longest)] += 1
    return found
