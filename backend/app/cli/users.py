"""`getanswers user`: people and their mailboxes, from the operator's command line."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from app.accounts import magic_links
from app.accounts import repository as accounts
from app.accounts.preferences import TIMEZONES
from app.accounts.vault import Vault
from app.cli import fetching, older, patterns, record, usage
from app.cli.home import adopt_environment
from app.cli.opening import opened_database
from app.cli.options import require_address
from app.db.models import Autonomy, Mailbox, User, Walk, WalkKind, utc_now
from app.db.session import SYSTEM, Database
from app.doors.sign_in import link_url
from app.errors import UserError
from app.mail import failure_repository
from app.mail.failure_repository import Counts
from app.mail.progress import in_words
from app.mail.walk_repository import latest_walks
from app.settings import Settings, load_settings

users = typer.Typer(help="People and their mailboxes.", no_args_is_help=True)
DATA_DIR = typer.Option(None, "--data-dir", help="Where `getanswers up` keeps its data, if not the usual place")


async def ensure_user(database: Database, email: str, **values: object) -> User:
    """The user with this address, made if there is none yet."""
    async with database.transaction(SYSTEM) as session:
        user = await accounts.user_by_email(session, email)
        if user is None:
            user = User(email=email.lower(), **values)
            session.add(user)
    return user


async def connect_mailbox(
    database: Database,
    vault: Vault,
    user: User,
    *,
    address: str,
    refresh_token: str,
    window_days: int | None,
    aliases: Sequence[str] = (),
    live_kinds: Sequence[str] = (),
) -> Mailbox:
    """The user's mailbox of this address with this grant, made if it is not there yet; in shadow mode by itself."""
    async with database.transaction(user.id) as session:
        mailbox = await session.scalar(select(Mailbox).where(Mailbox.address == address.lower()))
        if mailbox is None:
            mailbox = Mailbox(
                user_id=user.id,
                address=address.lower(),
                aliases=[alias.lower() for alias in aliases],
                next_sync_at=utc_now(),
                sync_window_days=window_days,
                granted_at=utc_now(),
                live_kinds=list(live_kinds),
            )
            session.add(mailbox)
            await session.flush()  # the id is part of what the token is bound to
            mailbox.refresh_token_encrypted = vault.encrypt(
                refresh_token, table="mailboxes", column="refresh_token_encrypted", row=mailbox.id
            )
    return mailbox


async def sign_in_link(database: Database, settings: Settings, email: str) -> str:
    user = await _user(database, email)
    if user is None:
        raise UserError(f"There is no user {email}. `getanswers user list` shows who there is.")
    token = await magic_links.issue(database, user_id=user.id, browser_token=None, clock=utc_now)
    return link_url(settings.base_url, token)


@users.command("add")
def add(
    email: str,
    name: str = typer.Option("", help="As it stands under their mails"),
    timezone: str = typer.Option("UTC", help="Such as Europe/Stockholm"),
    autonomy: Autonomy = typer.Option(Autonomy.LOW, help="How much may be done unasked"),
    operator: bool = typer.Option(False, "--operator", help="May pause and resume the whole installation"),
    data_dir: Path | None = DATA_DIR,
) -> None:
    """Add a person. They sign in by a link that is mailed to them, and connect their Gmail on the settings page."""
    require_address(email)
    if timezone not in TIMEZONES:
        raise UserError(f"There is no time zone {timezone}. Write it like Europe/Stockholm.")
    adopt_environment(data_dir)
    values = {"name": name, "timezone": timezone, "autonomy": autonomy.value, "is_operator": operator}
    asyncio.run(_add(email, values))


async def _add(email: str, values: Mapping[str, object]) -> None:
    settings = load_settings()
    async with opened_database(settings) as database:
        if await _user(database, email) is not None:
            raise UserError(f"There is a user {email} already. `getanswers user link {email}` prints a link for them.")
        await ensure_user(database, email, **values)
        link = await sign_in_link(database, settings, email)
    typer.echo(f"{email} can sign in now: {link} (valid for ten minutes)")


async def _user(database: Database, email: str) -> User | None:
    async with database.transaction(SYSTEM) as session:
        return await accounts.user_by_email(session, email)


users.command("budget")(usage.budget)
users.command("patterns")(patterns.patterns)
users.command("record")(record.record)
users.command("fetching")(fetching.fetching)
users.command("older")(older.older)
users.command("window")(older.window)


@users.command("link")
def link(email: str, data_dir: Path | None = DATA_DIR) -> None:
    """Print a link that signs this person in; valid for ten minutes, once."""
    adopt_environment(data_dir)
    asyncio.run(_link(email))


async def _link(email: str) -> None:
    settings = load_settings()
    async with opened_database(settings) as database:
        typer.echo(await sign_in_link(database, settings, email))


@users.command("list")
def list_users(data_dir: Path | None = DATA_DIR) -> None:
    """Show the people and the state of their mailboxes."""
    adopt_environment(data_dir)
    asyncio.run(_list())


async def _list() -> None:
    settings = load_settings()
    async with opened_database(settings) as database, database.transaction(SYSTEM) as session:
        found = await session.execute(
            select(User, Mailbox).join(Mailbox, Mailbox.user_id == User.id, isouter=True).order_by(User.email)
        )
        rows = [(user, mailbox) for user, mailbox in found]
        walks = {mailbox.id: await latest_walks(session, mailbox.id) for _, mailbox in rows if mailbox}
        failed = {mailbox.id: await failure_repository.counts(session, mailbox.id) for _, mailbox in rows if mailbox}
    table = Table("user", "autonomy", "mailbox", "state", "last synced", "fetched", "quota units spent")
    for user, mailbox in rows:
        synced = f"{mailbox.last_synced_at:%Y-%m-%d %H:%M}" if mailbox and mailbox.last_synced_at else "never"
        state = (mailbox.state_reason or mailbox.state) if mailbox else "not connected"
        units = str(mailbox.units_spent) if mailbox else ""
        fetched = _fetched(walks[mailbox.id], failed[mailbox.id], settings) if mailbox else ""
        table.add_row(user.email, user.autonomy, mailbox.address if mailbox else "", state, synced, fetched, units)
    Console().print(table)


def _fetched(walks: Mapping[WalkKind, Walk], failed: Counts, settings: Settings) -> str:
    return in_words(walks, failed, now=utc_now(), units_per_minute=settings.user_units_per_minute)
