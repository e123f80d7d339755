"""Whether confidence means what it says: held against what was right in the end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

BINS: Final = 10
ERRORS: Final = (0.01, 0.02, 0.05)
"""So much may be wrong of what would be left to an engine: one figure for each."""


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


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
