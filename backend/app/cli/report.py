"""`getanswers report`: what became of every message."""

import asyncio
import json
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from app.cli.home import adopt_environment
from app.cli.outcomes import outcomes
from app.cli.tables import print_outcomes
from app.cli.users import open_database
from app.settings import load_settings


def report(
    as_json: bool = typer.Option(False, "--json", help="Every message as JSON instead of the tables"),
    user: str = typer.Option("", help="Only this person's mail"),
    data_dir: Path | None = typer.Option(None, "--data-dir", help="Where `getanswers up` or `demo` keeps its data"),
) -> None:
    """Show what became of every message: what was done unasked and why, what waits, what failed."""
    adopt_environment(data_dir)
    entries = asyncio.run(_read(user or None))
    if as_json:
        typer.echo(_as_json(entries))
    else:
        print_outcomes(entries, Console())


async def _read(email: str | None) -> list[dict[str, Any]]:
    database = open_database(load_settings())
    entries = await outcomes(database, email=email)
    await database.close()
    return entries


def write_report(path: Path, entries: list[dict[str, Any]]) -> None:
    """The same that `getanswers report --json` prints."""
    path.write_text(_as_json(entries) + "\n", encoding="utf-8")


def _as_json(entries: list[dict[str, Any]]) -> str:
    return json.dumps(entries, ensure_ascii=False, indent=2)
