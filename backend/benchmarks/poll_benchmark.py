"""A poll of a mailbox in which nothing has happened: what nearly all polls are."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import event

from app.db.models import Mailbox
from app.db.session import Database
from app.mail.gmail import HISTORY_PAGE_SIZE
from benchmarks.account import Account
from benchmarks.figures import Figure, Result
from benchmarks.measure import ROUNDS, Work, compare
from benchmarks.stand import Stand

POLLS: Final = 100
MILLISECONDS: Final = 1000


async def unchanged_poll(stand: Stand) -> Result:
    account = await stand.synced_account()
    await account.sync()
    ask = await _bare_question(account)
    await account.units_used()
    with _counting(account.ctx.database) as counted:
        await account.sync()
    units = await account.units_used()
    await ask()
    floor_units = await account.units_used()
    taken = await compare(_repeated(account.sync), _repeated(ask))
    return Result(
        title="An unchanged poll",
        measured=f"{POLLS} polls one after the other, each a task's whole work. Best of {ROUNDS}.",
        floor="a bare httpx client that asks for the history and keeps nothing",
        figures=(
            Figure("time", taken.ours.wall / POLLS * MILLISECONDS, "ms", taken.floor.wall / POLLS * MILLISECONDS),
            Figure(
                "processor time of the worker",
                taken.ours.cpu / POLLS * MILLISECONDS,
                "ms",
                taken.floor.cpu / POLLS * MILLISECONDS,
            ),
            Figure("Gmail quota", units, "units", floor_units),
            Figure("database statements", counted["statements"], "statements"),
            Figure("database transactions", counted["transactions"], "transactions"),
        ),
    )


async def _bare_question(account: Account) -> Work:
    async with account.ctx.database.transaction(account.ref.user_id) as session:
        mailbox = await session.get_one(Mailbox, account.ref.mailbox_id)
    params = {"startHistoryId": str(mailbox.history_id), "maxResults": str(HISTORY_PAGE_SIZE)}
    authorization = await account.authorization()

    async def ask() -> None:
        answer = await account.ctx.http.get(account.url("/history"), params=params, headers=authorization)
        answer.raise_for_status()

    return ask


def _repeated(work: Work) -> Work:
    async def repeat() -> None:
        for _ in range(POLLS):
            await work()

    return repeat


@contextmanager
def _counting(database: Database) -> Generator[Counter[str]]:
    """What is sent to this database meanwhile, by kind."""
    counts = Counter[str]()

    def statement(*_: Any) -> None:
        counts["statements"] += 1

    def begin(*_: Any) -> None:
        counts["transactions"] += 1

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "begin", begin)
    try:
        yield counts
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "begin", begin)
