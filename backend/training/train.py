"""Makes the weights of the linear models: `python -m training.train` writes them where the package ships them.

The same mails always give the same weights. Slopes and shifts of the calibrations come from `calibration.json`, which
`python -m training.calibrate` makes of predictions about mails that the weights had not seen.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from app.triage.analyse import ALWAYS_BULK, Analysis, analyse
from app.triage.engines.features import features_of
from app.triage.engines.learned import with_rules
from app.triage.engines.linear import WEIGHTS
from app.triage.signals import Signals, read_signals
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category
from training.corpus import Example, digest, examples

CALIBRATION: Final = Path(__file__).parent / "calibration.json"
SEEN: Final = 3
"""A feature that comes from fewer mailboxes says nothing about others: names of one person's friends, say."""
STEPS: Final = 120
"""Weights are stored as whole numbers, the largest as this."""
LEAST: Final = 2
"""Of those steps: a feature that weighs less for every model is left out."""
LOOSENESS: Final = 1.2
"""The inverse of the penalty on large weights."""
UNTYPICAL: Final = 0.3
"""How much a mail counts that is unlike most."""
_KEPT: Final = frozenset({
    Category.SECURITY, Category.FINANCE, Category.LEGAL, Category.INVOICE, Category.PERSONAL, Category.MEETING,
    Category.BOUNCE, Category.SUSPICIOUS, Category.OTHER,
})  # fmt: skip
"""Never put away unread, whatever stands in them."""


@dataclass(frozen=True, slots=True)
class Read:
    """A training mail with everything that rules and models see of it."""

    example: Example
    signals: Signals
    rules: Analysis
    features: dict[str, float]


def read_all(mails: Iterable[Example]) -> list[Read]:
    return [_read(one) for one in mails]


def train() -> dict[str, Any]:
    calibration = json.loads(CALIBRATION.read_text("utf-8"))
    return {"trained_on": digest(), **fitted(read_all(examples())), "calibration": calibration}


def fitted(mails: Sequence[Read]) -> dict[str, Any]:
    """Classes, scale, biases and weights: one column a class, then the answer, bulk, and putting away."""
    seen = Counter(name for _, name in {(one.example.group, name) for one in mails for name in one.features})
    vectors = DictVectorizer()
    table = vectors.fit_transform(
        [{name: value for name, value in one.features.items() if seen[name] >= SEEN} for one in mails]
    )
    counts = [1.0 if one.example.typical else UNTYPICAL for one in mails]
    kinds = _fitted(table, [one.example.category.value for one in mails], counts)
    others = [
        _fitted(table, [one.example.needs_reply for one in mails], counts),
        _fitted_where_known(table, [_bulk(one.example) for one in mails], counts),
        _fitted_where_known(table, [_may_archive(one.example) for one in mails], counts),
    ]
    columns = [column for model in (kinds, *others) for column in model.coef_.tolist()]
    scale = max(abs(weight) for column in columns for weight in column) / STEPS
    names: list[str] = vectors.get_feature_names_out().tolist()
    whole = ([round(column[place] / scale) for column in columns] for place in range(len(names)))
    return {
        "classes": kinds.classes_.tolist(),
        "scale": scale,
        "bias": [bias for model in (kinds, *others) for bias in model.intercept_.tolist()],
        "weights": {name: row for name, row in zip(names, whole, strict=True) if max(map(abs, row)) >= LEAST},
    }


def _read(one: Example) -> Read:
    signals = read_signals(one.snapshot)
    rules = analyse(signals)
    return Read(one, signals, rules, featured(one.snapshot, signals, rules))


def featured(snapshot: Snapshot, signals: Signals, rules: Analysis) -> dict[str, float]:
    return with_rules(features_of(snapshot, signals), rules)


def _bulk(one: Example) -> bool | None:
    """Where the labels do not say so, the category tells, if it does."""
    if one.bulk is not None or one.category is Category.PERSONAL:
        return bool(one.bulk)
    return True if one.category in ALWAYS_BULK else None


def _may_archive(one: Example) -> bool | None:
    """The categories that may never be put away are known without a label."""
    if one.may_archive is not None:
        return one.may_archive
    return False if one.category in _KEPT else None


def _fitted(table: Any, labels: Sequence[Any], counts: Sequence[float]) -> Any:
    return LogisticRegression(C=LOOSENESS, max_iter=3_000).fit(table, labels, sample_weight=counts)


def _fitted_where_known(table: Any, labels: Sequence[bool | None], counts: Sequence[float]) -> Any:
    known = [place for place, label in enumerate(labels) if label is not None]
    return _fitted(table[known], [labels[place] for place in known], [counts[place] for place in known])


def main() -> None:
    WEIGHTS.write_text(json.dumps(train(), ensure_ascii=False, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    main()
