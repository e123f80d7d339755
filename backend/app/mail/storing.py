"""Fetched messages as rows, with the jobs that come out after the commit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from app.db.models import Direction, Message, MessageState
from app.db.session import enqueue
from app.jobs import Job, Queue, TaskName
from app.mail import feedback_repository, message_repository
from app.mail.incoming import Incoming
from app.mail.lease import Sync
from app.mail.message_repository import ThreadRow
from app.mail.provider import UNSEEN_LABELS

FRESH: Final = timedelta(hours=1)
"""What came longer ago than this when it was stored is backlog: it must not keep a new mail waiting."""


async def store(session: AsyncSession, run: Sync, fetched: Sequence[Incoming], *, is_news: bool) -> None:
    """Rows, oldest first, so that threads are in order. What is stored already stays as it is."""
    if not fetched:
        return
    in_order = sorted(fetched, key=lambda one: one.received_at)
    conversations = await message_repository.store_conversations(session, run.mailbox, _threads(in_order))
    rows = [_as_row(run, message, conversations[message.thread_id]) for message in in_order]
    new = await message_repository.store_messages(session, rows)
    stored = [row for row in rows if row["id"] in new]
    for row in stored:
        if row["state"] == MessageState.PENDING:
            enqueue(session, processing_job(row["id"], received_at=row["received_at"], stored_at=run.clock()))
    sent = [row["id"] for row in stored if row["direction"] == Direction.OUT]
    if is_news and sent:
        await feedback_repository.record_replies(session, run.mailbox.user_id, sent)


def relabel(session: AsyncSession, run: Sync, message: Message, labels: Collection[str], *, came_out: bool) -> None:
    """Write the labels of a locked message; what was spam or rubbish and came out of it is mail to be looked at."""
    message.labels = sorted(labels)
    if came_out and _is_for_triage(run, message):
        message.state = MessageState.PENDING
        enqueue(session, processing_job(message.id, received_at=message.received_at, stored_at=run.clock()))


def _is_for_triage(run: Sync, message: Message) -> bool:
    return (
        message.state == MessageState.IGNORED
        and message.direction == Direction.IN
        and UNSEEN_LABELS.isdisjoint(message.labels)
        and not run.is_own_mail(message.rfc_message_id)
    )


def processing_job(message_id: UUID, *, received_at: datetime, stored_at: datetime) -> Job:
    """The job that has a message looked at, in the queue where it keeps nobody newer waiting."""
    queue = None if stored_at - received_at <= FRESH else Queue.BACKLOG
    return Job(TaskName.PROCESS_SINGLE_EMAIL, (message_id,), queue)


def _threads(in_order: Sequence[Incoming]) -> Iterable[ThreadRow]:
    subjects: dict[str, str] = {}
    latest: dict[str, datetime] = {}
    for message in in_order:
        subjects.setdefault(message.thread_id, message.values.get("subject", ""))
        latest[message.thread_id] = message.received_at
    # In one order everywhere, or two transactions could wait for each other.
    return [ThreadRow(thread_id, subjects[thread_id], latest[thread_id]) for thread_id in sorted(subjects)]


def _as_row(run: Sync, message: Incoming, conversation_id: UUID) -> Mapping[str, Any]:
    values: dict[str, Any] = {
        **message.values,
        "id": uuid7(),
        "user_id": run.mailbox.user_id,
        "mailbox_id": run.mailbox.mailbox_id,
        "conversation_id": conversation_id,
    }
    if message.error is not None:
        return {**values, "state": MessageState.QUARANTINED, "error": message.error}
    ours = run.is_own_mail(values.get("rfc_message_id"))
    if ours or values["direction"] == Direction.OUT or not UNSEEN_LABELS.isdisjoint(values["labels"]):
        return {**values, "state": MessageState.IGNORED}
    return {**values, "state": MessageState.PENDING}
