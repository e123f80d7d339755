"""The way of one message: claim, read, judge, decide, save. Each stage takes and gives one frozen value."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from app.actions.proposing import Proposed, propose
from app.db.models import MessageState
from app.db.session import SYSTEM, Database
from app.errors import NotFoundError
from app.triage import repository
from app.triage.deciding import Case, Situation, decided_steps, read_situation, risk_in_words
from app.triage.engines import Engine
from app.triage.patterns.keeping import count_skip
from app.triage.patterns.skipping import Mail, explained, judge
from app.triage.reading import read_snapshot
from app.triage.repository import Claim
from app.triage.signals import Signals, read_signals
from app.triage.snapshot import Snapshot
from app.triage.user_rules.applying import asked_for, held, obeyed, rules_for
from app.triage.verdict import Verdict
from app.triage.voice.keeping import keep_up

log = structlog.get_logger(__name__)

MAX_ATTEMPTS: Final = 4
"""The first try and three more, as the retry rule of the task has it."""
RETRY_AFTER: Final = timedelta(seconds=30)
BATCH_CONCURRENCY: Final = 8


async def triage_message(
    message_id: UUID, *, database: Database, engine: Engine, clock: Callable[[], datetime]
) -> None:
    """Bring one pending message to its verdict and its actions; does nothing when that is done or under way.

    Raises NotFoundError for an unknown id. Any other error is written to the row first, which then waits for its next
    attempt or, after the last one, is quarantined with the reason.
    """
    claim = await _claim(database, message_id, now=clock(), lease=engine.lease)
    if claim is None:
        return
    try:
        await _triage(claim, database=database, engine=engine, clock=clock)
    except BaseException as error:
        await _put_back(claim, error, database=database, now=clock())
        raise


async def triage_messages(
    message_ids: Sequence[UUID], *, database: Database, engine: Engine, clock: Callable[[], datetime]
) -> None:
    """Many messages, a few at a time. One that fails stops none; the first failure is raised at the end."""
    slots = asyncio.Semaphore(BATCH_CONCURRENCY)

    async def one(message_id: UUID) -> None:
        async with slots:
            await triage_message(message_id, database=database, engine=engine, clock=clock)

    outcomes = await asyncio.gather(*(one(each) for each in message_ids), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, NotFoundError):
            log.warning("triage.unknown_id")
        elif isinstance(outcome, BaseException):
            raise outcome


async def _triage(claim: Claim, *, database: Database, engine: Engine, clock: Callable[[], datetime]) -> None:
    await keep_up(database, claim.user_id, now=clock())
    async with database.transaction(claim.user_id) as session:
        snapshot, message, mailbox, user = await read_snapshot(session, claim.message_id)
    # In threads of their own: a long mail, or a draft held against all earlier ones, must not stop the other messages.
    signals = await asyncio.to_thread(read_signals, snapshot)
    verdict = await judge(Mail(message, snapshot, signals), database=database, engine=engine, now=clock())
    async with database.transaction(claim.user_id) as session:
        situation = await read_situation(session, message, mailbox, user, verdict, now=clock())
    case, steps = await asyncio.to_thread(_decided, situation, snapshot, signals, verdict)
    async with database.transaction(claim.user_id) as session:
        if not await repository.finish(session, claim, state=MessageState.TRIAGED, error=None, not_before=None):
            log.warning("triage.claim_lost", message_id=str(claim.message_id))
            return
        risk = risk_in_words(case, steps)
        await repository.save_verdict(session, claim, case.verdict, risk=risk, signals=signals.as_json())
        await count_skip(session, message, case.verdict, now=clock())
        await propose(session, message, steps, now=clock())


def _decided(
    situation: Situation, snapshot: Snapshot, signals: Signals, verdict: Verdict
) -> tuple[Case, list[Proposed]]:
    rules = rules_for(snapshot, signals, verdict)
    case = Case(situation, snapshot, signals, obeyed(verdict, rules), asked=asked_for(rules))
    return case, held(explained(decided_steps(case), verdict), rules, verdict.category)


async def _claim(database: Database, message_id: UUID, *, now: datetime, lease: timedelta) -> Claim | None:
    async with database.transaction(SYSTEM) as session:
        claim = await repository.claim(session, message_id, now=now, lease=lease)
        if claim is None and not await repository.exists(session, message_id):
            raise NotFoundError("There is no message with this id.")
        if claim is not None and claim.attempt > MAX_ATTEMPTS:
            # It took a worker down with it each time: nothing was written, only the attempts were counted.
            await repository.finish(
                session,
                claim,
                state=MessageState.QUARANTINED,
                error="It could not be looked at: each attempt ended the worker. Open it in Gmail, or try again here.",
            )
            return None
    return claim


async def _put_back(claim: Claim, error: BaseException, *, database: Database, now: datetime) -> None:
    last = claim.attempt >= MAX_ATTEMPTS
    reason = f"It could not be looked at ({type(error).__name__}, attempt {claim.attempt} of {MAX_ATTEMPTS})."
    async with database.transaction(claim.user_id) as session:
        await repository.finish(
            session,
            claim,
            state=MessageState.QUARANTINED if last else MessageState.PENDING,
            error=reason,
            not_before=now + RETRY_AFTER * 2 ** (claim.attempt - 1),
        )
