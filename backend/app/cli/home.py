"""The folder where an installation on one machine keeps its data, and how its commands find each other."""

import json
import os
from pathlib import Path

from app.accounts.vault import Vault
from app.embedded.servers import default_data_dir
from app.errors import UserError

ENVIRONMENT_FILE = "environment.json"
KEYS_FILE = "encryption-keys"


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


def adopt_environment(data_dir: Path | None = None) -> None:
    """Take the settings of the installation that runs on this machine, where none are given.

    Does nothing when DATABASE_URL is set. Raises UserError when there is nothing to be found.
    """
    if os.environ.get("DATABASE_URL"):
        return
    path = home(data_dir) / ENVIRONMENT_FILE
    try:
        found: dict[str, str] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise UserError(
            "There is no database to talk to: start `getanswers up` (or `make demo`) first, or set DATABASE_URL, "
            "REDIS_URL and ENCRYPTION_KEYS."
        ) from error
    for name, value in found.items():
        os.environ.setdefault(name, value)
