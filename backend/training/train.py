"""Makes the weights of the linear models: `python -m training.train` writes them where the package ships them.

The same mails always give the same weights. `calibration.json` holds slope and shift of the two calibrations; they are
fitted on the development half of the evaluation, which the weights have not seen.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from app.triage.analyse import analyse
from app.triage.engines.features import features_of
from app.triage.engines.learned import with_rules
from app.triage.engines.linear import WEIGHTS
from app.triage.signals import read_signals
from app.triage.snapshot import Snapshot
from training.corpus import digest, examples

SEEN: Final = 2
"""A feature that fewer mails have says nothing about others."""
STEPS: Final = 120
"""Weights are stored as whole numbers, the largest as this."""
LOOSENESS: Final = 3.0
"""The inverse of the penalty on large weights."""


def featured(snapshot: Snapshot) -> dict[str, float]:
    signals = read_signals(snapshot)
    return with_rules(features_of(snapshot, signals), analyse(signals))


def train() -> dict[str, Any]:
    mails = list(examples())
    rows = [featured(one.snapshot) for one in mails]
    seen = Counter(name for row in rows for name in row)
    vectors = DictVectorizer()
    table = vectors.fit_transform([{name: row[name] for name in row if seen[name] >= SEEN} for row in rows])
    kinds = _fitted(table, [one.category.value for one in mails])
    answers = _fitted(table, [one.needs_reply for one in mails])
    columns = [*kinds.coef_.tolist(), *answers.coef_.tolist()]
    scale = max(abs(weight) for column in columns for weight in column) / STEPS
    names: list[str] = vectors.get_feature_names_out().tolist()
    whole = ([round(column[place] / scale) for column in columns] for place in range(len(names)))
    return {
        "trained_on": digest(),
        "classes": kinds.classes_.tolist(),
        "scale": scale,
        "bias": [*kinds.intercept_.tolist(), *answers.intercept_.tolist()],
        "calibration": json.loads((Path(__file__).parent / "calibration.json").read_text("utf-8")),
        "weights": {name: row for name, row in zip(names, whole, strict=True) if any(row)},
    }


def _fitted(table: Any, labels: list[Any]) -> Any:
    return LogisticRegression(C=LOOSENESS, max_iter=3_000).fit(table, labels)


def main() -> None:
    WEIGHTS.write_text(json.dumps(train(), ensure_ascii=False, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    main()
