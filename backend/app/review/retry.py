"""Another try for a message that was set aside."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from app.accounts.repository import record
from app.db.models import Message, MessageState
from app.db.session import Database, enqueue
from app.errors import ConflictError
from app.jobs import Job, TaskName


async def retry_message(database: Database, *, user_id: UUID, message_id: UUID, clock: Callable[[], datetime]) -> None:
    """Raises ConflictError unless the message is set aside and was once read: what cannot be parsed has no attempts."""
    again = (
        update(Message)
        .where(
            Message.user_id == user_id,
            Message.id == message_id,
            Message.state == MessageState.QUARANTINED,
            Message.attempts > 0,
        )
        .values(state=MessageState.PENDING, attempts=0, error=None, not_before=clock(), lease_until=None)
        .returning(Message.id)
    )
    async with database.transaction(user_id) as session:
        if await session.scalar(again) is None:
            raise ConflictError("This message cannot be tried again: it is being looked at already, or is unreadable.")
        record(session, "message.retried", user_id=user_id, subject_type="message", subject_id=message_id)
        enqueue(session, Job(TaskName.PROCESS_SINGLE_EMAIL, (message_id,)))
