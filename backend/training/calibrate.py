"""How sure the models may be: `python -m training.calibrate` refits `calibration.json`, then run the training again.

Each mail is judged by models trained on other mailboxes' mails, by the whole way of the engine; slopes and shifts are
fitted on that, and the figures of this cross-validation are printed. Whatever is chosen (features, penalties,
thresholds) is chosen by these figures, never by the held-out part.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from app.evaluation.measures import scores
from app.policy.calibration import calibration_error, reliability, share
from app.triage.analyse import Analysis
from app.triage.engines.learned import weigh_with
from app.triage.engines.linear import models_from, odds
from training.corpus import examples
from training.train import CALIBRATION, Read, fitted, read_all

FOLDS: Final = 6
_AS_IS: Final = {"category": [1.0, 0.0], "joint": [1.0, 0.0], "away": [1.0, 0.0]}


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


def guesses(mails: Sequence[Read]) -> Iterator[Guess]:
    """Only of typical messages, so that the engine is as sure as it may be of a real mailbox."""
    groups = [one.example.group for one in mails]
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for known, unseen in folds.split(mails, groups=groups):
        models = models_from({**fitted([mails[place] for place in known]), "calibration": _AS_IS, "trained_on": ""})
        for one in (mails[place] for place in unseen):
            if one.example.typical:
                analysis, confidence = weigh_with(models, one.rules, one.example.snapshot, one.signals)
                yield Guess(one, analysis, confidence)


def calibration(found: Sequence[Guess]) -> dict[str, list[float]]:
    weighed = [one for one in found if not one.analysis.judged.settled]
    return {
        "category": _fit([(one.analysis.judged.confidence, one.category_right) for one in weighed]),
        "joint": _fit([(one.confidence, one.right) for one in found]),
        "away": _fit(
            [
                (one.analysis.dispensed_with, one.mail.example.may_archive)
                for one in found
                if one.mail.example.may_archive is not None
            ]
        ),
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
    found = list(guesses(read_all(examples())))
    for name, value in figures(found).items():
        print(f"{name}: {value:.3f}")  # noqa: T201 - what the command is for
    CALIBRATION.write_text(json.dumps(calibration(found)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
