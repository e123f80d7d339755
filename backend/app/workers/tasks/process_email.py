"""Tasks that bring messages through triage and decided actions to the mailbox."""

from uuid import UUID

from app.actions.execute import execute_action as execute
from app.jobs import TaskName
from app.resources import Resources
from app.triage.pipeline import triage_message, triage_messages
from app.workers.celery import PROCESSING_RETRY, task


@task(name=TaskName.PROCESS_SINGLE_EMAIL, retry=PROCESSING_RETRY)
async def process_single_email(ctx: Resources, message_id: UUID) -> None:
    """Run one message through the pipeline."""
    await triage_message(message_id, database=ctx.database, engine=ctx.engine, clock=ctx.clock)


@task(name=TaskName.BATCH_PROCESS_EMAILS, retry=PROCESSING_RETRY)
async def batch_process_emails(ctx: Resources, message_ids: list[UUID]) -> None:
    """Run many messages through the pipeline; one that fails does not stop the others."""
    await triage_messages(message_ids, database=ctx.database, engine=ctx.engine, clock=ctx.clock)


@task(name=TaskName.EXECUTE_ACTION)
async def execute_action(ctx: Resources, user_id: UUID, action_id: UUID) -> None:
    """Do what was approved, once. What fails for the moment waits in its row, where the sweeper finds it."""
    await execute(
        user_id=user_id,
        action_id=action_id,
        database=ctx.database,
        open_mailbox=ctx.open_for_person,
        open_unasked=ctx.open_mailbox,
        clock=ctx.clock,
    )
