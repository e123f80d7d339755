"""Places and processes for the tests of the embedded servers."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

import app

BACKEND = Path(app.__file__).parents[1]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="getanswers-embedded-") as folder:
        yield Path(folder).resolve()


@pytest.fixture
def run_script() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Run a script beside this file in a process of its own, with its output to read; killed at the end of the test."""
    started: list[subprocess.Popen[str]] = []

    def run(name: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(Path(__file__).with_name(name)), *arguments]
        environment = os.environ | {"PYTHONPATH": str(BACKEND)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        started.append(process)
        return process

    yield run
    for process in started:
        with process:
            process.kill()


@pytest.fixture
def await_gone() -> Callable[..., None]:
    """Wait until these processes run no more; one that merely waits to be collected is gone."""

    def wait(*pids: int) -> None:
        for pid in pids:
            try:
                process = psutil.Process(pid)
                while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                    try:
                        process.wait(0.05)
                    except psutil.TimeoutExpired:
                        continue
            except psutil.NoSuchProcess:
                continue

    return wait
