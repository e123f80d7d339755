"""Linear models over the features: softmax for the category, logistic for the yes-or-no matters, all from one table.

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

from app.triage.engines.cues import cues_in
from app.triage.verdict import Category

WEIGHTS: Final = Path(__file__).parent / "weights.json"
_CLOSE: Final = 1e-6
_WORDS_NAMED: Final = 3
_TELLING: Final = 0.3
"""Of the weight of the word that speaks most for the category: what says less is no reason."""


@dataclass(frozen=True, slots=True)
class Platt:
    """Turns a model's own probability into one that comes true so often."""

    slope: float
    shift: float

    def __call__(self, probability: float) -> float:
        return _logistic(self.slope * odds(probability) + self.shift)


@dataclass(frozen=True, slots=True)
class Opinion:
    category: Category
    categories: Mapping[Category, float]
    """As the model has them, not calibrated."""
    answer: float
    """Probability that an answer is wanted, as the model has it."""
    bulk: float
    """Probability that a machine wrote it or that it went out to many."""
    away: float
    """Probability that the user would not mind if it were put away unread."""
    words: tuple[str, ...]
    """Words of the mail that speak most for the category, and that mean something to a person."""


@dataclass(frozen=True, slots=True)
class LinearModels:
    classes: tuple[Category, ...]
    scale: float
    bias: tuple[float, ...]
    """One for each class, the last three for the answer, for bulk and for putting it away."""
    weights: Mapping[str, tuple[int, ...]]
    """Feature to as many whole numbers; times the scale they are the weights."""
    category_calibration: Platt
    joint_calibration: Platt
    away_calibration: Platt
    digest: str
    """SHA-256 of the training mails."""

    def opinion(self, features: Mapping[str, float]) -> Opinion:
        known = [name for name in features if name in self.weights]
        rows, values = [self.weights[name] for name in known], [features[name] for name in known]
        sums = [
            bias + self.scale * sum(map(mul, column, values))
            for bias, column in zip(self.bias, zip(*rows, strict=True) if rows else ((),) * len(self.bias), strict=True)
        ]
        *scores, answer, bulk, away = sums
        shares = _softmax(scores)
        best = max(range(len(shares)), key=shares.__getitem__)
        return Opinion(
            category=self.classes[best],
            categories=dict(zip(self.classes, shares, strict=True)),
            answer=_logistic(answer),
            bulk=_logistic(bulk),
            away=_logistic(away),
            words=_telling({name: row[best] for name, row in zip(known, rows, strict=True) if name.isalpha()}),
        )


def _telling(weights: Mapping[str, int]) -> tuple[str, ...]:
    """Only words of the lists of cues: names and chance companions weigh something, too, but explain nothing."""
    least = _TELLING * max(weights.values(), default=0)
    heavy = sorted((-weight, word) for word, weight in weights.items() if weight > 0 and weight >= least)
    return tuple(word for _, word in heavy if any(cues_in(f" {word} ")))[:_WORDS_NAMED]


def odds(probability: float) -> float:
    """Their logarithm, kept finite."""
    kept = min(max(probability, _CLOSE), 1 - _CLOSE)
    return log(kept / (1 - kept))


def _logistic(score: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


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
        away_calibration=Platt(*stored["calibration"]["away"]),
        digest=stored["trained_on"],
    )
