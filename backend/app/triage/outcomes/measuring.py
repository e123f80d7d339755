"""An engine's record: whether it is proof enough to act on, how well its confidence is calibrated, what it could do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.policy.calibration import ERRORS, automatable, borne_out, calibration_error, excess_of, reliability, share

ENOUGH_OUTCOMES: Final = 20
ENOUGH_APPROVED: Final = 0.9
"""So many decisions of the person about an engine's steps of one kind, and such a share of them approved as they were,
before its confidence may open the gate."""
LATEST: Final = 50
"""The decisions that the gate looks at."""
_SURE: Final = 0.95
_NOTABLE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Record:
    """What the person made of an engine's latest steps of one kind."""

    believed: tuple[tuple[float, bool], ...]
    """How sure it said to be of each, and whether that was approved as it was."""

    @property
    def decided(self) -> int:
        return len(self.believed)

    @property
    def approved(self) -> int:
        return sum(right for _, right in self.believed)

    def counts(self, confidence: float) -> float:
        """As far as it was borne out; more than the share approved only where enough as sure as this were right."""
        surer = [right for said, right in self.believed if said >= confidence]
        backing = share(sum(surer), len(surer)) if len(surer) >= ENOUGH_OUTCOMES else self.share
        return min(backing, borne_out(confidence, excess_of(self.believed)))

    @property
    def share(self) -> float:
        return share(self.approved, self.decided)

    @property
    def is_long_enough(self) -> bool:
        return self.decided >= ENOUGH_OUTCOMES

    @property
    def is_proof(self) -> bool:
        return self.is_long_enough and self.share >= ENOUGH_APPROVED


@dataclass(frozen=True, slots=True)
class Outcome:
    """One decision of the person about a step of an engine."""

    engine: str
    prompt_version: str
    kind: str
    confidence: float
    """As it was said when the step was proposed."""
    approved: bool
    """As it was; what was edited, rejected or undone was not."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The person's own decisions about one engine's steps of one kind, under one prompt."""

    engine: str
    prompt_version: str
    kind: str
    outcomes: int
    approved: int
    latest: Record
    """What the gate looks at."""
    calibration_error: float | None = field(default=None)
    automatable: dict[str, float] | None = field(default=None)
    """Allowed error to the share of these steps, the surest first. Both None while there are too few to say."""

    @property
    def in_words(self) -> str:
        latest = self.latest
        if not latest.is_long_enough:
            return (
                f"Not enough yet: {latest.decided} of {ENOUGH_OUTCOMES} decisions. Until then such steps wait for you."
            )
        were = f"{latest.approved} of your latest {latest.decided} decisions approved it as it was"
        if latest.is_proof:
            counts = latest.counts(_SURE)
            counting = "" if counts > _SURE - _NOTABLE else f" When it says {_SURE:.0%}, {counts:.0%} counts."
            return f"Proven: {were}.{counting}"
        return f"Held: {were}; {ENOUGH_APPROVED:.0%} are needed. Such steps wait for you."


def measured(outcomes: Iterable[Outcome]) -> list[Measured]:
    """By engine, prompt and kind; of each the newest outcome comes first, and so do the groups with newer ones."""
    groups: dict[tuple[str, str, str], list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault((one.engine, one.prompt_version, one.kind), []).append(one)
    return [_measured(group) for group in groups.values()]


def _measured(group: Sequence[Outcome]) -> Measured:
    first = group[0]
    believed = tuple((one.confidence, one.approved) for one in group)
    enough = len(group) >= ENOUGH_OUTCOMES
    return Measured(
        engine=first.engine,
        prompt_version=first.prompt_version,
        kind=first.kind,
        outcomes=len(group),
        approved=sum(one.approved for one in group),
        latest=Record(believed[:LATEST]),
        calibration_error=calibration_error(reliability(believed)) if enough else None,
        automatable={f"{error:.0%}": automatable(believed, error) for error in ERRORS} if enough else None,
    )
