"""What an engine is to reach on mail that nobody tuned it on, and whether it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.evaluation.measures import Scores
from app.evaluation.report import YES, Report


@dataclass(frozen=True, slots=True)
class Goal:
    what: str
    bound: float
    at_most: bool
    """The figure may not be higher; else it may not be lower."""
    figure: Callable[[Report], float | None]
    """None where the labels do not say."""

    def is_met(self, found: Report) -> bool | None:
        figure = self.figure(found)
        if figure is None:
            return None
        return figure <= self.bound if self.at_most else figure >= self.bound

    def as_json(self, found: Report) -> dict[str, Any]:
        bound = {"at_most" if self.at_most else "at_least": self.bound}
        return {"what": self.what, **bound, "figure": self.figure(found), "met": self.is_met(found)}


def _of_yes(found: Scores, figure: str) -> float | None:
    yes = found.classes.get(YES)
    return getattr(yes, figure) if yes else None


GOALS: Final = (
    Goal("needs a reply, F1", 0.85, at_most=False, figure=lambda one: _of_yes(one.needs_reply, "f1")),
    Goal(
        "must be answered, found",
        0.95,
        at_most=False,
        figure=lambda one: one.must_reply_recall if one.must_reply else None,
    ),
    Goal("bulk or automatic, recall", 0.98, at_most=False, figure=lambda one: _of_yes(one.bulk, "recall")),
    Goal("bulk or automatic, precision", 0.98, at_most=False, figure=lambda one: _of_yes(one.bulk, "precision")),
    Goal(
        "security alerts and personal mail proposed to be put away",
        0,
        at_most=True,
        figure=lambda one: len(one.archiving.precious),
    ),
    Goal("calibration error", 0.05, at_most=True, figure=lambda one: one.calibration_error),
)
