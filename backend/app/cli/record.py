"""`getanswers user record`: what a person made of the proposals, and how much could be left to each engine."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.accounts import repository as accounts
from app.cli.home import adopt_environment
from app.cli.opening import opened_database
from app.db.session import SYSTEM
from app.errors import UserError
from app.policy.calibration import ERRORS
from app.settings import load_settings
from app.triage.outcomes.measuring import Measured, measured
from app.triage.outcomes.repository import outcomes


def record(
    email: str,
    as_json: bool = typer.Option(False, "--json", help="All figures as JSON instead of the table"),
    data_dir: Path | None = typer.Option(None, "--data-dir", help="Where `getanswers up` keeps its data"),
) -> None:
    """Show for each engine and kind of step what this person decided, its calibration, and what could be automated."""
    adopt_environment(data_dir)
    found = asyncio.run(_read(email))
    if as_json:
        entries = [asdict(one) | _told(one) for one in found]
        typer.echo(json.dumps(entries, indent=2))
    else:
        Console().print(_table(found))


def _told(one: Measured) -> dict[str, Any]:
    latest = {"decided": one.latest.decided, "approved": one.latest.approved}
    return {"latest": latest, "proven": one.latest.is_proof, "words": one.in_words}


async def _read(email: str) -> list[Measured]:
    async with opened_database(load_settings()) as database:
        async with database.transaction(SYSTEM) as session:
            user = await accounts.user_by_email(session, email)
        if user is None:
            raise UserError(f"There is no user {email}. `getanswers user list` shows who there is.")
        async with database.transaction(user.id) as session:
            return measured(await outcomes(session, user.id))


def _table(found: list[Measured]) -> Table:
    errors = [f"{error:.0%}" for error in ERRORS]
    table = Table(
        "step", "judged by", "decisions", "as it was", "calibration error", *(f"at {one} wrong" for one in errors), ""
    )
    for one in found:
        figures = [f"{one.automatable[error]:.0%}" if one.automatable else "–" for error in errors]
        error = "–" if one.calibration_error is None else f"{one.calibration_error:.1%}"
        by = escape(f"{one.engine} {one.prompt_version}".strip())
        table.add_row(one.kind, by, str(one.outcomes), str(one.approved), error, *figures, one.in_words)
    return table
