"""`getanswers user fetching`: how the mail of a person's mailboxes is fetched, as the page and the JSON say it."""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.api.fetching import FetchingShape
from app.cli.home import adopt_environment
from app.cli.older import mailboxes_of, shortfall_in_words
from app.cli.opening import opened_database
from app.db.models import FetchFailure, Mailbox, utc_now
from app.db.session import Database
from app.mail import progress, repository
from app.mail.failure_repository import LONGEST_WAIT
from app.mail.polling import Polling
from app.mail.progress import Fetching, duration
from app.mail.repository import MailboxRef
from app.settings import Settings, load_settings
from app.web.words import FETCHING, MAILBOX_STATES, POLLING

Row = tuple[str, str]


def fetching(
    email: str,
    as_json: bool = typer.Option(False, "--json", help="As JSON instead of the tables"),
    data_dir: Path | None = typer.Option(None, "--data-dir", help="Where `getanswers up` keeps its data"),
) -> None:
    """Show how far a person's mailboxes are fetched, what is missing or failed, the window, and push. Times are UTC."""
    adopt_environment(data_dir)
    found = asyncio.run(_read(email))
    if as_json:
        typer.echo(json.dumps([FetchingShape.of(*one).model_dump(mode="json") for one in found], indent=2))
        return
    for mailbox, standing in found:
        Console().print(_table(email, mailbox, standing))


async def _read(email: str) -> list[tuple[Mailbox, Fetching]]:
    settings = load_settings()
    async with opened_database(settings) as database:
        return [await _of(database, settings, ref) for ref in await mailboxes_of(database, email)]


async def _of(database: Database, settings: Settings, ref: MailboxRef) -> tuple[Mailbox, Fetching]:
    units, polling = settings.user_units_per_minute, Polling.from_settings(settings)
    async with database.transaction(ref.user_id) as session:
        mailbox = await repository.own_mailbox(session, ref)
        return mailbox, await progress.fetching(
            session, mailbox, now=utc_now(), units_per_minute=units, polling=polling
        )


def _table(email: str, mailbox: Mailbox, found: Fetching) -> Table:
    table = Table(title=f"Fetching {escape(mailbox.address)}", title_justify="left", show_header=False)
    for name, value in (*_standing(mailbox, found), *_lacking(found), *_window(email, mailbox, found), *_push(mailbox)):
        table.add_row(name, escape(value))
    return table


def _standing(mailbox: Mailbox, found: Fetching) -> Iterator[Row]:
    reason = f": {mailbox.state_reason}" if mailbox.state_reason else ""
    yield "State", f"{MAILBOX_STATES[mailbox.state]}{reason}"
    yield "Last read", _when(mailbox.last_synced_at) if mailbox.last_synced_at else "not yet"
    yield "Looked at next", _when(found.due_at) if found.due_at else "not until it is connected again"
    yield "How often", f"every {duration(found.pace.interval)}: {POLLING[found.pace.reason]}"
    for way in found.under_way:
        yield FETCHING[way.kind], way.in_words
    yield "Spent in all", f"{mailbox.units_spent:,} units of Gmail’s quota"
    if found.read_only:
        yield "Read only", "nothing can be done in Gmail until it is connected again with “Read and act”"


def _lacking(found: Fetching) -> Iterator[Row]:
    compared = found.compared
    if compared is not None:
        yield "Missing", f"{compared.missing:,} of {compared.listed:,} that Gmail lists, on {_when(compared.at)}"
    else:
        yield "Missing", "not compared with Gmail yet"
    longest = f"; each is tried again by itself, {duration(LONGEST_WAIT)} later at most" if found.waiting else ""
    yield "Not fetched so far", f"{found.failures.waiting:,}{longest}"
    for one in found.waiting:
        yield f"  {one.provider_message_id}", f"{one.reason} {_tries(one)}, again on {_when(one.not_before)}"
    if found.left_out:
        yield "Left out", f"{found.failures.left_out:,}; the person said to leave them"
    for one in found.left_out:
        yield f"  {one.provider_message_id}", f"{one.reason} {_tries(one)}, never fetched"


def _tries(one: FetchFailure) -> str:
    return "Tried once" if one.attempts == 1 else f"Tried {one.attempts:,} times"


def _window(email: str, mailbox: Mailbox, found: Fetching) -> Iterator[Row]:
    days, messages = mailbox.sync_window_days, mailbox.sync_window_messages
    bounds = [f"{days:,} days" if days else "all days", f"the newest {messages:,} messages" if messages else ""]
    yield "First sync takes", ", ".join(filter(None, bounds))
    if found.shortfall is not None:
        yield "", shortfall_in_words(email, found.shortfall)


def _push(mailbox: Mailbox) -> Iterator[Row]:
    told = f"told of {mailbox.push_count:,} {'change' if mailbox.push_count == 1 else 'changes'}"
    yield "Push", f"{told}, last on {_when(mailbox.pushed_at)}" if mailbox.pushed_at else "never told of a change"
    if mailbox.watch_expires_at is not None:
        yield "", f"agreed with Gmail until {_when(mailbox.watch_expires_at)}"
    if mailbox.watch_error is not None:
        yield "", mailbox.watch_error


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
