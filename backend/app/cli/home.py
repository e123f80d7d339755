"""The folder where an installation on one machine keeps its data, and how its commands find each other."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from app.accounts.vault import Vault
from app.embedded.ports import is_free
from app.embedded.servers import default_data_dir
from app.errors import UserError

ENVIRONMENT_FILE = "environment.json"
KEYS_FILE = "encryption-keys"
DEMO_FOLDER = "demo-"
"""Begins the name of each folder with a demo's data, beside the data of `getanswers up`."""


def home(data_dir: Path | None) -> Path:
    return (data_dir or Path(os.environ.get("GETANSWERS_HOME") or default_data_dir())).expanduser().resolve()


def encryption_keys(folder: Path) -> str:
    """The keys of this installation, made on first use. Losing them means connecting every mailbox again."""
    given = os.environ.get("ENCRYPTION_KEYS")
    if given:
        return given
    path = folder / KEYS_FILE
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        keys = f"k1:{Vault.generate_key()}"
        write_private(path, keys + "\n")
        return keys


def write_private(path: Path, content: str) -> None:
    """Write so that nobody else can read it and a crash leaves the old content or the new, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with open(beside, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(content)
    beside.replace(path)


def publish_environment(folder: Path, environment: dict[str, str]) -> None:
    """Let other commands of the same person find the servers that run now."""
    write_private(folder / ENVIRONMENT_FILE, json.dumps(environment))


def withdraw_environment(folder: Path) -> None:
    """The servers are about to stop: nobody is to look for them any more."""
    (folder / ENVIRONMENT_FILE).unlink(missing_ok=True)


def adopt_environment(data_dir: Path | None = None) -> None:
    """Take the settings of the installation that runs on this machine, where none are given.

    Does nothing when DATABASE_URL is set. Raises UserError when nothing runs.
    """
    if os.environ.get("DATABASE_URL"):
        return
    folder = home(data_dir)
    found = next(filter(_is_running, _published(folder)), None)
    if found is None:
        raise UserError(
            f"Nothing of GetAnswers runs in {folder}: start `getanswers up` (or `getanswers demo`) and leave it "
            "running, or set DATABASE_URL, REDIS_URL and ENCRYPTION_KEYS."
        )
    for name, value in found.items():
        os.environ.setdefault(name, value)


def _published(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of `up`, then those of demos, the latest start first."""
    demos = sorted(folder.glob(f"{DEMO_FOLDER}*/{ENVIRONMENT_FILE}"), key=_written_at, reverse=True)
    for path in (folder / ENVIRONMENT_FILE, *demos):
        with contextlib.suppress(OSError, ValueError):  # it has just ended, or is somebody else's
            yield json.loads(path.read_text())


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _is_running(environment: dict[str, str]) -> bool:
    """Whether its servers live; one that was killed could not take its environment back."""
    port = urlsplit(environment.get("DATABASE_URL", "")).port
    return port is not None and not is_free(port)


def private_folder(path: Path) -> Path:
    """A folder that nobody else may look into, made if it is not there yet."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(path.stat().st_mode & ~0o077)
    return path
