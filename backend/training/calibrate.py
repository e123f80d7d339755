"""How sure the models may be: `python -m training.calibrate` refits `calibration.json`, then run the training again.

Each mail is judged by models trained on other mailboxes' mails, by the whole way of the engine; slopes and shifts are
fitted on that, and the figures of this cross-validation are printed. Whatever is chosen (features, penalties,
thresholds) is chosen by these figures, never by the held-out part.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from app.evaluation.measures import scores
from app.policy.calibration import calibration_error, odds, reliability, share
from app.triage.analyse import Analysis
from app.triage.engines.learned import weigh_opinion
from app.triage.engines.linear import Impression, LinearModels, models_from, products, weighing_from
from training.corpus import examples
from training.train import CALIBRATION, Read, fitted, read_all, weight_of

FOLDS: Final = 6
LOOSENESS: Final = 0.03
"""The inverse of the penalty on the weights by which single opinions are weighed together."""
_AS_IS: Final = {"category": [1.0, 0.0], "joint": [1.0, 0.0], "away": [1.0, 0.0]}
_NOT_WEIGHED: Final[dict[str, Any]] = {"mean": [], "spread": [], "bias": 0.0, "weights": []}


@dataclass(frozen=True, slots=True)
class Guess:
    """What the engine says of a mail that its models have not seen."""

    mail: Read
    analysis: Analysis
    confidence: float
    """Not calibrated."""

    @property
    def category_right(self) -> bool:
        return self.analysis.category is self.mail.example.category

    @property
    def right(self) -> bool:
        return self.category_right and self.analysis.answer.wanted is self.mail.example.needs_reply


@dataclass(frozen=True, slots=True)
class Unseen:
    """What the single models say of the mails that they were not trained on."""

    models: LinearModels
    mails: list[tuple[Read, Impression]]


def unseen(mails: Sequence[Read]) -> list[Unseen]:
    groups = [one.example.group for one in mails]
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    found: list[Unseen] = []
    for known, others in folds.split(mails, groups=groups):
        models = _models(fitted([mails[place] for place in known]), _NOT_WEIGHED)
        rest = [mails[place] for place in others]
        found.append(Unseen(models, [(one, models.impression(one.features, one.sentences)) for one in rest]))
    return found


def guesses(folds: Sequence[Unseen]) -> Iterator[Guess]:
    """Only of typical messages, so that the engine is as sure as it may be of a real mailbox."""
    for fold in folds:
        weighed = weighing(mail for other in folds if other is not fold for mail in other.mails)
        models = replace(fold.models, weighing=weighing_from(weighed))
        for one, impression in fold.mails:
            if one.example.typical:
                analysis, confidence = weigh_opinion(models.concluded(impression), models, one.rules, one.signals)
                yield Guess(one, analysis, confidence)


def weighing(mails: Iterable[tuple[Read, Impression]]) -> dict[str, Any]:
    """How much each opinion, and each two of them together, say about whether an answer is wanted."""
    known = list(mails)
    rows = [impression.row() for _, impression in known]
    single: Any = StandardScaler().fit(rows)
    pairs = [products(row) for row in single.transform(rows).tolist()]
    together: Any = StandardScaler().fit(pairs)
    model: Any = LogisticRegression(C=LOOSENESS, max_iter=1_000).fit(
        together.transform(pairs),
        [one.example.needs_reply for one, _ in known],
        sample_weight=[weight_of(one) for one, _ in known],
    )
    weights = model.coef_[0] / together.scale_
    return {
        "mean": _rounded(single.mean_),
        "spread": _rounded(single.scale_),
        "bias": round(float(model.intercept_[0] - weights @ together.mean_), 5),
        "weights": _rounded(weights),
    }


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(float(value), 5) for value in values]


def _models(trained: dict[str, Any], weighed: dict[str, Any]) -> LinearModels:
    return models_from({**trained, "calibration": {**_AS_IS, "weighing": weighed}, "trained_on": ""})


def calibration(found: Sequence[Guess], weighed: dict[str, Any]) -> dict[str, Any]:
    judged = [one for one in found if not one.analysis.judged.settled]
    return {
        "category": _fit([(one.analysis.judged.confidence, one.category_right) for one in judged]),
        "joint": _fit([(one.confidence, one.right) for one in found]),
        "away": _fit(
            [
                (one.analysis.dispensed_with, one.mail.example.may_archive)
                for one in found
                if one.mail.example.may_archive is not None
            ]
        ),
        "weighing": weighed,
    }


def figures(found: Sequence[Guess]) -> dict[str, float]:
    """As `getanswers eval` has them."""
    labelled = [(one.mail.example, one.analysis) for one in found]
    reply = scores([(str(one.needs_reply), str(said.answer.wanted)) for one, said in labelled]).classes["True"]
    bulk = scores([(str(one.bulk), str(said.bulk)) for one, said in labelled if one.bulk is not None]).classes["True"]
    must = [said.answer.wanted for one, said in labelled if one.must_reply]
    category = scores([(one.category.value, said.category.value) for one, said in labelled])
    return {
        "messages": len(found),
        "category accuracy": category.accuracy,
        "category macro-F1": category.macro_f1,
        "needs-reply F1": reply.f1,
        "needs-reply recall": reply.recall,
        "must-reply recall": share(sum(must), len(must)),
        "bulk recall": bulk.recall,
        "bulk precision": bulk.precision,
        "calibration error": calibration_error(reliability([(one.confidence, one.right) for one in found])),
    }


def _fit(believed: Sequence[tuple[float, bool]]) -> list[float]:
    """Slope and shift over the odds."""
    model: Any = LogisticRegression(C=1e6).fit(
        [[odds(probability)] for probability, _ in believed], [right for _, right in believed]
    )
    return [round(float(model.coef_[0][0]), 3), round(float(model.intercept_[0]), 3)]


def main() -> None:
    folds = unseen(read_all(examples()))
    found = list(guesses(folds))
    for name, value in figures(found).items():
        print(f"{name}: {value:.3f}")  # noqa: T201 - what the command is for
    weighed = weighing(mail for fold in folds for mail in fold.mails)
    CALIBRATION.write_text(json.dumps(calibration(found, weighed)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
