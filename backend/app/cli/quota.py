"""`getanswers quota`: what every mailbox has spent of Gmail's quota, by method."""

import asyncio
import json
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select

from app.cli.home import adopt_environment
from app.cli.opening import opened_database
from app.db.models import Mailbox
from app.db.session import SYSTEM
from app.mail import quota_repository
from app.settings import Settings, load_settings


def quota(
    days: int = typer.Option(1, min=1, max=90, help="How many days back, today included"),
    as_json: bool = typer.Option(False, "--json", help="As JSON instead of the table"),
    data_dir: Path | None = typer.Option(None, "--data-dir", help="Where `getanswers up` or `demo` keeps its data"),
) -> None:
    """Show what every mailbox has spent of Gmail's quota. Google's days end at midnight in California."""
    adopt_environment(data_dir)
    settings = load_settings()
    found = asyncio.run(_read(settings, days))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(found, settings)


async def _read(settings: Settings, days: int) -> dict[str, Any]:
    async with opened_database(settings) as database, database.transaction(SYSTEM) as session:
        rows = (await session.execute(select(Mailbox.id, Mailbox.address).order_by(Mailbox.address))).all()
        spent = await quota_repository.spent_by_method(session, [mailbox_id for mailbox_id, _ in rows], days=days)
        today = await quota_repository.today(session)
    return {
        "installation_units_today": today.spent,
        "mailboxes": [
            {
                "address": address,
                "units": sum(one.units for one in spent[mailbox_id].values()),
                "methods": {
                    method: {"calls": one.calls, "units": one.units} for method, one in spent[mailbox_id].items()
                },
            }
            for mailbox_id, address in rows
        ],
    }


def _print(found: dict[str, Any], settings: Settings) -> None:
    table = Table("mailbox", "method", title="Gmail quota", title_justify="left")
    table.add_column("calls", justify="right")
    table.add_column("units", justify="right")
    for mailbox in found["mailboxes"]:
        table.add_row(escape(mailbox["address"]), "all", "", f"{mailbox['units']:,}")
        for method, one in mailbox["methods"].items():
            table.add_row("", method, f"{one['calls']:,}", f"{one['units']:,}")
    console = Console()
    console.print(table)
    spent, allowed = found["installation_units_today"], settings.project_units_per_day
    console.print(f"All mailboxes today: {spent:,} of {allowed:,} units.", highlight=False)
