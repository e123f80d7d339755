"""SIGTERM, a closed terminal and the death of `make` mean the same as Ctrl-C: everything is stopped in order."""

import os
import signal
import threading
import time
from types import FrameType

LOOK_EVERY = 0.5


def stop_on_signals() -> None:
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _interrupt)
    if "MAKELEVEL" in os.environ:
        # Started by make, which is our parent. Only then: whoever starts us from a script that ends wants us to stay.
        threading.Thread(target=_stop_with, args=(os.getppid(),), name="watch-make", daemon=True).start()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
