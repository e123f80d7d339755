"""`getanswers user older` and `user window`: how far back a person's mail is fetched."""

import asyncio
from pathlib import Path

import typer

from app.accounts import repository as accounts
from app.cli.home import adopt_environment
from app.cli.opening import opened_database
from app.db.models import utc_now
from app.db.session import SYSTEM, Database
from app.errors import UserError
from app.mail import older_mail
from app.mail.repository import MailboxRef
from app.mail.window import Keep, Shortfall, change_window
from app.settings import load_settings

DATA_DIR = typer.Option(None, "--data-dir", help="Where `getanswers up` keeps its data")


def older(
    email: str,
    days: int | None = typer.Option(None, help="How many days back; left out: all there is"),
    stop: bool = typer.Option(False, "--stop", help="Fetch no more of it; what has come stays"),
    data_dir: Path | None = DATA_DIR,
) -> None:
    """Have older mail of a person's mailboxes fetched in the background; new mail goes first."""
    if stop and days is not None:
        raise UserError("Say --days to have older mail fetched or --stop to end that, not both.")
    adopt_environment(data_dir)
    asyncio.run(_stop(email) if stop else _older(email, days))


def window(
    email: str,
    days: str = typer.Option("", help="A number, or “all” for no bound; left out: as it is"),
    messages: str = typer.Option("", help="The newest so many, or “all” for no bound; left out: as it is"),
    data_dir: Path | None = DATA_DIR,
) -> None:
    """Set how much a first sync of a person's mailboxes takes, also one that is under way."""
    adopt_environment(data_dir)
    asyncio.run(_window(email, _bound(days), _bound(messages)))


async def _older(email: str, days: int | None) -> None:
    async with opened_database(load_settings()) as database:
        for mailbox in await mailboxes_of(database, email):
            await older_mail.ask_for_older(database, mailbox, days=days, clock=utc_now)
    typer.echo(f"Older mail of {email} is being fetched. `getanswers user fetching {email}` shows how far it is.")


async def _stop(email: str) -> None:
    async with opened_database(load_settings()) as database:
        for mailbox in await mailboxes_of(database, email):
            await older_mail.stop_older(database, mailbox, clock=utc_now)
    typer.echo(f"No more older mail of {email} is fetched. What has come stays.")


def _bound(written: str) -> int | Keep | None:
    if not written:
        return Keep.AS_IT_IS
    if written == "all":
        return None
    try:
        return int(written)
    except ValueError as error:
        raise UserError(f"{written} is no bound. Write a whole number, such as 90, or all.") from error


async def _window(email: str, days: int | Keep | None, messages: int | Keep | None) -> None:
    async with opened_database(load_settings()) as database:
        lacking = [
            await change_window(database, mailbox, days=days, messages=messages, clock=utc_now)
            for mailbox in await mailboxes_of(database, email)
        ]
    typer.echo(f"The window of {email} is set.")
    for sentence in dict.fromkeys(shortfall_in_words(email, one) for one in lacking if one is not None):
        typer.echo(sentence)


def shortfall_in_words(email: str, lacking: Shortfall) -> str:
    """With the command that has it fetched."""
    days = "" if lacking.days is None else f" --days {lacking.days}"
    return f"{lacking.in_words} Run `getanswers user older {email}{days}`."


async def mailboxes_of(database: Database, email: str) -> list[MailboxRef]:
    """Raises UserError where there are none."""
    async with database.transaction(SYSTEM) as session:
        user = await accounts.user_by_email(session, email)
        if user is None:
            raise UserError(f"There is no user {email}. `getanswers user list` shows who there is.")
        found = [MailboxRef(user.id, one.id) for one in await accounts.mailboxes_of(session, user.id)]
    if not found:
        raise UserError(f"{email} has connected no mailbox yet; they do so on the settings page.")
    return found
