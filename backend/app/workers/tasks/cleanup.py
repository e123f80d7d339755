"""Tasks that keep the database clean and the work moving."""

from app.jobs import TaskName
from app.resources import Resources
from app.retention.actions import archive_old_actions
from app.retention.links import delete_spent_magic_links
from app.retention.patterns import lapse_patterns
from app.retention.units import forget_old_units
from app.triage.sweep import sweep
from app.workers.celery import task


@task(name=TaskName.CLEANUP_MAGIC_LINKS)
async def cleanup_magic_links(ctx: Resources) -> None:
    """Delete magic links that are used or expired."""
    await delete_spent_magic_links(ctx.database, clock=ctx.clock)


@task(name=TaskName.CLEANUP_OLD_ACTIONS)
async def cleanup_old_actions(ctx: Resources) -> None:
    """Move actions resolved more than 90 days ago to the archive; forget old quota and habits that nobody sees."""
    await archive_old_actions(ctx.database, clock=ctx.clock)
    await forget_old_units(ctx.database, clock=ctx.clock)
    await lapse_patterns(ctx.database, clock=ctx.clock)


@task(name=TaskName.SWEEP_STUCK_WORK)
async def sweep_stuck_work(ctx: Resources) -> None:
    """Hand over again whatever a crash, a flushed broker or a lost publish left behind."""
    await sweep(database=ctx.database, clock=ctx.clock)
