"""Starts a child that starts a grandchild, tells their process ids, and waits to be killed."""

import signal
import sys
from datetime import timedelta
from pathlib import Path

from app.embedded.children import Child, Program

FAMILY = """
import os, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = os.fork()
if grandchild:
    print(os.getpid(), grandchild, flush=True)
signal.pause()
"""

# Who started the tests may have had it ignored, and that is inherited.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
child = Child(Program(name="family", argv=(sys.executable, "-c", FAMILY), cwd=Path("/"), grace=timedelta(seconds=0.5)))
signal.pause()
