"""`getanswers demo`: the whole system on sample mail or on somebody's own, against a simulated Gmail."""

import asyncio
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import httpx
import typer
from rich.console import Console

from app.accounts.own_mail import new_message_id
from app.accounts.vault import Vault
from app.actions.kinds import SWITCHABLE
from app.cli import watching
from app.cli.fleet import Fleet
from app.cli.home import (
    DEMO_FOLDER,
    encryption_keys,
    home,
    private_folder,
    publish_environment,
    withdraw_environment,
)
from app.cli.mail_source import MailSource, own_mail, sample
from app.cli.opening import opened_database, require_usable
from app.cli.options import path_option
from app.cli.outcomes import is_wrong, outcomes
from app.cli.report import writable, write_report
from app.cli.signals import stop_on_signals
from app.cli.tables import print_outcomes
from app.cli.users import connect_mailbox, ensure_user, sign_in_link
from app.db.migrate import migrate
from app.db.models import Autonomy, User, utc_now
from app.db.session import Database, enqueue
from app.embedded.ports import free_port, require_free
from app.embedded.servers import EmbeddedServers
from app.errors import UserError
from app.jobs import Job, TaskName
from app.logs import configure_logs
from app.notify.days import zone_of
from app.notify.digest import send_digest
from app.notify.senders import build_sender
from app.settings import Settings, load_settings
from app.simulator.gatekeeper import TOKEN_HEADER, TOKEN_VARIABLE

console = Console()
UNITS_PER_MINUTE = "1000000"
"""The simulated Gmail has no quota to wait for."""
AT_ONCE = 1_000_000
"""Nobody misses simulated mail, however much of it is put away within minutes."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a demo run stands on."""

    source: MailSource
    folder: Path
    api_port: int
    simulator_port: int
    smtp_port: int

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def sink_folder(self) -> Path:
        return self.folder / "gmail" / "mail-sink"


def demo(
    mail: Path | None = path_option(help="Your own mail: an mbox, a Maildir, an .eml or a folder of .eml"),
    me: str = typer.Option("", help="Your address in that mail; guessed when not given"),
    once: bool = typer.Option(False, "--once", help="End when the work is done, with 0 if nothing was left undone"),
    report: Path | None = path_option(help="Write the outcome of every message there, as JSON"),
    port: int = typer.Option(8000, min=1, max=65535, help="Port of the review page"),
    data_dir: Path | None = path_option("--data-dir", help="Where everything is kept"),
) -> None:
    """Sync, triage, decide, notify: the main job from end to end, with nothing sent to anybody."""
    stop_on_signals()
    if report is not None:
        report = writable(report)
    source = own_mail(mail, me or None) if mail else sample()
    require_free(port)
    stage = Stage(source, home(data_dir) / f"{DEMO_FOLDER}{source.key}", port, free_port(), free_port())
    try:
        complete = _run(stage, once=once, report=report)
    except KeyboardInterrupt:
        console.print("\nStopped. The next start continues where this one ended.")
        raise typer.Exit(0 if not once else 130) from None
    if not complete:
        raise typer.Exit(1)


def _run(stage: Stage, *, once: bool, report: Path | None) -> bool:
    console.print(f"[bold]GetAnswers demo[/]: {stage.source.count} messages of {stage.source.owner}", highlight=False)
    logs = _open_log(stage.folder)
    configure_logs(stream=logs)
    servers = EmbeddedServers(stage.folder)
    with console.status("Starting PostgreSQL and Valkey …"):
        servers.start()
    fleet: Fleet | None = None
    try:
        environment = _environment(stage, servers)
        os.environ.update(environment)
        settings = load_settings()
        migrate(settings.database_url)
        require_usable(settings, database=True)
        publish_environment(stage.folder, environment)
        fleet = Fleet(environment, stage.folder / "logs")
        state = private_folder(stage.folder / "gmail")
        fleet.start_simulator(port=stage.simulator_port, smtp_port=stage.smtp_port, state=state)
        fleet.start_services()
        mailed_before = set(stage.sink_folder.glob("*.eml"))
        complete = asyncio.run(_show(stage, settings, report, mailed_before))
        if not once:
            console.print("GetAnswers stays up. Stop it with Ctrl-C.")
            fleet.supervisor.wait()
        return complete
    finally:
        withdraw_environment(stage.folder)
        if fleet is not None:
            fleet.stop()
        servers.stop()
        logs.close()


def _open_log(folder: Path) -> TextIO:
    """This process's own log lines go beside those of the others, not between the progress bars."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # nobody else may list it, but the user whom root's PostgreSQL runs as has to pass through
    return (private_folder(folder / "logs") / "demo.log").open("a", encoding="utf-8")


def _environment(stage: Stage, servers: EmbeddedServers) -> dict[str, str]:
    return {
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "ENCRYPTION_KEYS": encryption_keys(stage.folder),
        "API_PORT": str(stage.api_port),
        "BASE_URL": f"http://127.0.0.1:{stage.api_port}",
        "GMAIL_API_URL": stage.simulator_url,
        "GOOGLE_TOKEN_URL": f"{stage.simulator_url}/token",
        "GOOGLE_REVOKE_URL": f"{stage.simulator_url}/revoke",
        "GOOGLE_AUTH_URL": f"{stage.simulator_url}/o/oauth2/v2/auth",
        TOKEN_VARIABLE: secrets.token_urlsafe(32),
        "GOOGLE_CLIENT_ID": "demo",
        "GOOGLE_CLIENT_SECRET": "demo",
        "SENDER": "smtp",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(stage.smtp_port),
        "SMTP_STARTTLS": "false",
        "MAIL_FROM": "GetAnswers <getanswers@example.org>",
        "USER_UNITS_PER_MINUTE": UNITS_PER_MINUTE,
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "info"),
    }


async def _show(stage: Stage, settings: Settings, report: Path | None, mailed_before: set[Path]) -> bool:
    """Do the work, show it; True when nothing was left undone."""
    async with opened_database(settings) as database:
        user = await _prepare(stage, settings, database)
        async with database.transaction(user.id) as session:
            enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (user.id,)))
        complete = await watching.until_done(database, console, folder=stage.folder)
        await watching.until_notices_settle(database)
        await _mail_digest(settings, database, user)
        entries = await outcomes(database)
        print_outcomes(entries, console)
        if report is not None:
            write_report(report, entries)
            console.print(f"The outcome of every message: {report}", soft_wrap=True)
        watching.print_mailed(stage.sink_folder, console, is_new=lambda path: path not in mailed_before)
        async with httpx.AsyncClient(base_url=settings.base_url) as client:
            await watching.until_answering(client, "/api/health", name="api")
        link = await sign_in_link(database, settings, stage.source.owner)
        console.print(f"\n[bold]Review page:[/] {settings.base_url}", soft_wrap=True)
        console.print(f"Sign in with this link (ten minutes, once): {link}", soft_wrap=True)
        return complete and not any(is_wrong(entry) for entry in entries)


async def _mail_digest(settings: Settings, database: Database, user: User) -> None:
    """The digest of today, which the schedule would send tomorrow at 08:00; once, as always."""
    vault = Vault.from_settings(settings)
    await send_digest(
        user_id=user.id,
        day=utc_now().astimezone(zone_of(user.timezone)).date(),
        database=database,
        sender=build_sender(settings),
        clock=utc_now,
        new_message_id=lambda: new_message_id(vault, "example.org"),
        base_url=settings.base_url,
    )


async def _prepare(stage: Stage, settings: Settings, database: Database) -> User:
    """The simulated mailbox with its mail, the person, and the connection between them; each made once."""
    source = stage.source
    headers = {TOKEN_HEADER: os.environ[TOKEN_VARIABLE]}
    async with httpx.AsyncClient(base_url=stage.simulator_url, timeout=120, headers=headers) as client:
        await watching.until_answering(client, "/_simulator/mailboxes", name="simulator")
        wanted = {"address": source.owner, "aliases": list(source.aliases)}
        mailbox = (await client.post("/_simulator/mailboxes", json=wanted)).raise_for_status().json()
        if not mailbox["messages"]:
            answer = await client.post(f"/_simulator/mailboxes/{source.owner}/load", json={"path": str(source.path)})
            if answer.is_error:
                raise UserError(f"The mail could not be loaded: {answer.json().get('error')}")
    user = await ensure_user(
        database,
        source.owner,
        name=source.owner_name,
        timezone=source.timezone,
        autonomy=Autonomy.MEDIUM.value,
        changes_at_once=AT_ONCE,
    )
    await connect_mailbox(
        database,
        Vault.from_settings(settings),
        user,
        address=source.owner,
        aliases=source.aliases,
        refresh_token=mailbox["refresh_token"],
        window_days=None,
        live_kinds=list(SWITCHABLE),
    )
    console.print(
        "A mailbox of your own starts in shadow mode, in which nothing is done unasked. "
        "This simulated one is switched on, so that you see what would be done.",
        highlight=False,
    )
    return user
