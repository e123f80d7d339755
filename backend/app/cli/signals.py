"""SIGTERM means the same as Ctrl-C: everything is stopped in order."""

import signal
from types import FrameType


def stop_on_signals() -> None:
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
