"""Whether confidence means what it says: held against what was right in the end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

BINS: Final = 10
ERRORS: Final = (0.01, 0.02, 0.05)
"""So much may be wrong of what would be left to an engine: one figure for each."""
_CLOSE: Final = 1e-6
_FARTHEST: Final = 30.0
_SUREST: Final = 0.98
"""What is said to be surer says no more than this: a few dozen decisions cannot tell 99 from 99.9 %."""
_HALVINGS: Final = 40


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def odds(probability: float) -> float:
    """Their logarithm, kept finite."""
    kept = min(max(probability, _CLOSE), 1 - _CLOSE)
    return log(kept / (1 - kept))


def logistic(log_odds: float) -> float:
    """The probability with these odds."""
    return 1 / (1 + exp(-max(-_FARTHEST, min(_FARTHEST, log_odds))))


def excess_of(believed: Sequence[tuple[float, bool]]) -> float:
    """How much too high the odds were, as a logarithm: lowered by it, as many would have come true as were said to."""
    right = sum(one for _, one in believed)
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        expected = sum(logistic(_stated(confidence) - middle) for confidence, _ in believed)
        low, high = (low, middle) if expected <= right else (middle, high)
    return (low + high) / 2


def borne_out(confidence: float, excess: float) -> float:
    """What is left of a confidence, never more than was said."""
    return min(confidence, logistic(_stated(confidence) - excess))


def _stated(confidence: float) -> float:
    return odds(min(max(confidence, 1 - _SUREST), _SUREST))


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages of about the same confidence."""

    count: int
    confidence: float
    """Said, on average."""
    right: float
    """Found, as a share."""


def reliability(believed: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Of (confidence, right) pairs, in ten bins of equal width, empty ones left out."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in believed:
        bins.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, right))
    return [_bin(bins[index]) for index in sorted(bins)]


def _bin(found: list[tuple[float, bool]]) -> Bin:
    count = len(found)
    return Bin(count, sum(one for one, _ in found) / count, sum(right for _, right in found) / count)


def calibration_error(bins: Iterable[Bin]) -> float:
    """The expected calibration error: how far confidence and truth are apart, on average over the messages."""
    found = list(bins)
    return share(sum(one.count * abs(one.confidence - one.right) for one in found), sum(one.count for one in found))


def automatable(believed: Sequence[tuple[float, bool]], error: float) -> float:
    """The largest share of messages, the surest first, among which at most so many are wrong."""
    wrong, best = 0, 0
    ordered = sorted(believed, reverse=True, key=lambda one: one[0])
    for index, (confidence, right) in enumerate(ordered, start=1):
        wrong += not right
        # Messages of the same confidence cannot be told apart, so they count together.
        last_of_its_kind = index == len(ordered) or ordered[index][0] < confidence
        if last_of_its_kind and wrong <= error * index:
            best = index
    return share(best, len(ordered))
