"""Makes the weights of the linear models: `python -m training.train` writes them where the package ships them.

The same mails always give the same weights. Slopes and shifts of the calibrations come from `calibration.json`, which
`python -m training.calibrate` makes of predictions about mails that the weights had not seen.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from app.triage.analyse import ALWAYS_BULK, Analysis, analyse
from app.triage.engines.features import features_of
from app.triage.engines.learned import with_rules
from app.triage.engines.linear import WEIGHTS
from app.triage.engines.sentences import asking_features, sentences_read
from app.triage.signals import Signals, read_signals
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
LOOSENESS_OF_SENTENCES: Final = 1.0
OF_A_KIND: Final = 20
"""Of so many mails of a category that want an answer, a class of its own is learned."""
UNTYPICAL: Final = 0.3
"""How much a mail counts that is unlike most."""
_KEPT: Final = frozenset({
    Category.SECURITY, Category.FINANCE, Category.LEGAL, Category.INVOICE, Category.PERSONAL, Category.MEETING,
    Category.BOUNCE, Category.SUSPICIOUS, Category.OTHER,
})  # fmt: skip
"""Never put away unread, whatever stands in them."""
_WANTING: Final = " that wants an answer"


@dataclass(frozen=True, slots=True)
class Read:
    """A training mail with everything that rules and models see of it."""

    example: Example
    signals: Signals
    rules: Analysis
    features: dict[str, float]
    sentences: list[dict[str, float]]


def read_all(mails: Iterable[Example]) -> list[Read]:
    return [_read(one) for one in mails]


def train() -> dict[str, Any]:
    calibration = json.loads(CALIBRATION.read_text("utf-8"))
    return {"trained_on": digest(), **fitted(read_all(examples())), "calibration": calibration}


def fitted(mails: Sequence[Read]) -> dict[str, Any]:
    """Classes, scale, biases and weights: one column a class, then the answer, bulk, and putting away."""
    counts = [weight_of(one) for one in mails]
    table, names = _table([one.features for one in mails], [one.example.group for one in mails])
    wanted = Counter(one.example.category for one in mails if one.example.needs_reply)
    kinds = _fitted(table, [_kind(one.example, wanted) for one in mails], counts)
    others = [
        _fitted(table, [one.example.needs_reply for one in mails], counts),
        _fitted_where_known(table, [_bulk(one.example) for one in mails], counts),
        _fitted_where_known(table, [_may_archive(one.example) for one in mails], counts),
    ]
    columns = [column for model in (kinds, *others) for column in model.coef_.tolist()]
    scale, weights = _in_steps(names, columns)
    return {
        "classes": [[name.partition(_WANTING)[0], name.endswith(_WANTING)] for name in kinds.classes_.tolist()],
        "scale": scale,
        "bias": [bias for model in (kinds, *others) for bias in model.intercept_.tolist()],
        "weights": weights,
        "sentences": _fitted_sentences(mails),
    }


def _fitted_sentences(mails: Sequence[Read]) -> dict[str, Any]:
    """Whether a sentence asks its reader for an answer, by those that were marked."""
    known = [
        (features, asks, one)
        for one in mails
        for features, asks in zip(one.sentences, _asking(one), strict=True)
        if asks is not None
    ]
    table, names = _table([features for features, _, _ in known], [one.example.group for _, _, one in known])
    labels, counts = [asks for _, asks, _ in known], [weight_of(one) for _, _, one in known]
    model = _fitted(table, labels, counts, LOOSENESS_OF_SENTENCES)
    scale, weights = _in_steps(names, model.coef_.tolist())
    return {
        "scale": scale,
        "bias": model.intercept_.tolist()[0],
        "weights": {name: weight for name, (weight,) in weights.items()},
    }


def _asking(one: Read) -> list[bool | None]:
    """Where nobody marked sentences, the mail's label says it of all of them, or of the only one."""
    sentences = sentences_read(one.signals)
    if one.example.asking is not None:
        if lost := one.example.asking.difference(sentence.text for sentence in sentences):
            raise LookupError(f"These sentences are marked as asking, but no mail holds them: {lost}")
        return [sentence.text in one.example.asking for sentence in sentences]
    unknown = one.example.needs_reply and len(sentences) > 1
    return [None if unknown else one.example.needs_reply] * len(sentences)


def _table(rows: Sequence[Mapping[str, float]], groups: Sequence[str]) -> tuple[Any, list[str]]:
    """A column for each feature that enough mailboxes have, and their names."""
    seen = Counter(name for _, name in {(group, name) for row, group in zip(rows, groups, strict=True) for name in row})
    vectors = DictVectorizer()
    table = vectors.fit_transform([{name: row[name] for name in row if seen[name] >= SEEN} for row in rows])
    return table, vectors.get_feature_names_out().tolist()


def _in_steps(names: Sequence[str], columns: Sequence[Sequence[float]]) -> tuple[float, dict[str, list[int]]]:
    """The scale, and for each name that weighs something its weights as whole numbers."""
    scale = max(abs(weight) for column in columns for weight in column) / STEPS
    rows = ([round(weight / scale) for weight in row] for row in zip(*columns, strict=True))
    return scale, {name: row for name, row in zip(names, rows, strict=True) if max(map(abs, row)) >= LEAST}


def weight_of(one: Read) -> float:
    """How much it counts."""
    return 1.0 if one.example.typical else UNTYPICAL


def _kind(one: Example, wanted: Mapping[Category, int]) -> str:
    """A category's mails that want an answer are a class of their own: within it, other words tell them apart."""
    return one.category.value + (_WANTING if one.needs_reply and wanted[one.category] >= OF_A_KIND else "")


def _read(one: Example) -> Read:
    signals = read_signals(one.snapshot)
    rules = analyse(signals)
    features = with_rules(features_of(one.snapshot, signals), rules)
    return Read(one, signals, rules, features, asking_features(one.snapshot, signals))


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


def _fitted(table: Any, labels: Sequence[Any], counts: Sequence[float], looseness: float = LOOSENESS) -> Any:
    return LogisticRegression(C=looseness, max_iter=3_000).fit(table, labels, sample_weight=counts)


def _fitted_where_known(table: Any, labels: Sequence[bool | None], counts: Sequence[float]) -> Any:
    known = [place for place, label in enumerate(labels) if label is not None]
    return _fitted(table[known], [labels[place] for place in known], [counts[place] for place in known])


def main() -> None:
    WEIGHTS.write_text(json.dumps(train(), ensure_ascii=False, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    main()
