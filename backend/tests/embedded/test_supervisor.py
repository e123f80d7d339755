import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.embedded.children import Program
from app.embedded.supervisor import Supervisor

SOON = timedelta(seconds=20)


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    with Supervisor() as supervisor:
        yield supervisor


def program(name: str, script: str = "sleep 600", *, log: Path | None = None) -> Program:
    return Program(name=name, argv=("sh", "-c", script), log=log, grace=timedelta(seconds=1))


def test_the_end_of_a_child_is_told_at_once(supervisor: Supervisor) -> None:
    supervisor.start(program("steady"))
    child = supervisor.start(program("worker"))
    os.kill(child.pid, signal.SIGKILL)
    ended = supervisor.wait(SOON)
    assert ended is child
    assert child.returncode == -signal.SIGKILL


def test_waiting_has_a_time_limit(supervisor: Supervisor) -> None:
    supervisor.start(program("steady"))
    assert supervisor.wait(timedelta(milliseconds=10)) is None


def test_a_killed_child_is_started_again(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.embedded.supervisor.FIRST_PAUSE", timedelta(milliseconds=1))
    first = supervisor.start(program("worker"), restart=True)
    os.kill(first.pid, signal.SIGKILL)
    while supervisor.children["worker"] is first:
        time.sleep(0.01)
    second = supervisor.children["worker"]
    assert second.pid != first.pid
    assert second.returncode is None
    assert supervisor.wait(timedelta(0)) is None


def test_the_pause_before_a_new_start_grows(supervisor: Supervisor, tmp_path: Path) -> None:
    log = tmp_path / "log"
    supervisor.start(program("broken", "date +%s.%N; exit 1", log=log), restart=True)
    while not log.exists() or len(log.read_text().splitlines()) < 3:
        time.sleep(0.01)
    first, second, third = map(float, log.read_text().splitlines()[:3])
    assert second - first >= 0.5
    assert third - second >= 1


def test_all_are_stopped_last_one_first(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Supervisor() as supervisor:
        for name in ("one", "two", "three"):
            script = f"trap 'echo {name} stopped; exit' TERM; echo {name}; while :; do sleep 0.02; done"
            supervisor.start(program(name, script, log=log))
        while not log.exists() or len(log.read_text().splitlines()) < 3:
            time.sleep(0.01)
    assert log.read_text().splitlines()[3:] == ["three stopped", "two stopped", "one stopped"]


def test_stopping_takes_no_longer_than_the_grace(tmp_path: Path, await_gone: Callable[..., None]) -> None:
    log = tmp_path / "log"
    begun = time.monotonic()
    with Supervisor() as supervisor:
        child = supervisor.start(program("stubborn", "trap '' TERM; echo; while :; do sleep 0.02; done", log=log))
        while not log.exists() or not log.read_text():
            time.sleep(0.01)
    assert 1 <= time.monotonic() - begun < 5
    await_gone(child.pid)


def test_stopping_ends_a_pause_and_starts_nothing_more() -> None:
    supervisor = Supervisor()
    child = supervisor.start(program("broken", "exit 1"), restart=True)
    child.wait(SOON)
    supervisor.stop()
    time.sleep(0.7)  # longer than the first pause
    assert supervisor.children["broken"] is child


def test_two_children_of_one_name_are_refused(supervisor: Supervisor) -> None:
    supervisor.start(program("worker"))
    with pytest.raises(ValueError, match="worker"):
        supervisor.start(program("worker"))
