"""Runs one program and ends it, with its whole process group, when whoever asked for it is gone.

This file runs as a process of its own, one per program, with the standard library only. It is a process and not a
signal set before exec because a signal on the parent's death reaches neither grandchildren nor other systems than Linux
and comes too early when merely the starting thread ends. The asker holds the other end of the control socket: each line
it sends is a number of seconds in which the program must be gone, and its closing, however that comes about, means the
usual grace.
"""

import contextlib
import ctypes
import math
import os
import resource
import select
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
NOT_STARTED = 127
HEARD = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# The control socket closes with the asker, unless a process the asker forked still holds it; hence a second look.
PARENT_CHECK_SECONDS = 2.0
SHORTEST_WAIT_SECONDS = 0.02


class Watch:
    """What is known of the program while it runs."""

    def __init__(self, *, parent: int, control: int, stop_signal: int, grace: float) -> None:
        self.parent = parent
        self.control: int | None = control
        self.stop_signal = stop_signal
        self.grace = grace
        self.deadline = math.inf
        self.wake, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_writer, False)

    def listen(self) -> None:
        """Turn signals into bytes to read; an ordinary stop signal to this process is meant for the program."""
        signal.set_wakeup_fd(self._wake_writer)
        for number in HEARD:
            signal.signal(number, lambda _number, _frame: None)

    def until_ended(self, child: int) -> int:
        """Wait for the program, and end it when asked to. Returns its wait status."""
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return status
            seconds = self._asked_to_end_in()
            if seconds is not None:
                self._stop(child, seconds)
            if time.monotonic() >= self.deadline:
                kill_group(child)

    def _asked_to_end_in(self) -> float | None:
        sources = [self.wake] if self.control is None else [self.wake, self.control]
        left = max(self.deadline - time.monotonic(), SHORTEST_WAIT_SECONDS)
        ready, _, _ = select.select(sources, [], [], min(left, PARENT_CHECK_SECONDS))
        signals = os.read(self.wake, 64) if self.wake in ready else b""
        if self.control is not None and self.control in ready:
            return self._read_control()
        told = any(number != signal.SIGCHLD for number in signals)
        return self.grace if told or os.getppid() != self.parent else None

    def _read_control(self) -> float:
        assert self.control is not None  # noqa: S101 - for the type checker
        try:
            words = os.read(self.control, 256).split()
        except ConnectionResetError:
            words = []
        if words:
            return float(words[-1])
        os.close(self.control)
        self.control = None
        return self.grace

    def _stop(self, child: int, seconds: float) -> None:
        if self.deadline == math.inf:
            os.kill(child, self.stop_signal)
        self.deadline = min(self.deadline, time.monotonic() + seconds)


def kill_group(child: int) -> None:
    # The group may not exist yet or any more, and macOS refuses a group of nothing but dead processes.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def become(program: list[str], *, watcher: int, orphan_signal: int, uid: int, gid: int, libc: ctypes.CDLL) -> None:
    """Turn this freshly forked process into the program. Returns only by ending the process."""
    signal.set_wakeup_fd(-1)
    for number in (*HEARD, signal.SIGPIPE, signal.SIGXFSZ):  # the last two Python ignores, and exec would pass that on
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    os.setsid()
    if uid >= 0:
        os.umask(0o077)
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # After setuid, which clears it. Only for the case that this watcher itself is killed.
        libc.prctl(PR_SET_PDEATHSIG, orphan_signal, 0, 0, 0)
        if os.getppid() != watcher:
            os._exit(NOT_STARTED)
    try:
        os.execvp(program[0], program)  # noqa: S606 - no shell is wanted
    except OSError as error:
        os.write(2, f"{program[0]}: {error.strerror}\n".encode())
        os._exit(NOT_STARTED)


def end_as(status: int) -> None:
    """End the way the program ended, so that the asker reads the program's own exit code or signal."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        sys.exit(code)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if -code != signal.SIGKILL:
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)


def main(arguments: list[str]) -> None:
    parent, control, stop_signal, orphan_signal, uid, gid = (int(word) for word in arguments[:6])
    os.set_inheritable(control, False)
    libc = ctypes.CDLL(None)  # loaded here: after the change of user the libraries may be out of reach
    watch = Watch(parent=parent, control=control, stop_signal=stop_signal, grace=float(arguments[6]))
    watch.listen()
    watcher = os.getpid()
    # A signal for the program that comes before it is the program must wait and not be taken for one of ours.
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    child = os.fork()
    if child == 0:
        become(arguments[7:], watcher=watcher, orphan_signal=orphan_signal, uid=uid, gid=gid, libc=libc)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    with contextlib.suppress(BrokenPipeError):  # the asker is gone already; reading the control socket tells
        os.write(control, b"%d\n" % child)
    status = watch.until_ended(child)
    kill_group(child)  # what the program started and left behind
    end_as(status)


if __name__ == "__main__":
    main(sys.argv[1:])
