"""Counting right and wrong: recall, precision, F1, agreement between labellers."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from app.policy.calibration import share


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


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Cohen's kappa: how far two labellers agree beyond what chance would give; 1 is always."""
    if not pairs:
        return 0.0
    left, right = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    chance = sum(left[name] * right[name] for name in left) / len(pairs) ** 2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)
