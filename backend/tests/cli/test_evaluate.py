"""`getanswers eval`, as a person calls it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import cli
from app.errors import UserError
from app.evaluation.own_set import Split, own_examples

LABELS = {"category": "personal", "needs_reply": True, "urgency": "normal", "deadline": None}
MAIL = {
    "id": "a",
    "me": ["ana@example.org"],
    "from": "Ivo <ivo@example.com>",
    "to": "ana@example.org",
    "date": "Tue, 03 Mar 2026 16:42:00 +0100",
    "text": "Hi Ana, when can you come to look at the pump?",
    "labels": LABELS,
}


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, ["eval", *arguments], env={"COLUMNS": "160"})
    if result.exception:
        raise result.exception
    return result.stdout


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    path = tmp_path / "mails.jsonl"
    path.write_text(json.dumps(MAIL) + "\n")
    return path


def test_anybodys_messages_are_measured_without_database_or_settings(
    mails: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = json.loads(run(str(mails), "--json"))
    assert found["engine"] == "offline"
    assert found["messages"] == 1
    assert found["needs_reply"]["classes"]["yes"]["recall"] == 1
    assert found["must_reply"] == 0
    met = {goal["what"]: goal["met"] for goal in found["goals"]}
    assert met["needs a reply, F1"] is True
    assert met["must be answered, found"] is None, "the labels do not say which must be"


def test_tables_say_what_each_figure_means(mails: Path) -> None:
    told = run(str(mails))
    assert "offline over mails.jsonl: 1 messages" in told
    assert "macro-F1: every category counts the same" in told
    assert "money per thousand mails" in told
    assert "not known: the labels do not say" in told


def test_scripted_model_is_counted_and_priced_as_unknown(mails: Path) -> None:
    found = json.loads(run(str(mails), "--json", "--engine", "scripted"))
    assert found["engine"] == "openai:obeys-every-sender"
    assert found["spending"]["calls_per_mail"] == 1
    assert found["spending"]["dollars_per_thousand"] is None


def test_several_engines_stand_side_by_side(mails: Path) -> None:
    told = run(str(mails), "--engine", "offline", "--engine", "scripted")
    assert "openai:obeys-every-sender" in told
    assert "cost of mistakes per message" in told


def test_development_part_is_a_choice() -> None:
    found = json.loads(run("--split", "development", "--json"))
    assert found["messages"] == len(own_examples(Split.DEVELOPMENT))


def test_bad_input_is_one_sentence(mails: Path) -> None:
    with pytest.raises(UserError, match="--split belongs to the repository's own messages"):
        run(str(mails), "--split", "all")
    with pytest.raises(UserError, match="does not name a model"):
        run(str(mails), "--engine", "wizard")
    mails.write_text("{}\n")
    with pytest.raises(UserError, match=r'mails\.jsonl, line 1: "id": Field required'):
        run(str(mails))
