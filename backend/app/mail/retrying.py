"""What a person says of messages that could not be fetched: try them now, or leave one. None is ever left by itself."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database, enqueue
from app.errors import NotFoundError
from app.jobs import Job, TaskName
from app.mail import failure_repository, repository
from app.mail.repository import MailboxRef


async def try_all_now(database: Database, mailbox: MailboxRef, *, clock: Callable[[], datetime]) -> None:
    """Have all that wait tried once more at once; what the person left stays left. Raises NotFoundError."""
    async with database.transaction(mailbox.user_id) as session:
        await repository.own_mailbox(session, mailbox)
        await failure_repository.try_all_now(session, mailbox.mailbox_id, now=clock())
        enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (mailbox.user_id,)))


async def try_now(
    database: Database, mailbox: MailboxRef, provider_message_id: str, *, clock: Callable[[], datetime]
) -> None:
    """Have this one tried once more at once, also one that was left. Raises NotFoundError."""
    async with database.transaction(mailbox.user_id) as session:
        await _change(session, mailbox, provider_message_id, not_before=clock(), left_out_at=None)
        enqueue(session, Job(TaskName.SYNC_USER_EMAILS, (mailbox.user_id,)))


async def leave_out(
    database: Database, mailbox: MailboxRef, provider_message_id: str, *, clock: Callable[[], datetime]
) -> None:
    """Never try this one again until the person says so. Raises NotFoundError."""
    async with database.transaction(mailbox.user_id) as session:
        await _change(session, mailbox, provider_message_id, left_out_at=clock())


async def _change(session: AsyncSession, mailbox: MailboxRef, provider_message_id: str, **values: Any) -> None:
    await repository.own_mailbox(session, mailbox)
    if not await failure_repository.change(session, mailbox.mailbox_id, provider_message_id, **values):
        raise NotFoundError("This message is not among those that could not be fetched; it may have come meanwhile.")
