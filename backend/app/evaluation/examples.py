"""Reads files of labelled messages, anybody's, and says in one sentence what is wrong with a line."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.errors import UserError
from app.evaluation.labels import Labels
from app.evaluation.records import Record

WHAT_TO_GIVE = "evaluation/GUIDELINE.md describes the format."


@dataclass(frozen=True, slots=True)
class Example:
    record: Record
    labels: Labels

    @property
    def id(self) -> str:
        return self.record.id


def read_examples(path: Path) -> list[Example]:
    """Every message of a file, with its labels. Raise UserError naming the line that cannot be used."""
    examples: list[Example] = []
    seen: dict[str, int] = {}
    for number, value in _lines(path):
        record = _record(path, number, value)
        if record.labels is None:
            raise _wrong(path, number, 'it has no "labels"')
        if record.id in seen:
            raise _wrong(path, number, f'the id "{record.id}" stands in line {seen[record.id]} already')
        seen[record.id] = number
        examples.append(Example(record, record.labels))
    if not examples:
        raise UserError(f"{path} holds no messages. {WHAT_TO_GIVE}")
    return examples


def read_records(path: Path) -> list[Record]:
    return [_record(path, number, value) for number, value in _lines(path)]


def read_labels(path: Path) -> dict[str, Labels]:
    """A file of labels alone: id to labels."""
    found: dict[str, Labels] = {}
    for number, value in _lines(path):
        try:
            found[str(value["id"])] = Labels.model_validate(value["labels"])
        except KeyError as error:
            raise _wrong(path, number, f"it lacks {error}") from error
        except ValidationError as error:
            raise _wrong(path, number, _in_words(error)) from error
    return found


def join(records: list[Record], labels: Mapping[str, Labels]) -> list[Example]:
    return [Example(record, labels[record.id]) for record in records if record.id in labels]


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise _wrong(path, number, f"it is not JSON ({error})") from error
        if not isinstance(value, dict):
            raise _wrong(path, number, "it is not a JSON object")
        yield number, value


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text. {WHAT_TO_GIVE}") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}).") from error


def _record(path: Path, number: int, value: dict[str, Any]) -> Record:
    try:
        return Record.model_validate(value)
    except ValidationError as error:
        raise _wrong(path, number, _in_words(error)) from error


def _in_words(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(one) for one in first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    return f'"{place}": {said}' if place else said


def _wrong(path: Path, number: int, why: str) -> UserError:
    return UserError(f"{path.name}, line {number}: {why}. {WHAT_TO_GIVE}")
