"""What a person got wrong is one sentence, and nothing is left behind that runs."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.accounts.vault import Vault
from app.embedded.ports import free_port
from app.embedded.servers import EmbeddedServers
from tests.cli.conftest import Cli, sentence_of

MAIL = b"From: bob@example.com\nTo: ana@example.org\nSubject: Hello\n\nHello.\n"


def _missing(_place: Path) -> str:
    return "there is no such file or folder"


def _empty_file(place: Path) -> str:
    place.touch()
    return "is empty"


def _binary(place: Path) -> str:
    place.write_bytes(bytes(range(256)) * 20)
    return "does not look like mail"


def _empty_folder(place: Path) -> str:
    place.mkdir()
    return "holds no .eml files"


def _one_empty_mail(place: Path) -> str:
    place.mkdir()
    (place / "one.eml").touch()
    return "is empty"


def _bracketed_name(place: Path) -> str:
    """Which the coloured output must not take for a mark of its own."""
    return _missing(place)


CASES: dict[str, tuple[str, Callable[[Path], str]]] = {
    "missing": ("nowhere.mbox", _missing),
    "an empty file": ("empty.mbox", _empty_file),
    "a binary": ("picture.mbox", _binary),
    "an empty folder": ("folder", _empty_folder),
    "a folder with one empty mail": ("one", _one_empty_mail),
    "a name in brackets": ("[bold]nowhere[/x]", _bracketed_name),
}


def _demo(cli: Cli, place: Path, mail: Path, *more: object, port: int = 0, **environment: str) -> str:
    words = ("demo", "--once", "--mail", mail, "--data-dir", place / "data", "--port", port or free_port(), *more)
    return sentence_of(cli.run(*words, **environment))


def _running_in(place: Path) -> list[list[str]]:
    """Processes that still work on something in this folder."""
    found: list[list[str]] = []
    for process in psutil.process_iter(["cmdline"]):
        words: list[str] = process.info["cmdline"] or []
        if any(str(place) in word for word in words):
            found.append(words)
    return found


@pytest.fixture
def mail(place: Path) -> Path:
    path = place / "good.eml"
    path.write_bytes(MAIL)
    return path


@pytest.mark.parametrize("case", CASES)
def test_mail_that_cannot_be_read_is_named_before_anything_starts(cli: Cli, place: Path, case: str) -> None:
    name, prepare = CASES[case]
    words = prepare(place / name)
    sentence = _demo(cli, place, place / name)
    assert str(place / name) in sentence
    assert words in sentence
    assert "Give MAIL" in sentence
    assert not (place / "data").exists()


@pytest.mark.skipif(
    os.geteuid() == 0 and sys.platform != "linux", reason="root may read every file, and only Linux can take that away"
)
def test_an_unreadable_file_is_named(cli: Cli, place: Path, mail: Path) -> None:
    mail.chmod(0)
    sentence = _demo(cli.bound_by_permissions(), place, mail)
    assert "Permission denied" in sentence
    assert not (place / "data").exists()


def test_a_port_in_use_is_named_with_the_option_that_helps(cli: Cli, place: Path, mail: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        sentence = _demo(cli, place, mail, port=port)
    assert f"Port {port} is in use" in sentence
    assert "--port" in sentence
    assert not (place / "data").exists()


def test_a_report_that_cannot_be_written_is_told_at_once(cli: Cli, place: Path, mail: Path) -> None:
    assert "there is no folder" in _demo(cli, place, mail, "--report", place / "nowhere" / "report.json")
    assert "is a folder" in _demo(cli, place, mail, "--report", place)
    assert not (place / "data").exists()


def test_a_demo_with_a_model_nobody_knows_stops_all_it_has_started(cli: Cli, place: Path, mail: Path) -> None:
    assert "MODEL=oracle:best" in _demo(cli, place, mail, MODEL="oracle:best")
    assert not _running_in(place)
    assert not list(place.rglob("environment.json"))


@pytest.mark.parametrize("command", ["migrate", "report", "api"])
def test_a_database_that_is_not_there_is_named_without_its_password(cli: Cli, command: str) -> None:
    port = free_port()
    sentence = sentence_of(cli.run(command, **_settings(f"postgresql://ana:hidden@127.0.0.1:{port}/mail")))
    assert f"127.0.0.1:{port}/mail" in sentence
    assert "does not answer" in sentence
    assert "hidden" not in sentence


def test_where_nothing_runs_the_sentence_says_what_to_start(cli: Cli, place: Path) -> None:
    sentence = sentence_of(cli.run("report", "--data-dir", place))
    assert "getanswers up" in sentence
    assert "DATABASE_URL" in sentence


WRONG_SETTINGS = {
    "another kind of database": ({"DATABASE_URL": "mysql://127.0.0.1/mail"}, "DATABASE_URL must start with postgresql"),
    "a key that is none": ({"ENCRYPTION_KEYS": "k1:nonsense"}, "ENCRYPTION_KEYS"),
    "a model without its provider": ({"MODEL": "oracle"}, "MODEL=oracle"),
    "a provider nobody knows": ({"MODEL": "oracle:best"}, "MODEL=oracle:best"),
    "no port": ({"API_PORT": "many"}, "API_PORT"),
}


@pytest.mark.parametrize("case", WRONG_SETTINGS)
def test_a_wrong_setting_is_named_before_the_server_starts(cli: Cli, case: str) -> None:
    wrong, words = WRONG_SETTINGS[case]
    nowhere = _settings(f"postgresql://ana@127.0.0.1:{free_port()}/mail")
    assert words in sentence_of(cli.run("api", **nowhere | wrong))


def test_a_database_without_our_tables_is_told_apart_from_none(cli: Cli, embedded_servers: EmbeddedServers) -> None:
    sentence = sentence_of(cli.run("report", **_settings(embedded_servers.database_url)))
    assert "getanswers migrate" in sentence


def _settings(database_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "ENCRYPTION_KEYS": f"k1:{Vault.generate_key()}",
        "API_PORT": str(free_port()),
    }
