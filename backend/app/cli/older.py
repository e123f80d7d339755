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
from app.mail.older_mail import Keep
from app.mail.repository import MailboxRef
from app.settings import load_settings

DATA_DIR = typer.Option(None, "--data-dir", help="Where `getanswers up` keeps its data")


def older(
    email: str,
    days: int | None = typer.Option(None, help="How many days back; left out: all there is"),
    data_dir: Path | None = DATA_DIR,
) -> None:
    """Have older mail of a person's mailboxes fetched in the background; new mail goes first."""
    adopt_environment(data_dir)
    asyncio.run(_older(email, days))


def window(
    email: str,
    days: str = typer.Option("", help="A number, or “all” for no bound; left out: as it is"),
    messages: str = typer.Option("", help="The newest so many, or “all” for no bound; left out: as it is"),
    data_dir: Path | None = DATA_DIR,
) -> None:
    """Set how much a first sync of a person's mailboxes takes that begins from now on."""
    adopt_environment(data_dir)
    asyncio.run(_window(email, _bound(days), _bound(messages)))


async def _older(email: str, days: int | None) -> None:
    async with opened_database(load_settings()) as database:
        for mailbox in await _mailboxes(database, email):
            await older_mail.ask_for_older(database, mailbox, days=days, clock=utc_now)
    typer.echo(f"Older mail of {email} is being fetched. `getanswers user list` shows how far it is.")


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
        for mailbox in await _mailboxes(database, email):
            await older_mail.change_window(database, mailbox, days=days, messages=messages)
    typer.echo(f"The window of {email} is set.")


async def _mailboxes(database: Database, email: str) -> list[MailboxRef]:
    async with database.transaction(SYSTEM) as session:
        user = await accounts.user_by_email(session, email)
        if user is None:
            raise UserError(f"There is no user {email}. `getanswers user list` shows who there is.")
        found = [MailboxRef(user.id, one.id) for one in await accounts.mailboxes_of(session, user.id)]
    if not found:
        raise UserError(f"{email} has connected no mailbox yet; they do so on the settings page.")
    return found
