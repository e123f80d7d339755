"""How far two labellers, who never spoke, agree."""

from dataclasses import dataclass

from app.evaluation.examples import read_labels
from app.evaluation.labels import FIELDS, Labels
from app.evaluation.measures import kappa
from app.evaluation.own_set import FOLDER
from app.policy.calibration import share


@dataclass(frozen=True, slots=True)
class Agreement:
    field: str
    messages: int
    raw: float
    """The share of messages on which both say the same."""
    kappa: float


def own_agreement() -> list[Agreement]:
    """Of the repository's two label files, over the messages that both labelled."""
    first = read_labels(FOLDER / "labels" / "first.jsonl")
    second = read_labels(FOLDER / "labels" / "second.jsonl")
    return [agreement(field, first, second) for field in FIELDS]


def agreement(field: str, first: dict[str, Labels], second: dict[str, Labels]) -> Agreement:
    pairs = [(getattr(first[one], field), getattr(second[one], field)) for one in first if one in second]
    same = sum(one == other for one, other in pairs)
    return Agreement(field, len(pairs), share(same, len(pairs)), kappa(pairs))


def as_markdown(found: list[Agreement]) -> str:
    rows = [f"| `{one.field}` | {one.messages} | {one.raw:.1%} | {one.kappa:.2f} |" for one in found]
    return "\n".join(["| field | messages | same label | Cohen's kappa |", "| --- | --- | --- | --- |", *rows])
