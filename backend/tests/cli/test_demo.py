"""One mailbox through several demos: a worker killed midway, a second start, and every way to end."""

import email
import email.policy
import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
import psycopg
import pytest

from app.cli.home import ENVIRONMENT_FILE
from app.db.session import SYSTEM_ROLE
from app.embedded.ports import free_port
from app.simulator.gatekeeper import TOKEN_HEADER, TOKEN_VARIABLE
from tests.cli import mailboxes
from tests.cli.conftest import Cli, sentence_of

NEWSLETTERS = 40
LONGEST = 80.0
TIDIED = ["archive", "label", "mark_read"]
FIELDS = {
    *("message_id", "sender", "subject", "state", "category", "needs_reply", "urgency", "deadline", "risk"),
    *("confidence", "reasons", "proposed_actions", "decision", "done", "error"),
}
ACTION_FIELDS = {"kind", "payload", "decision", "state", "risk", "confidence", "reasons", "error"}
LEASES = {
    "messages": ("created_at", "lease_until"),
    "mailboxes": ("lease_until", "next_sync_at"),
    "actions": ("created_at", "updated_at", "lease_until"),
}
Entry = dict[str, Any]
Found = TypeVar("Found")


def until(look: Callable[[], Found | None], demo: subprocess.Popen[bytes], output: Path) -> Found:
    """What look finds, as soon as it finds it, while the demo runs."""
    deadline = time.monotonic() + LONGEST
    while not (found := look()):
        assert demo.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.02)
    return found


@dataclass(frozen=True, slots=True)
class Running:
    demo: subprocess.Popen[bytes]
    output: Path
    data: Path

    def environment(self) -> dict[str, str]:
        return until(self._environment, self.demo, self.output)

    def _environment(self) -> dict[str, str] | None:
        found = next(self.data.glob(f"*/{ENVIRONMENT_FILE}"), None)
        return json.loads(found.read_text()) if found else None

    def child(self, *words: str) -> psutil.Process:
        """The program itself, not the process that watches it."""
        return until(lambda: self._child(words), self.demo, self.output)

    def _child(self, words: tuple[str, ...]) -> psutil.Process | None:
        for process in self.family():
            with suppress(psutil.Error):
                line = process.cmdline()
                if set(words) <= set(line) and not any(word.endswith("watcher.py") for word in line):
                    return process
        return None

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.demo.pid).children(recursive=True)

    def until_said(self, words: str) -> None:
        until(lambda: words in self.output.read_text() or None, self.demo, self.output)


@dataclass(frozen=True, slots=True)
class Stage:
    cli: Cli
    place: Path
    mbox: Path

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def report(self) -> Path:
        return self.place / "report.json"

    def words(self, *more: object) -> tuple[object, ...]:
        return ("demo", "--mail", self.mbox, "--data-dir", self.data, "--port", free_port(), *more)

    def start(self, *more: object) -> Running:
        output = self.place / "output.txt"
        return Running(self.cli.start(*self.words(*more), output=output), output, self.data)

    def entries(self) -> list[Entry]:
        return json.loads(self.report.read_text())

    def entry(self, message_id: str) -> Entry:
        (found,) = [entry for entry in self.entries() if entry["message_id"] == message_id]
        return found

    def mailed(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.data.glob("*/gmail/mail-sink/*.eml")}


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    output: str
    left: list[psutil.Process]
    open_when_killed: int
    mailed: dict[str, bytes]


def _gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run after the time that every watcher grants."""
    return psutil.wait_procs(processes, timeout=40)[1]


def _parsed(mail: bytes) -> Message:
    return email.message_from_bytes(mail, policy=email.policy.default)


@pytest.fixture(scope="module")
def stage(cli: Cli, place: Path) -> Stage:
    return Stage(cli, place, mailboxes.write_mbox(place / "mail.mbox", newsletters=NEWSLETTERS))


@pytest.fixture(scope="module")
def ended(stage: Stage) -> Ended:
    """A demo that ended by itself although its worker was killed amid the work."""
    running = stage.start("--once", "--report", stage.report)
    url = running.environment()["DATABASE_URL"]
    worker = running.child("celery", "worker")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT set_config('role', %s, false)", [SYSTEM_ROLE])

        def count(words: str) -> int:
            row = connection.execute(f"SELECT count(*) FROM messages WHERE state {words}").fetchone()  # pyright: ignore[reportArgumentType, reportCallIssue] - our own words
            return row[0] if row else 0

        until(lambda: count("= 'triaged'") >= 5 or None, running.demo, running.output)
        worker.kill()
        still_open = mailboxes.COUNT + NEWSLETTERS - count("NOT IN ('pending', 'triaging')")
        for table, columns in LEASES.items():  # nobody works yet; what the dead one held counts as held long ago
            changes = ", ".join(f"{column} = {column} - interval '10 minutes'" for column in columns)
            connection.execute(f"UPDATE {table} SET {changes}")  # pyright: ignore[reportArgumentType, reportCallIssue] - our own words
    family = running.family()
    code = running.demo.wait(LONGEST)
    return Ended(code, running.output.read_text(), _gone(family), still_open, stage.mailed())


@pytest.fixture(scope="module")
def again(stage: Stage, ended: Ended) -> Running:
    """The same demo started again, and left running."""
    running = stage.start()
    running.until_said("GetAnswers stays up")
    return running


def test_a_killed_worker_loses_nothing_and_the_run_ends_well(stage: Stage, ended: Ended) -> None:
    assert ended.open_when_killed > 0
    assert ended.code == 0, ended.output
    assert not ended.left
    found = Counter(entry["message_id"] for entry in stage.entries())
    newsletters = {f"<newsletter-{number}@example.net>" for number in range(NEWSLETTERS)}
    assert found == dict.fromkeys(mailboxes.MESSAGE_IDS | newsletters, 1) | {None: mailboxes.RUBBISH}
    assert {entry["state"] for entry in stage.entries()} == {"triaged", "ignored", "quarantined"}
    for name in newsletters:
        assert sorted(stage.entry(name)["done"]) == TIDIED
    assert "Review page" in ended.output


def test_the_report_tells_everything_of_every_message(stage: Stage, ended: Ended) -> None:
    assert ended.code == 0
    for entry in stage.entries():
        assert entry.keys() >= FIELDS
        assert all(action.keys() >= ACTION_FIELDS for action in entry["proposed_actions"])
    question = stage.entry(mailboxes.QUESTION)
    assert (question["sender"], question["subject"]) == ("bob@example.com", "The figures")
    assert (question["needs_reply"], question["deadline"], question["decision"]) == (True, "2026-11-27", "ask")
    assert question["urgency"] in {"low", "normal", "high"}
    assert 0 < question["confidence"] <= 1
    assert question["reasons"]
    (reply,) = [action for action in question["proposed_actions"] if action["kind"] == "reply"]
    assert (reply["state"], reply["decision"]) == ("proposed", "ask")
    assert reply["payload"]["body"]
    assert sorted(stage.entry(mailboxes.NEWSLETTER)["done"]) == TIDIED
    assert stage.entry(mailboxes.RECEIPT)["category"] == "receipt"
    assert stage.entry(mailboxes.ATTACHMENT)["state"] == "triaged"
    assert (stage.entry(mailboxes.SENT)["state"], stage.entry(mailboxes.SENT)["proposed_actions"]) == ("ignored", [])
    (rubbish,) = [entry for entry in stage.entries() if entry["state"] == "quarantined"]
    assert rubbish["error"]
    assert not rubbish["proposed_actions"]


def test_a_phishing_mail_gets_no_answer_and_stays_in_the_inbox(stage: Stage, ended: Ended) -> None:
    assert ended.code == 0
    phishing = stage.entry(mailboxes.PHISHING)
    assert (phishing["category"], phishing["risk"]) == ("suspicious", "high")
    assert {action["kind"] for action in phishing["proposed_actions"]} == {"label"}


def test_a_report_after_the_end_says_what_to_start(stage: Stage, ended: Ended) -> None:
    assert ended.code == 0
    sentence = sentence_of(stage.cli.run("report", "--json", "--data-dir", stage.data))
    assert "demo" in sentence
    assert "leave it running" in sentence


def test_a_second_start_fetches_nothing_and_repeats_nothing(stage: Stage, ended: Ended, again: Running) -> None:
    assert stage.mailed() == ended.mailed
    subjects = Counter(str(mail["Subject"]).partition(":")[0] for mail in map(_parsed, ended.mailed.values()))
    steps = [step for entry in stage.entries() for step in entry["proposed_actions"] if step["state"] == "proposed"]
    told = [step["kind"] for step in steps if step["kind"] in {"reply", "rsvp"} or step["risk"] == "high"]
    assert subjects.pop("Your decision, please") == len(told) >= 3, "each once"
    assert list(subjects.values()) == [1], "one digest, and nothing else"
    environment = again.environment()
    headers = {TOKEN_HEADER: environment[TOKEN_VARIABLE]}
    with httpx.Client(base_url=environment["GMAIL_API_URL"], headers=headers) as simulator:
        calls = set(simulator.get("/_simulator/usage").json()["mailboxes"][mailboxes.ANA]["calls"])
        effects = simulator.get("/_simulator/effects").json()["effects"]
    reading = {"messages.list", "history.list", "getProfile", "labels.list"}
    assert calls <= reading, calls
    moved = [effect for effect in effects if "INBOX" in effect["removed"]]
    once = Counter(name for effect in moved for name in effect["message_ids"])
    assert len(once) == NEWSLETTERS + 1
    assert set(once.values()) == {1}


def test_the_report_of_a_running_demo_is_the_one_it_wrote(stage: Stage, again: Running) -> None:
    assert again.demo.poll() is None
    printed = stage.cli.run("report", "--json", "--data-dir", stage.data)
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == stage.report.read_text()


def test_a_second_demo_on_the_same_data_is_refused(stage: Stage, again: Running) -> None:
    sentence = sentence_of(stage.cli.run(*stage.words("--once")))
    assert "GetAnswers runs there already" in sentence
    assert "--data-dir" in sentence
    assert again.demo.poll() is None
    assert again.child("celery", "worker").is_running()


def test_sigterm_ends_everything_in_order(stage: Stage, again: Running) -> None:
    family = again.family()
    assert len(family) > 6
    again.demo.send_signal(signal.SIGTERM)
    assert again.demo.wait(40) == 0
    assert not _gone(family)
    assert "The next start continues" in again.output.read_text()
    assert not list(stage.data.rglob(ENVIRONMENT_FILE))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_however_a_demo_ends_amid_its_start_nothing_runs_on(stage: Stage, ended: Ended, how: signal.Signals) -> None:
    assert ended.code == 0
    running = stage.start("--once")
    running.child("app.cli.main", "api")
    family = running.family()
    running.demo.send_signal(how)
    assert running.demo.wait(40) == (130 if how is signal.SIGINT else -how)
    assert not _gone(family)
    sentence_of(stage.cli.run("report", "--data-dir", stage.data))
