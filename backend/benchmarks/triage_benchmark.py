"""Judging a message by the rules, and the whole way of one message through the database."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update

from app.db.models import Action, Message, MessageState, Verdict
from app.db.session import SYSTEM
from app.simulator.sample_mail import sample_messages
from app.triage.engines.offline import OfflineEngine
from app.triage.pipeline import triage_message
from app.triage.reading import read_snapshot
from app.triage.signals import read_signals
from app.triage.snapshot import Snapshot
from benchmarks.account import Account
from benchmarks.figures import Figure, Result
from benchmarks.measure import ROUNDS, Work, compare
from benchmarks.stand import MESSAGES, Stand

MICROSECONDS: Final = 1_000_000
STEP: Final = 2 * (MESSAGES // len(sample_messages()))
"""Repeats of one mail lie side by side, so every STEP-th message is one of about every second mail of the sample."""


async def triage(stand: Stand) -> Result:
    account = await stand.synced_account()
    chosen = await _pending(account)
    snapshots = await _snapshots(account, chosen)
    engine, database, clock = OfflineEngine(), account.ctx.database, account.ctx.clock

    async def judge() -> None:
        for snapshot in snapshots:
            await engine.judge(snapshot, read_signals(snapshot))

    async def pipeline() -> None:
        for one in chosen:
            await triage_message(one, database=database, engine=engine, clock=clock)

    async def nothing() -> None:
        for _ in chosen:
            async with database.transaction(account.ref.user_id):
                pass

    judging = await compare(judge, nothing)
    whole = await compare(pipeline, nothing, before=_starting_over(account, chosen))
    await _must_be_triaged(account, chosen)
    each = MICROSECONDS / len(chosen)
    return Result(
        title="Triage",
        measured=f"{len(chosen)} messages of a mailbox of {MESSAGES:,}, one after the other, with the offline engine. "
        f"Best of {ROUNDS}.",
        floor="one empty transaction for each message",
        figures=(
            Figure("signals and verdict, no database", judging.ours.wall * each, "µs", judging.floor.wall * each),
            Figure("the whole pipeline", whole.ours.wall * each, "µs", whole.floor.wall * each),
            Figure("processor time of the worker", whole.ours.cpu * each, "µs", whole.floor.cpu * each),
        ),
    )


async def _pending(account: Account) -> Sequence[UUID]:
    async with account.ctx.database.transaction(account.ref.user_id) as session:
        found = await session.scalars(
            select(Message.id).where(Message.state == MessageState.PENDING).order_by(Message.id)
        )
        return list(found)[::STEP]


async def _snapshots(account: Account, chosen: Sequence[UUID]) -> list[Snapshot]:
    async with account.ctx.database.transaction(account.ref.user_id) as session:
        return [(await read_snapshot(session, one))[0] for one in chosen]


def _starting_over(account: Account, chosen: Sequence[UUID]) -> Work:
    async def start_over() -> None:
        async with account.ctx.database.transaction(SYSTEM) as session:
            for table in (Action, Verdict):
                await session.execute(delete(table).where(table.user_id == account.ref.user_id))
            await session.execute(
                update(Message).where(Message.id.in_(chosen)).values(state=MessageState.PENDING, attempts=0)
            )

    return start_over


async def _must_be_triaged(account: Account, chosen: Sequence[UUID]) -> None:
    async with account.ctx.database.transaction(account.ref.user_id) as session:
        states = set(await session.scalars(select(Message.state).where(Message.id.in_(chosen)).distinct()))
    if states != {MessageState.TRIAGED}:
        raise RuntimeError(f"messages were left {sorted(states)}")
