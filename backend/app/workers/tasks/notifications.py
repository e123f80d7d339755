"""Tasks that tell the person; none is retried: what could not be told stays visible with its reason."""

from uuid import UUID

from app.jobs import TaskName
from app.notify import about_actions, digest, notices
from app.resources import Resources
from app.workers.celery import task


@task(name=TaskName.SEND_ACTION_NOTIFICATION)
async def send_action_notification(ctx: Resources, user_id: UUID, action_id: UUID) -> None:
    """Tell the user about an action that waits for a decision, or did not go as it should."""
    await about_actions.tell_about_action(
        user_id=user_id,
        action_id=action_id,
        database=ctx.database,
        sender=ctx.sender,
        clock=ctx.clock,
        new_message_id=ctx.new_message_id,
        base_url=ctx.settings.base_url,
    )


@task(name=TaskName.SEND_RECONNECT_NOTIFICATION)
async def send_reconnect_notification(ctx: Resources, user_id: UUID, mailbox_id: UUID) -> None:
    """Tell the user that a mailbox has to be connected again."""
    await notices.send_reconnect_notice(
        user_id=user_id,
        mailbox_id=mailbox_id,
        database=ctx.database,
        sender=ctx.sender,
        clock=ctx.clock,
        new_message_id=ctx.new_message_id,
        base_url=ctx.settings.base_url,
    )


@task(name=TaskName.SEND_DAILY_DIGEST)
async def send_daily_digest(ctx: Resources, user_id: UUID) -> None:
    """Send one user the digest of the day."""
    await digest.send_digest(
        user_id=user_id,
        database=ctx.database,
        sender=ctx.sender,
        clock=ctx.clock,
        new_message_id=ctx.new_message_id,
        base_url=ctx.settings.base_url,
    )


@task(name=TaskName.SEND_DAILY_DIGESTS_ALL)
async def send_daily_digests_all(ctx: Resources) -> None:
    """Enqueue the digest of every user who wants one."""
    await digest.enqueue_digests(ctx.database, now=ctx.clock())
