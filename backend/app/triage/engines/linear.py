"""Linear models: one table for the message (softmax for kinds, logistic for yes or no), one for each of its sentences.

Their weights are data, made by `python -m training.train` from the mails beside that script.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from operator import mul
from pathlib import Path
from typing import Any, Final

from app.policy.calibration import logistic, odds
from app.triage.engines.cues import cues_in
from app.triage.verdict import Category

WEIGHTS: Final = Path(__file__).parent / "weights.json"
_WORDS_NAMED: Final = 3
_TELLING: Final = 0.3
"""Of the weight of the word that speaks most for the category: what says less is no reason."""
_MOST_ASKING: Final = 3
"""So many sentences count one by one."""
_AT_END: Final = 4
_SILENT: Final = -8.0
"""The odds of a sentence that is not there."""
_MOST_ODDS: Final = 12.0
_MAY_ASK: Final = -3.0
"""A sentence with lower odds is not told as one that asks."""


@dataclass(frozen=True, slots=True)
class Platt:
    """Turns a model's own probability into one that comes true so often."""

    slope: float
    shift: float

    def __call__(self, probability: float) -> float:
        return logistic(self.slope * odds(probability) + self.shift)


@dataclass(frozen=True, slots=True)
class Impression:
    """What each model says of a message by itself."""

    categories: Mapping[Category, float]
    """As the model has them, not calibrated."""
    answer: float
    """Probability that an answer is wanted, whatever the category."""
    answer_of_kind: float
    """The same by the model that learned each category's answered and unanswered mails apart."""
    bulk: float
    """Probability that a machine wrote it or that it went out to many."""
    away: float
    """Probability that the user would not mind if it were put away unread."""
    asking: tuple[float, ...]
    """Of each sentence, the odds (as logarithm) that it asks the reader for an answer."""
    words: tuple[str, ...]
    """Words of the mail that speak most for the category, and that mean something to a person."""

    @property
    def category(self) -> Category:
        return max(self.categories, key=self.categories.__getitem__)

    def row(self) -> list[float]:
        """What is weighed to tell whether an answer is wanted, all as logarithms of odds."""
        single = (self.answer, self.answer_of_kind, self.bulk, self.away)
        kinds = (self.categories[one] for one in sorted(self.categories))
        most = sorted(self.asking, reverse=True)[:_MOST_ASKING]
        none = 1.0
        for sentence in self.asking:
            none *= 1 - logistic(sentence)
        asked = (
            *most,
            *[_SILENT] * (_MOST_ASKING - len(most)),
            odds(1 - none) if self.asking else _SILENT,
            max(self.asking[-_AT_END:], default=_SILENT),
            log(1 + len(self.asking)),
        )
        return [max(-_MOST_ODDS, min(_MOST_ODDS, one)) for one in (*map(odds, (*single, *kinds)), *asked)]


@dataclass(frozen=True, slots=True)
class Weighing:
    """A logistic model over the single opinions, their squares and their products: each counts by what others say."""

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    bias: float
    weights: tuple[float, ...]
    """In the order of `products`."""

    def __call__(self, row: Sequence[float]) -> float:
        alike = [(one - mean) / spread for one, mean, spread in zip(row, self.mean, self.spread, strict=True)]
        pairs = zip(self.weights, products(alike), strict=True)
        return logistic(self.bias + sum(weight * product for weight, product in pairs))


def products(row: Sequence[float]) -> list[float]:
    """The values themselves, then each with itself and with every later one."""
    return [*row, *(one * other for place, one in enumerate(row) for other in row[place:])]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the models say together."""

    impression: Impression
    answer: float
    """Probability that an answer is wanted."""

    @property
    def category(self) -> Category:
        return self.impression.category

    @property
    def categories(self) -> Mapping[Category, float]:
        return self.impression.categories

    @property
    def bulk(self) -> float:
        return self.impression.bulk

    @property
    def away(self) -> float:
        return self.impression.away

    @property
    def asks_outright(self) -> bool:
        """One of its sentences asks more likely than not."""
        return max(self.impression.asking, default=_SILENT) > 0

    @property
    def likely_ask(self) -> int | None:
        """Place of the sentence that most likely asks its reader something: one that may, or the only one."""
        asking = self.impression.asking
        most = max(range(len(asking)), key=asking.__getitem__, default=None)
        return most if most is not None and (asking[most] >= _MAY_ASK or len(asking) == 1) else None


@dataclass(frozen=True, slots=True)
class LinearModels:
    classes: tuple[tuple[Category, bool], ...]
    """Category, and whether an answer is wanted."""
    scale: float
    bias: tuple[float, ...]
    """One for each class, the last three for the answer, for bulk and for putting it away."""
    weights: Mapping[str, tuple[int, ...]]
    """Feature to as many whole numbers; times the scale they are the weights."""
    sentence_scale: float
    sentence_bias: float
    sentence_weights: Mapping[str, int]
    weighing: Weighing
    category_calibration: Platt
    joint_calibration: Platt
    away_calibration: Platt
    digest: str
    """SHA-256 of the training mails."""

    def opinion(self, features: Mapping[str, float], sentences: Sequence[Mapping[str, float]]) -> Opinion:
        """`features` of the whole message, `sentences` of each of its sentences."""
        return self.concluded(self.impression(features, sentences))

    def concluded(self, impression: Impression) -> Opinion:
        return Opinion(impression, self.weighing(impression.row()))

    def impression(self, features: Mapping[str, float], sentences: Sequence[Mapping[str, float]]) -> Impression:
        known = [name for name in features if name in self.weights]
        rows, values = [self.weights[name] for name in known], [features[name] for name in known]
        sums = [
            bias + self.scale * sum(map(mul, column, values))
            for bias, column in zip(self.bias, zip(*rows, strict=True) if rows else ((),) * len(self.bias), strict=True)
        ]
        *scores, answer, bulk, away = sums
        shares = _softmax(scores)
        categories = dict.fromkeys((category for category, _ in self.classes), 0.0)
        for (category, _), share in zip(self.classes, shares, strict=True):
            categories[category] += share
        best = max(categories, key=categories.__getitem__)
        of_best = [place for place, (category, _) in enumerate(self.classes) if category is best]
        plain = ((name, row) for name, row in zip(known, rows, strict=True) if name.isalpha())
        return Impression(
            categories=categories,
            answer=logistic(answer),
            answer_of_kind=sum(share for (_, wanted), share in zip(self.classes, shares, strict=True) if wanted),
            bulk=logistic(bulk),
            away=logistic(away),
            asking=tuple(map(self._asking, sentences)),
            words=_telling({name: max(row[place] for place in of_best) for name, row in plain}),
        )

    def _asking(self, features: Mapping[str, float]) -> float:
        weights = self.sentence_weights
        return self.sentence_bias + self.sentence_scale * sum(
            weights[name] * value for name, value in features.items() if name in weights
        )


def _telling(weights: Mapping[str, int]) -> tuple[str, ...]:
    """Only words of the lists of cues: names and chance companions weigh something, too, but explain nothing."""
    least = _TELLING * max(weights.values(), default=0)
    heavy = sorted((-weight, word) for word, weight in weights.items() if weight > 0 and weight >= least)
    return tuple(word for _, word in heavy if any(cues_in(f" {word} ")))[:_WORDS_NAMED]


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
        classes=tuple((Category(category), wanted) for category, wanted in stored["classes"]),
        scale=stored["scale"],
        bias=tuple(stored["bias"]),
        weights={name: tuple(row) for name, row in stored["weights"].items()},
        sentence_scale=stored["sentences"]["scale"],
        sentence_bias=stored["sentences"]["bias"],
        sentence_weights=stored["sentences"]["weights"],
        weighing=weighing_from(stored["calibration"]["weighing"]),
        category_calibration=Platt(*stored["calibration"]["category"]),
        joint_calibration=Platt(*stored["calibration"]["joint"]),
        away_calibration=Platt(*stored["calibration"]["away"]),
        digest=stored["trained_on"],
    )


def weighing_from(stored: Mapping[str, Any]) -> Weighing:
    return Weighing(tuple(stored["mean"]), tuple(stored["spread"]), stored["bias"], tuple(stored["weights"]))
