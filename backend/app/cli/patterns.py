"""`getanswers user patterns`: what a person always does with a sender's mail, and how to have it forgotten."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.accounts import repository as accounts
from app.cli.home import adopt_environment
from app.cli.opening import opened_database
from app.db.models import SenderPattern, User, utc_now
from app.db.session import SYSTEM, Database
from app.errors import UserError
from app.settings import load_settings
from app.triage.patterns import keeping, repository


def patterns(
    email: str,
    forget: UUID | None = typer.Option(None, help="Forget the pattern with this id"),
    enabled: bool | None = typer.Option(None, "--on/--off", help="Learn and use patterns, or none at all"),
    as_json: bool = typer.Option(False, "--json", help="All of it as JSON instead of the table"),
    data_dir: Path | None = typer.Option(None, "--data-dir", help="Where `getanswers up` keeps its data"),
) -> None:
    """Show what a person always does with a sender's mail, so that no model is asked; forget one, or switch all off."""
    adopt_environment(data_dir)
    user, found = asyncio.run(_change_and_read(email, forget, enabled))
    if as_json:
        shown = {"enabled": user.patterns_enabled, "patterns": [_entry(one) for one in found]}
        typer.echo(json.dumps(shown, indent=2, default=str))
    else:
        Console().print(_table(user, found))


async def _change_and_read(email: str, forget: UUID | None, enabled: bool | None) -> tuple[User, list[SenderPattern]]:
    async with opened_database(load_settings()) as database:
        user = await _user(database, email)
        if forget is not None:
            await keeping.forget(database, forget, user_id=user.id, now=utc_now())
        if enabled is not None:
            await keeping.switch(database, user_id=user.id, on=enabled)
        async with database.transaction(user.id) as session:
            found = await repository.patterns(session, user.id)
        return await _user(database, email), found


async def _user(database: Database, email: str) -> User:
    async with database.transaction(SYSTEM) as session:
        user = await accounts.user_by_email(session, email)
    if user is None:
        raise UserError(f"There is no user {email}. `getanswers user list` shows who there is.")
    return user


def _entry(pattern: SenderPattern) -> dict[str, Any]:
    columns = [column.name for column in SenderPattern.__table__.columns if column.name != "user_id"]
    return {name: getattr(pattern, name) for name in columns} | {"words": keeping.words_of(pattern)}


def _table(user: User, found: list[SenderPattern]) -> Table:
    title = f"What {user.email} always does" + ("" if user.patterns_enabled else " (switched off)")
    table = Table("id", "what", "state", "without a model", title=escape(title), title_justify="left")
    for one in found:
        table.add_row(str(one.id), escape(keeping.words_of(one)), one.state, str(one.skipped))
    return table
