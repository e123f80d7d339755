import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from app.embedded.children import Child, Program

SOON = timedelta(seconds=20)
AT_ONCE = timedelta(0)
# Ignores a polite stop and has a child that does, too.
STUBBORN = "trap '' TERM; sleep 600 & echo $!; wait"


def run(script: str, log: Path | None = None, *, stop_signal: signal.Signals = signal.SIGTERM) -> Child:
    return Child(Program(name="shell", argv=("sh", "-c", script), log=log, stop_signal=stop_signal))


def first_line(log: Path) -> str:
    while not log.exists() or "\n" not in log.read_text():
        time.sleep(0.01)
    return log.read_text().splitlines()[0]


@pytest.mark.parametrize(
    ("script", "returncode"), [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", -15), ("kill -KILL $$", -9)]
)
def test_a_program_ends_with_its_own_code_or_signal(script: str, returncode: int) -> None:
    child = run(script)
    assert child.wait(SOON) == returncode
    assert child.returncode == returncode


def test_output_goes_to_a_log_that_only_its_owner_may_read(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "shell.log"
    run("echo one; echo two >&2", log).wait(SOON)
    run("echo three", log).wait(SOON)
    assert log.read_text() == "one\ntwo\nthree\n"
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_long_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.embedded.children.MAX_LOG_BYTES", 3)
    log = tmp_path / "shell.log"
    for word in ("one", "two"):
        run(f"echo {word}", log).wait(SOON)
    assert (log.read_text(), (tmp_path / "shell.old.log").read_text()) == ("two\n", "one\n")


def test_the_pid_is_the_programs_own_in_a_session_of_its_own(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = run("echo $$; sleep 600", log)
    assert int(first_line(log)) == child.pid
    assert os.getsid(child.pid) == os.getpgid(child.pid) == child.pid
    assert child.returncode is None
    child.kill()


def test_terminate_sends_the_programs_stop_signal(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = run(
        "trap 'echo stopped; exit 3' INT; echo ready; while :; do sleep 0.05; done", log, stop_signal=signal.SIGINT
    )
    first_line(log)
    assert child.terminate(SOON) == 3
    assert log.read_text() == "ready\nstopped\n"


def test_terminate_kills_what_does_not_stop_in_time(tmp_path: Path, await_gone: Callable[..., None]) -> None:
    log = tmp_path / "log"
    child = run(STUBBORN, log)
    grandchild = int(first_line(log))
    assert child.terminate(timedelta(milliseconds=100)) == -signal.SIGKILL
    await_gone(child.pid, grandchild)


def test_wait_has_a_time_limit_and_terminating_twice_does_no_harm() -> None:
    child = run("sleep 600")
    with pytest.raises(TimeoutError):
        child.wait(AT_ONCE)
    assert child.terminate(SOON) == -signal.SIGTERM
    assert child.terminate(SOON) == -signal.SIGTERM


def test_grandchildren_end_with_a_killed_child(tmp_path: Path, await_gone: Callable[..., None]) -> None:
    log = tmp_path / "log"
    child = run(STUBBORN, log)
    grandchild = int(first_line(log))
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait(SOON) == -signal.SIGKILL
    await_gone(grandchild)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_children_and_grandchildren_end_with_their_parent(
    number: signal.Signals, run_script: Callable[..., subprocess.Popen[str]], await_gone: Callable[..., None]
) -> None:
    parent = run_script("hold_family.py")
    assert parent.stdout is not None
    child, grandchild = map(int, parent.stdout.readline().split())
    parent.send_signal(number)
    parent.wait()
    await_gone(child, grandchild)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a program that its watcher was killed")
def test_a_program_ends_with_its_killed_watcher(await_gone: Callable[..., None]) -> None:
    child = run("trap '' TERM; while :; do sleep 0.05; done")
    os.kill(child.watcher_pid, signal.SIGKILL)
    await_gone(child.pid)
    child.wait(SOON)


def test_an_ordinary_stop_of_the_watcher_stops_the_program() -> None:
    child = run("sleep 600")
    os.kill(child.watcher_pid, signal.SIGTERM)
    assert child.wait(SOON) == -signal.SIGTERM


def test_a_program_that_is_missing_is_named_in_the_log(tmp_path: Path) -> None:
    child = Child(Program(name="ghost", argv=("/nonexistent/ghost",), log=tmp_path / "log"))
    assert child.wait(SOON) == 127
    assert "/nonexistent/ghost: No such file" in (tmp_path / "log").read_text()


def test_a_child_outlives_the_thread_that_started_it() -> None:
    started: list[Child] = []
    thread = threading.Thread(target=lambda: started.append(run("sleep 600")))
    thread.start()
    thread.join()
    with pytest.raises(TimeoutError):
        started[0].wait(timedelta(milliseconds=300))
    started[0].kill()


def test_a_program_inherits_no_descriptors_but_those_meant_for_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (tmp_path / "kept").open("w") as kept, (tmp_path / "other").open("w"):
        program = Program(name="ls", argv=("sleep", "600"), log=log, keep_open=(kept.fileno(),))
        child = Child(program)
        while psutil.Process(child.pid).name() != "sleep":
            time.sleep(0.01)
        opened = {Path(file.path).name for file in psutil.Process(child.pid).open_files()}
        connections = psutil.Process(child.pid).net_connections("unix")
        child.kill()
    assert "kept" in opened
    assert "other" not in opened
    assert connections == []


def test_signals_that_python_ignores_work_in_the_program(tmp_path: Path) -> None:
    child = run("yes | head -n 1; kill -PIPE $$", tmp_path / "log")
    assert child.wait(SOON) == -signal.SIGPIPE
