"""The command line in processes of its own, with nothing of this machine's settings."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

import app
from app.settings import Settings

BACKEND = Path(app.__file__).parents[1]
OURS = {*(name.upper() for name in Settings.model_fields), "GETANSWERS_HOME"}


BOUND_BY_PERMISSIONS = """
import ctypes, os, sys
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2
for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
    if ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
        sys.exit("prctl was refused")
os.execv(sys.argv[1], sys.argv[1:])
"""
"""A root that the permissions of files bind as they bind everybody else."""


@dataclass(frozen=True, slots=True)
class Cli:
    environment: dict[str, str]
    through: tuple[str, ...] = ()
    """What starts the command in our place."""
    started: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def bound_by_permissions(self) -> "Cli":
        through = (sys.executable, "-c", BOUND_BY_PERMISSIONS) if os.geteuid() == 0 else ()
        return replace(self, through=through)

    def run(self, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """One command until its end."""
        return subprocess.run(
            self._argv(words),
            cwd=BACKEND,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )

    def start(self, *words: object, output: Path) -> subprocess.Popen[bytes]:
        """One command that runs on; killed at the end of the test at the latest."""
        with output.open("wb") as file:
            process = subprocess.Popen(
                self._argv(words), cwd=BACKEND, env=self.environment, stdout=file, stderr=file, start_new_session=True
            )
        self.started.append(process)
        return process

    def _argv(self, words: tuple[object, ...]) -> list[str]:
        return [*self.through, sys.executable, "-m", "app.cli.main", *(str(word) for word in words)]


@pytest.fixture(scope="session")
def bytecode() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="getanswers-bytecode-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def cli(bytecode: Path) -> Iterator[Cli]:
    with tempfile.TemporaryDirectory(prefix="getanswers-cli-home-") as folder:
        environment = {name: value for name, value in os.environ.items() if name not in OURS}
        environment |= {"GETANSWERS_HOME": str(Path(folder, "home")), "COLUMNS": "200", "NO_COLOR": "1"}
        if environment.pop("PYTHONDONTWRITEBYTECODE", None):  # compiling everything anew takes longer than all the rest
            environment.setdefault("PYTHONPYCACHEPREFIX", str(bytecode))
        cli = Cli(environment)
        yield cli
        for process in cli.started:
            with process:
                process.kill()


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the unprivileged user may enter as whom root's PostgreSQL runs."""
    with tempfile.TemporaryDirectory(prefix="getanswers-cli-") as folder:
        path = Path(folder).resolve()
        path.chmod(0o755)
        yield path


def sentence_of(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a command which cannot do its work says."""
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("Error: "), line
    assert line.endswith("."), line
    return line
