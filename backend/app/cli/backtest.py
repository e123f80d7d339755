"""`getanswers backtest`: what the agent would have done with one's own past mail."""

import asyncio
import os
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from app.backtest.figures import Figures, figures
from app.backtest.history import History, read_history
from app.backtest.page import report_page
from app.backtest.replaying import Outcome, replay_history
from app.cli.options import path_option, require_address
from app.errors import UserError
from app.evaluation.engines import opened_engine
from app.policy.facts import Autonomy
from app.settings import OFFLINE_ENGINE

DEFAULT_REPORT: Final = Path("getanswers-backtest.html")


def backtest(
    mail: Path = typer.Option(..., readable=False, help="An export of your mail, sent mail too: mbox, Maildir or .eml"),
    me: list[str] = typer.Option(..., help="Your address in it; give it again for each further one"),
    engine: str = typer.Option(
        OFFLINE_ENGINE, help="'offline', 'configured' or provider:name; a model reads the mail and costs money"
    ),
    autonomy: Autonomy = typer.Option(Autonomy.MEDIUM, help="How much it may do unasked"),
    newest: int | None = typer.Option(None, min=1, help="Judge only so many of the newest messages"),
    out: Path | None = path_option(help=f"Where the report goes; {DEFAULT_REPORT} here when not given"),
) -> None:
    """Replay past mail in the order of time and compare what the agent would have done with what you did.

    Nothing is sent and nothing is changed.
    """
    target = _writable(out or DEFAULT_REPORT)
    own = frozenset(address.strip().lower() for address in me)
    for address in own:
        require_address(address)
    history = read_history(mail, own)
    console = Console()
    outcomes, name = asyncio.run(_replay(history, engine, autonomy, newest, console))
    if not outcomes:
        raise UserError(f"{mail} holds no mail that somebody else wrote, so there is nothing to judge.")
    found = figures(outcomes)
    _write(target, report_page(found, history, engine=name, autonomy=autonomy.value))
    _tell(found, target, console)


async def _replay(
    history: History, name: str, autonomy: Autonomy, newest: int | None, console: Console
) -> tuple[list[Outcome], str]:
    total = sum(not mail.mine for mail in history.mails)
    async with opened_engine(name) as engine:
        with Progress(console=console, transient=True) as progress:
            bar = progress.add_task("Replaying", total=min(total, newest or total))

            def told(done: int) -> None:
                progress.update(bar, completed=done)

            outcomes = await replay_history(
                history,
                engine,
                autonomy=autonomy,
                newest=newest,
                told=told,
            )
            return outcomes, engine.name


def _writable(target: Path) -> Path:
    target = target.expanduser().resolve()
    if target.is_dir():
        raise UserError(f"{target} is a folder; name a file for the report, like --out {target / DEFAULT_REPORT}.")
    if not os.access(target.parent, os.W_OK):
        raise UserError(f"Nothing can be written to {target.parent}; choose another place with --out.")
    return target


def _write(target: Path, page: str) -> None:
    # It names senders and subjects: for its owner's eyes only.
    with open(target, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(page)


def _tell(found: Figures, target: Path, console: Console) -> None:
    console.print(
        f"{found.received} messages judged. Agreement on whether a reply is due: {found.agreement:.0%} of "
        f"{found.compared}. Answered by you but not shown as waiting: {len(found.missed)}. Needless: "
        f"{len(found.needless)}. Put away unasked though you answered: {len(found.put_away_yet_answered)}."
    )
    console.print(f"The report: {escape(target.as_uri())}", soft_wrap=True)
