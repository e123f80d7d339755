"""Counting right and wrong: recall, precision, F1, agreement between labellers, calibration."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

BINS: Final = 10


@dataclass(frozen=True, slots=True)
class ClassScore:
    count: int
    """Messages that are of this class by their labels."""
    recall: float
    precision: float
    f1: float


@dataclass(frozen=True, slots=True)
class Scores:
    classes: dict[str, ClassScore]
    accuracy: float

    @property
    def macro_f1(self) -> float:
        """The mean over the classes that occur, each counting the same however rare it is."""
        present = [one.f1 for one in self.classes.values() if one.count]
        return sum(present) / len(present) if present else 0.0


def scores(pairs: Sequence[tuple[str, str]]) -> Scores:
    """Of (label, said) pairs."""
    labelled, said = Counter(label for label, _ in pairs), Counter(one for _, one in pairs)
    right = Counter(label for label, one in pairs if label == one)
    classes = {name: _score(right[name], labelled[name], said[name]) for name in sorted(labelled | said)}
    return Scores(classes, share(right.total(), len(pairs)))


def _score(right: int, labelled: int, said: int) -> ClassScore:
    return ClassScore(labelled, share(right, labelled), share(right, said), share(2 * right, labelled + said))


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Cohen's kappa: how far two labellers agree beyond what chance would give; 1 is always."""
    if not pairs:
        return 0.0
    left, right = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    chance = sum(left[name] * right[name] for name in left) / len(pairs) ** 2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


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
