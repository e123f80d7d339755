"""`getanswers report`: what became of every message."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from app.cli.home import adopt_environment
from app.cli.opening import opened_database
from app.cli.options import path_option
from app.cli.outcomes import outcomes
from app.cli.tables import print_outcomes
from app.errors import UserError
from app.settings import load_settings


def report(
    as_json: bool = typer.Option(False, "--json", help="Every message as JSON instead of the tables"),
    user: str = typer.Option("", help="Only this person's mail"),
    data_dir: Path | None = path_option("--data-dir", help="Where `getanswers up` or `demo` keeps its data"),
) -> None:
    """Show what became of every message: what was done unasked and why, what waits, what failed."""
    adopt_environment(data_dir)
    entries = asyncio.run(_read(user or None))
    if as_json:
        typer.echo(_as_json(entries))
    else:
        print_outcomes(entries, Console())


async def _read(email: str | None) -> list[dict[str, Any]]:
    async with opened_database(load_settings()) as database:
        return await outcomes(database, email=email)


def writable(path: Path) -> Path:
    """Where the report will be written. Raises UserError now rather than when all the work is done."""
    path = path.expanduser().resolve()
    if not path.parent.is_dir():
        raise UserError(f"The report cannot be written: there is no folder {path.parent}.")
    if path.is_dir():
        raise UserError(f"The report cannot be written: {path} is a folder. Name a file in it.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UserError(f"The report cannot be written: {path} is closed to you.")
    return path


def write_report(path: Path, entries: list[dict[str, Any]]) -> None:
    """The same that `getanswers report --json` prints."""
    path.write_text(_as_json(entries) + "\n", encoding="utf-8")


def _as_json(entries: list[dict[str, Any]]) -> str:
    return json.dumps(entries, ensure_ascii=False, indent=2)
