"""The repository's own labelled messages: two halves, one of which nobody may tune on."""

import hashlib
import json
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import app
from app.errors import UserError
from app.evaluation.examples import Example, join, read_labels, read_records
from app.evaluation.labels import Labels
from app.evaluation.records import Record

FOLDER: Final = Path(app.__file__).parent.parent / "evaluation"


class Split(StrEnum):
    HELD_OUT = "held-out"
    DEVELOPMENT = "development"
    ALL = "all"


def own_examples(split: Split) -> list[Example]:
    """Messages with agreed labels. Training and rules may see those of Split.DEVELOPMENT only."""
    held_out = frozenset(_held_out()["ids"])
    chosen = [one for one in own_records() if split is Split.ALL or (one.id in held_out) is (split is Split.HELD_OUT)]
    return join(chosen, agreed_labels())


def own_records() -> list[Record]:
    files = sorted((FOLDER / "messages").glob("*.jsonl"))
    if not files:
        raise UserError(
            f"The messages of the evaluation are not at {FOLDER}; they come with the repository, not with the "
            "installed package. Run this inside the repository, or name a file of labelled messages."
        )
    return [record for file in files for record in read_records(file)]


def agreed_labels() -> dict[str, Labels]:
    """The first labeller's, where the second one agreed; else the one that was found to stand."""
    labels = read_labels(FOLDER / "labels" / "first.jsonl")
    return {**labels, **read_labels(FOLDER / "labels" / "agreed.jsonl")}


def locked_hash() -> str:
    return str(_held_out()["sha256"])


def held_out_hash() -> str:
    """SHA-256 over the held-out messages and their labels, whatever the order and the layout of the files."""
    examples = sorted(own_examples(Split.HELD_OUT), key=lambda one: one.id)
    values = [
        [one.record.model_dump(mode="json", by_alias=True), one.labels.model_dump(mode="json")] for one in examples
    ]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _held_out() -> dict[str, Any]:
    return json.loads((FOLDER / "held-out.json").read_text(encoding="utf-8"))
