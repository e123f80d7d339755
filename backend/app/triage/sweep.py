"""Finds work that got stuck, whoever dropped it, and hands it over again; the database knows what there is to do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.actions import by_hand, closing, pending
from app.actions import repository as actions
from app.db.session import SYSTEM, Database, enqueue
from app.jobs import Job, TaskName
from app.mail import repository as mail
from app.mail.storing import processing_job
from app.mail.sync import claim_waited
from app.triage import repository as triage
from app.triage.patterns.keeping import forget_contradicted

log = structlog.get_logger(__name__)

GRACE: Final = timedelta(seconds=60)
"""So long a message may wait in the broker's queue before it counts as dropped."""
BATCH: Final = 500


async def sweep(*, database: Database, clock: Callable[[], datetime]) -> None:
    """Each kind in a transaction of its own: one that fails does not keep the others."""
    now = clock()
    async with database.transaction(SYSTEM) as session:
        await closing.expire_due(session, now=now, limit=BATCH)
        await closing.supersede_outdated(session, now=now, limit=BATCH)
        await closing.escalate_due(session, now=now, limit=BATCH)
    async with database.transaction(SYSTEM) as session:
        await by_hand.undo_by_hand(session, now=now, limit=BATCH)
        await pending.end_by_hand(session, now=now, limit=BATCH)
    async with database.transaction(SYSTEM) as session:
        await pending.end_pointless(session, now=now, limit=BATCH)
    async with database.transaction(SYSTEM) as session:
        await forget_contradicted(session, now=now, limit=BATCH)
    async with database.transaction(SYSTEM) as session:
        refs = await mail.expired_leases(session, now=now, limit=BATCH)
        waited = await claim_waited(session, now=now, limit=BATCH)
        for user_id in dict.fromkeys(ref.user_id for ref in (*refs, *waited)):
            enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (user_id,)))
    async with database.transaction(SYSTEM) as session:
        messages = await triage.open_messages(session, now=now, grace=GRACE, limit=BATCH)
        for one in messages:
            enqueue(session, processing_job(one.message_id, received_at=one.received_at, stored_at=one.stored_at))
    async with database.transaction(SYSTEM) as session:
        stuck = await actions.stuck_actions(session, now=now, limit=BATCH)
        for user_id, action_id in stuck:
            enqueue(session, Job(TaskName.EXECUTE_ACTION, (user_id, action_id)))
    if refs or messages or stuck:
        log.warning("sweep.handed_over", mailboxes=len(refs), messages=len(messages), actions=len(stuck))
