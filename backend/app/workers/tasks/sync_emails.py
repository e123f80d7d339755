"""Tasks that keep mailboxes up to date."""

from uuid import UUID

from app.jobs import TaskName
from app.mail import sync
from app.mail.polling import Polling
from app.resources import Resources
from app.workers.celery import SYNC_RETRY, task


@task(name=TaskName.SYNC_USER_EMAILS, retry=SYNC_RETRY)
async def sync_user_emails(ctx: Resources, user_id: UUID) -> None:
    """Sync every mailbox of one user."""
    await sync.sync_user(
        user_id,
        database=ctx.database,
        open_mailbox=ctx.open_mailbox,
        clock=ctx.clock,
        is_own_mail=ctx.is_own_mail,
        polling=Polling.from_settings(ctx.settings),
    )


@task(name=TaskName.SYNC_ALL_USERS, retry=SYNC_RETRY)
async def sync_all_users(ctx: Resources) -> None:
    """Enqueue a sync for every user with a mailbox that is due."""
    await sync.claim_due(ctx.database, now=ctx.clock())
