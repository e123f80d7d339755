"""Asks a worker to go on with an action once the transaction has committed; the sweeper asks again if that is lost."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Action
from app.db.session import enqueue
from app.jobs import Job, TaskName


def hand_to_workers(session: AsyncSession, action: Action) -> None:
    enqueue(session, Job(TaskName.EXECUTE_ACTION, (action.user_id, action.id)))


def tell_person(session: AsyncSession, action: Action) -> None:
    enqueue(session, Job(TaskName.SEND_ACTION_NOTIFICATION, (action.user_id, action.id)))
