"""Child processes that end with this process, however it ends."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from app.embedded import watcher
from app.embedded.system_user import SystemUser

DEFAULT_GRACE = timedelta(seconds=10)
MAX_LOG_BYTES = 10_000_000
# What the watcher may need beyond the grace to kill, collect and leave.
WATCHER_MARGIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run and how it wants to be ended."""

    name: str
    argv: tuple[str, ...]
    log: Path | None = None
    """Where its output goes; without one it shares ours."""
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    user: SystemUser | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: timedelta = DEFAULT_GRACE
    orphan_signal: signal.Signals = signal.SIGKILL
    """Sent by Linux when the watcher itself is killed and nobody is left to follow up a polite signal."""
    keep_open: tuple[int, ...] = ()
    """File descriptors that the program inherits, such as a lock that it is to hold as long as it runs."""


class Child:
    """One running program, in a session and process group of its own. May be started from any thread."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._control, theirs = socket.socketpair()
        with theirs, _open_log(program.log) as log:
            self._watcher = subprocess.Popen(  # noqa: S603 - programs are named by our own code
                _watcher_command(program, theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log and subprocess.STDOUT,
                cwd=program.cwd,
                env=program.env,
                pass_fds=(theirs.fileno(), *program.keep_open),
                start_new_session=True,
            )
        self.pid = self._read_pid()

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def log(self) -> Path | None:
        return self.program.log

    @property
    def watcher_pid(self) -> int:
        return self._watcher.pid

    @property
    def returncode(self) -> int | None:
        """The program's exit code, minus the signal's number if one ended it, None while it runs."""
        return self._watcher.poll()

    def wait(self, timeout: timedelta | None = None) -> int:
        """Wait until the program and its group are gone. Raises TimeoutError."""
        try:
            code = self._watcher.wait(None if timeout is None else timeout.total_seconds())
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"{self.name} still runs") from error
        self._control.close()
        return code

    def terminate(self, timeout: timedelta | None = None) -> int:
        """Ask the program to stop, and kill its group when it has not after the timeout (its grace by default)."""
        within = self.program.grace if timeout is None else timeout
        with contextlib.suppress(OSError):  # it has ended already
            self._control.send(f"{within.total_seconds()}\n".encode())
        return self.wait(within + WATCHER_MARGIN)

    def kill(self) -> int:
        return self.terminate(timedelta(0))

    def _read_pid(self) -> int:
        line = b""
        while not line.endswith(b"\n"):
            received = self._control.recv(32)
            if not received:
                self.wait()
                raise ChildProcessError(f"{self.name} could not be started; see {self.log or 'the output above'}")
            line += received
        return int(line)


def _watcher_command(program: Program, control: int) -> list[str]:
    user = program.user
    return [
        sys.executable,
        *("-I", "-S", watcher.__file__),
        *(str(os.getpid()), str(control)),
        *(str(program.stop_signal.value), str(program.orphan_signal.value)),
        *(str(user.uid if user else -1), str(user.gid if user else -1)),
        str(program.grace.total_seconds()),
        *program.argv,
    ]


def _open_log(path: Path | None) -> contextlib.AbstractContextManager[BinaryIO | None]:
    if path is None:
        return contextlib.nullcontext()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return open(path, "ab", opener=_private)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
