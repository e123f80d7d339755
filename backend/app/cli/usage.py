"""`getanswers usage`: what language models cost each person, and their daily budgets."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from app.accounts import repository as accounts
from app.cli.home import adopt_environment
from app.cli.opening import opened_database
from app.db.models import User, utc_now
from app.db.session import SYSTEM
from app.errors import UserError
from app.settings import load_settings
from app.triage.spending.ledger import MICRODOLLARS, default_limits
from app.triage.spending.overview import Overview, overview

USUAL: Final = -1.0


def usage(
    as_json: bool = typer.Option(False, "--json", help="Every day and model as JSON instead of the table"),
    data_dir: Path | None = typer.Option(None, "--data-dir", help="Where `getanswers up` keeps its data"),
) -> None:
    """Show what language models cost in the last 30 days, and today's budgets."""
    adopt_environment(data_dir)
    found = asyncio.run(_read())
    if as_json:
        typer.echo(json.dumps({email: asdict(one) for email, one in found.items()}, indent=2, default=str))
    else:
        Console().print(_table(found))


def budget(
    email: str,
    dollars: float = typer.Option(USUAL, help="A day, in US dollars; left out: what the settings say"),
    tokens: int = typer.Option(int(USUAL), help="A day; left out: what the settings say"),
    data_dir: Path | None = typer.Option(None, "--data-dir", help="Where `getanswers up` keeps its data"),
) -> None:
    """Set what language models may cost one person a day. At the limit the built-in rules take over."""
    adopt_environment(data_dir)
    asyncio.run(_set(email, dollars=dollars, tokens=tokens))


async def _read() -> dict[str, Overview]:
    settings, now = load_settings(), utc_now()
    async with opened_database(settings) as database, database.transaction(SYSTEM) as session:
        people = list(await session.scalars(select(User).order_by(User.email)))
        limits = default_limits(settings)
        return {one.email: await overview(session, one.id, now=now, default_limits=limits) for one in people}


async def _set(email: str, *, dollars: float, tokens: int) -> None:
    async with opened_database(load_settings()) as database, database.transaction(SYSTEM) as session:
        user = await accounts.user_by_email(session, email)
        if user is None:
            raise UserError(f"There is no user {email}. `getanswers user list` shows who there is.")
        user.daily_model_microdollars = None if dollars < 0 else round(dollars * MICRODOLLARS)
        user.daily_model_tokens = None if tokens < 0 else tokens
    typer.echo(f"The budget of {email} is set.")


def _table(found: dict[str, Overview]) -> Table:
    table = Table("user", "today", "of", "tokens today", "of", "calls, 30 days", "tokens, 30 days", "money, 30 days")
    for email, one in found.items():
        table.add_row(email, *_row(one))
    return table


def _row(one: Overview) -> list[Any]:
    spent = [day.spent for day in one.days]
    return [
        _dollars(one.today.spent.microdollars),
        _dollars(one.limits.microdollars),
        f"{one.today.spent.tokens:,}",
        f"{one.limits.tokens:,}",
        str(sum(day.calls for day in one.days)),
        f"{sum(amount.tokens for amount in spent):,}",
        _dollars(sum(amount.microdollars for amount in spent)),
    ]


def _dollars(microdollars: int) -> str:
    return f"${microdollars / MICRODOLLARS:.4f}"
