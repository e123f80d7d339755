"""Tasks that keep mailboxes up to date."""

from uuid import UUID

from app.jobs import TaskName
from app.mail import sync
from app.mail.polling import Polling
from app.mail.repository import MailboxRef
from app.resources import Resources
from app.workers.celery import SYNC_RETRY, task


@task(name=TaskName.SYNC_USER_EMAILS, retry=SYNC_RETRY)
async def sync_user_emails(ctx: Resources, user_id: UUID) -> None:
    """Sync every mailbox of one user."""
    for mailbox_id in await sync.mailboxes_of(ctx.database, user_id):
        provider = await ctx.open_mailbox(user_id, mailbox_id)
        await sync.sync_mailbox(
            MailboxRef(user_id, mailbox_id),
            database=ctx.database,
            provider=provider,
            clock=ctx.clock,
            is_own_mail=ctx.is_own_mail,
            take_spent=provider.budget.take_spent,
            polling=Polling.from_settings(ctx.settings),
        )


@task(name=TaskName.SYNC_ALL_USERS, retry=SYNC_RETRY)
async def sync_all_users(ctx: Resources) -> None:
    """Enqueue a sync for every user with a mailbox that is due."""
    await sync.claim_due(ctx.database, now=ctx.clock())
