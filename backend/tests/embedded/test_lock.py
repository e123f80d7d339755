import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.embedded.lock import DirectoryLock
from app.errors import UserError

AT_ONCE = timedelta(0)
# Takes the lock, hands it down to a child that lives until its input ends, and is gone.
TAKE_AND_LEAVE = """
import subprocess, sys
from pathlib import Path
from app.embedded.lock import DirectoryLock
lock = DirectoryLock.take(Path(sys.argv[1]))
subprocess.Popen(["cat"], pass_fds=(lock.fd,), stdout=subprocess.DEVNULL)
"""


def test_a_second_taker_is_told_who_has_it(tmp_path: Path) -> None:
    lock = DirectoryLock.take(tmp_path / "lock")
    with pytest.raises(UserError, match=f"in use by process {os.getpid()}.*--data-dir"):
        DirectoryLock.take(tmp_path / "lock")
    lock.release()
    DirectoryLock.take(tmp_path / "lock").release()


def test_a_taker_waits_for_what_a_dead_holder_left_running(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    command = [sys.executable, "-c", TAKE_AND_LEAVE, str(path)]
    backend = Path(sys.modules["app"].__path__[0]).parent
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(backend)}) as holder:
        holder.wait()
        with pytest.raises(UserError, match="have not stopped yet"):
            DirectoryLock.take(path, patience=AT_ONCE)
        assert holder.stdin is not None
        holder.stdin.close()
        DirectoryLock.take(path).release()
