"""One set of servers per data directory."""

import fcntl
import os
import time
from datetime import timedelta
from pathlib import Path

from app.errors import UserError

SHUTDOWN_PATIENCE = timedelta(seconds=30)
POLL_SECONDS = 0.05


class DirectoryLock:
    """Held by the process that took it and by every server that inherited its descriptor.

    So it stays taken while servers of a killed process are still shutting down, and whoever gets it may be sure that
    nothing of ours touches the directory any more.
    """

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self.fd = fd

    @classmethod
    def take(cls, path: Path, *, patience: timedelta = SHUTDOWN_PATIENCE) -> "DirectoryLock":
        """Take the lock; raise UserError when a living process has it, wait when only servers left behind have it."""
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience.total_seconds()
        while not _try_lock(fd):
            holder = _holder(path)
            if holder is not None or time.monotonic() > deadline:
                os.close(fd)
                who = f"process {holder}" if holder is not None else "servers that have not stopped yet"
                raise UserError(
                    f"{path.parent} is in use by {who}: GetAnswers runs there already. Stop it first, or choose "
                    "another directory with --data-dir."
                )
            time.sleep(POLL_SECONDS)
        os.truncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        return cls(path, fd)

    def release(self) -> None:
        os.close(self.fd)


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> int | None:
    """The process that took the lock, if it still lives."""
    text = path.read_text(encoding="ascii").strip()
    if not text.isdigit():
        return None
    try:
        os.kill(int(text), 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return int(text)
