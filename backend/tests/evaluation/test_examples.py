"""Files of labelled messages: anybody's can be read, and what is wrong is told by line."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import UserError
from app.evaluation.examples import read_examples, read_labels
from app.triage.verdict import Category

LABELS = {"category": "personal", "needs_reply": True, "urgency": "normal", "deadline": "2026-03-05"}
MAIL = {"id": "a", "me": ["ana@example.org"], "from": "Ivo <ivo@example.com>", "text": "When?", "labels": LABELS}


def written(folder: Path, *values: Any) -> Path:
    path = folder / "mails.jsonl"
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in values))
    return path


def test_fields_and_raw_messages_are_read(tmp_path: Path) -> None:
    raw = {"id": "b", "me": ["ana@example.org"], "raw": "From: x@example.com\n\nHi\n", "labels": LABELS}
    first, second = read_examples(written(tmp_path, MAIL, "", raw))
    assert first.labels.category is Category.PERSONAL
    assert first.labels.must_reply is None
    assert second.record.raw == "From: x@example.com\n\nHi\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2: it is not JSON"),
        ("[]", "line 2: it is not a JSON object"),
        ({**MAIL, "id": "a"}, 'line 2: the id "a" stands in line 1 already'),
        ({**MAIL, "id": "b", "labels": None}, 'line 2: it has no "labels"'),
        ({**MAIL, "id": "b", "labels": {**LABELS, "category": "spam"}}, 'line 2: "labels.category"'),
        ({**MAIL, "id": "b", "colour": "red"}, 'line 2: "colour"'),
        ({"id": "b", "me": ["ana@example.org"], "labels": LABELS}, 'line 2: it needs either "raw"'),
        ({**MAIL, "id": "b", "raw": "From: x"}, 'line 2: it has both "raw" and fields'),
        ({**MAIL, "id": "b", "me": []}, 'line 2: "me"'),
    ],
)
def test_what_is_wrong_is_told_by_line(tmp_path: Path, line: Any, told: str) -> None:
    with pytest.raises(UserError, match="GUIDELINE") as caught:
        read_examples(written(tmp_path, MAIL, line))
    assert told in str(caught.value)


def test_files_without_messages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no messages"):
        read_examples(written(tmp_path, ""))
    with pytest.raises(UserError, match="cannot be read"):
        read_examples(tmp_path / "missing.jsonl")
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes("é".encode("latin-1"))
    with pytest.raises(UserError, match="not UTF-8"):
        read_examples(latin)


def test_labels_alone_name_their_line_too(tmp_path: Path) -> None:
    path = written(tmp_path, {"id": "a", "labels": LABELS, "reason": "both agree now"}, {"id": "b"})
    with pytest.raises(UserError, match="line 2: it lacks 'labels'"):
        read_labels(path)
