"""Watches the demo's work from the database, and shows it."""

import asyncio
import email
import email.policy
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from sqlalchemy import func, select

from app.actions.claims import LEASE as LONGEST_LEASE
from app.cli import outcomes
from app.db.models import DeliveryState, Notice
from app.db.session import SYSTEM, Database
from app.errors import UserError

LOOK_EVERY: Final = 0.25
STALLED_AFTER: Final = LONGEST_LEASE.total_seconds() + 60
"""Longer than every lease and the sweep after it, so that a killed worker is not mistaken for a standstill."""
SETTLED_AFTER: Final = 1.5
SHOWN_MAILS: Final = 6
SHOWN_LINES: Final = 24


async def until_answering(client: httpx.AsyncClient, path: str, *, name: str) -> None:
    """Wait for a server that has just been started. Raises UserError when it does not come."""
    deadline = time.monotonic() + 60
    while True:
        try:
            await client.get(path)
        except httpx.TransportError as error:
            if time.monotonic() > deadline:
                raise UserError(f"The {name} did not start; {name}.log in the data folder says why.") from error
            await asyncio.sleep(0.1)
        else:
            return


async def until_done(database: Database, console: Console, *, folder: Path) -> bool:
    """Show progress until every message is looked at and every action done; False when it stood still."""
    bars = Progress(
        TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
    with bars:
        fetched = bars.add_task("Mail fetched", total=None)
        looked_at = bars.add_task("Mail looked at", total=None)
        done = bars.add_task("Done unasked", total=None)
        stall = _Stall()
        while True:
            now = await outcomes.progress(database)
            bars.update(fetched, completed=now.stored, total=max(now.expected, now.stored))
            bars.update(looked_at, completed=now.looked_at, total=max(now.expected, now.stored))
            bars.update(done, completed=now.actions_done, total=now.actions_done + now.actions_under_way)
            if now.finished:
                bars.update(fetched, total=now.stored)
                bars.update(looked_at, total=now.stored)
                return True
            if now.problem:
                raise UserError(now.problem)
            if stall.is_over(now):
                console.print(f"[red]The work stands still.[/] The logs in {folder / 'logs'} say why.")
                return False
            await asyncio.sleep(LOOK_EVERY)


@dataclass(slots=True)
class _Stall:
    """Notices when nothing has changed for long."""

    last: object = None
    since: float = 0.0

    def is_over(self, state: object) -> bool:
        if state != self.last:
            self.last, self.since = state, time.monotonic()
        return time.monotonic() - self.since > STALLED_AFTER


async def until_notices_settle(database: Database) -> None:
    """Wait until no notice is on its way and none has been added for a moment."""
    stall, settled = _Stall(), _Settled()
    while True:
        async with database.transaction(SYSTEM) as session:
            counted = select(Notice.state, func.count()).group_by(Notice.state)
            states = dict((await session.execute(counted)).all())
        sending = states.get(DeliveryState.SENDING, 0)
        if (not sending and settled.is_settled(states)) or stall.is_over(states):
            return
        await asyncio.sleep(LOOK_EVERY)


class _Settled(_Stall):
    def is_settled(self, state: object) -> bool:
        self.is_over(state)
        return time.monotonic() - self.since > SETTLED_AFTER


def print_mailed(folder: Path, console: Console, *, is_new: Callable[[Path], bool]) -> None:
    """What was mailed to the person in this run: each subject, and the digest in full."""
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
        if is_new(path)
    ]
    if not mails:
        return
    table = Table("to", "subject", title=f"Mailed to you ({len(mails)})", title_justify="left")
    for mail in [*mails[: SHOWN_MAILS - 1], *mails[-1:]] if len(mails) > SHOWN_MAILS else mails:
        table.add_row(Text(str(mail["To"])), Text(str(mail["Subject"])))
    console.print(table)
    console.print(f"All of it lies in {folder}", highlight=False, soft_wrap=True)
    body = mails[-1].get_body(("plain",))
    if body is not None:
        lines = str(body.get_content()).strip().splitlines()
        console.print("\n[bold]The digest, as it was mailed[/]")
        console.print(Text("\n".join(lines[:SHOWN_LINES])))
        if len(lines) > SHOWN_LINES:
            console.print(f"… and {len(lines) - SHOWN_LINES} lines more.")
