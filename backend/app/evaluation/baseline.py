"""Figures of the offline engine on the held-out part that must not get worse; a test holds them."""

import json
from dataclasses import dataclass
from typing import Final

from app.evaluation.own_set import FOLDER
from app.evaluation.report import YES, Report

FILE: Final = FOLDER / "baseline.json"


@dataclass(frozen=True, slots=True)
class Loss:
    """A figure that got worse than its margin allows."""

    figure: str
    was: float
    now: float


def figures(found: Report) -> dict[str, float]:
    reply, bulk = found.needs_reply.classes[YES], found.bulk.classes[YES]
    return {
        "category_macro_f1": found.category.macro_f1,
        "needs_reply_f1": reply.f1,
        "must_reply_recall": found.must_reply_recall,
        "bulk_recall": bulk.recall,
        "bulk_precision": bulk.precision,
        "deadline_exact": found.deadlines.exact,
        "deadline_right": found.deadlines.right,
        "urgency_macro_f1": found.urgency.macro_f1,
        "attacks_recognised": found.attacks.recognised,
        "calibration_error": found.calibration_error,
        "cost_per_message": found.cost_per_message,
        "proposed_away_wrongly": float(len(found.archiving.proposed)),
    }


def losses(found: Report) -> list[Loss]:
    """Compare with the committed figures, each with its margin and with which way is better."""
    committed = json.loads(FILE.read_text(encoding="utf-8"))["figures"]
    now = figures(found)
    worse = {name: _worse(one["value"], now[name], better=one["better"]) for name, one in committed.items()}
    return [
        Loss(name, one["value"], round(now[name], 4)) for name, one in committed.items() if worse[name] > one["margin"]
    ]


def _worse(was: float, now: float, *, better: str) -> float:
    return was - now if better == "higher" else now - was
