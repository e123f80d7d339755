"""Linear models over the features: softmax for the category, logistic for the answer, with calibrated probabilities.

Their weights are data, made by `python -m training.train` from the mails beside that script.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log
from operator import mul
from pathlib import Path
from typing import Any, Final

from app.triage.verdict import Category

WEIGHTS: Final = Path(__file__).parent / "weights.json"
_CLOSE: Final = 1e-6
_WORD: Final = 4
_WORDS_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Platt:
    """Turns a model's own probability into one that comes true so often."""

    slope: float
    shift: float

    def __call__(self, probability: float) -> float:
        kept = min(max(probability, _CLOSE), 1 - _CLOSE)
        return 1 / (1 + exp(-(self.slope * log(kept / (1 - kept)) + self.shift)))


@dataclass(frozen=True, slots=True)
class Opinion:
    category: Category
    probability: float
    """Of the category, calibrated."""
    categories: Mapping[Category, float]
    """As the model has them, not calibrated."""
    answer: float
    """Probability that an answer is wanted, as the model has it."""
    words: tuple[str, ...]
    """Words of the mail that speak most for the category."""


@dataclass(frozen=True, slots=True)
class LinearModels:
    classes: tuple[Category, ...]
    scale: float
    bias: tuple[float, ...]
    """One for each class, the last for the answer."""
    weights: Mapping[str, tuple[int, ...]]
    """Feature to as many whole numbers; times the scale they are the weights."""
    category_calibration: Platt
    joint_calibration: Platt
    digest: str
    """SHA-256 of the training mails."""

    def opinion(self, features: Mapping[str, float]) -> Opinion:
        known = [name for name in features if name in self.weights]
        rows, values = [self.weights[name] for name in known], [features[name] for name in known]
        sums = [
            bias + self.scale * sum(map(mul, column, values))
            for bias, column in zip(self.bias, zip(*rows, strict=True) if rows else ((),) * len(self.bias), strict=True)
        ]
        *scores, answer = sums
        shares = _softmax(scores)
        best = max(range(len(shares)), key=shares.__getitem__)
        # The weight of a word is the same for all words of a mail: their rows alone can be compared.
        spoken = sorted((-row[best], name) for row, name in zip(rows, known, strict=True) if row[best] > 0)
        return Opinion(
            category=self.classes[best],
            probability=self.category_calibration(shares[best]),
            categories=dict(zip(self.classes, shares, strict=True)),
            answer=1 / (1 + exp(-max(-30.0, min(30.0, answer)))),
            words=tuple(name for _, name in spoken if len(name) >= _WORD and name.isalpha())[:_WORDS_NAMED],
        )


def _softmax(scores: list[float]) -> list[float]:
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    whole = sum(powers)
    return [power / whole for power in powers]


@cache
def shipped_models() -> LinearModels:
    return models_from(json.loads(WEIGHTS.read_text("utf-8")))


def models_from(stored: Mapping[str, Any]) -> LinearModels:
    return LinearModels(
        classes=tuple(map(Category, stored["classes"])),
        scale=stored["scale"],
        bias=tuple(stored["bias"]),
        weights={name: tuple(row) for name, row in stored["weights"].items()},
        category_calibration=Platt(*stored["calibration"]["category"]),
        joint_calibration=Platt(*stored["calibration"]["joint"]),
        digest=stored["trained_on"],
    )
