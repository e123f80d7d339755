"""Jobs by name: what a room asks the workers to do once its transaction has committed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from celery import Celery
from kombu import Queue as KombuQueue

from app.settings import Settings

VISIBILITY_TIMEOUT_SECONDS = 900
"""When Redis hands out again what a dead worker had; above every retry delay, or those would run twice."""
PUBLISH_RETRIES = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.3, "interval_max": 0.5}


class Queue(StrEnum):
    """Separate so that one kind of work never starves another; a plain worker consumes all of them."""

    INTERACTIVE = "interactive"
    SYNC = "sync"
    AI = "ai"
    BACKLOG = "backlog"
    """Messages that came long before they were stored: they take turns with those that have just come."""
    MAINTENANCE = "maintenance"


class TaskName(StrEnum):
    SYNC_USER_EMAILS = "app.workers.tasks.sync_emails.sync_user_emails"
    SYNC_ALL_USERS = "app.workers.tasks.sync_emails.sync_all_users"
    PROCESS_SINGLE_EMAIL = "app.workers.tasks.process_email.process_single_email"
    BATCH_PROCESS_EMAILS = "app.workers.tasks.process_email.batch_process_emails"
    EXECUTE_ACTION = "app.workers.tasks.process_email.execute_action"
    SEND_ACTION_NOTIFICATION = "app.workers.tasks.notifications.send_action_notification"
    SEND_RECONNECT_NOTIFICATION = "app.workers.tasks.notifications.send_reconnect_notification"
    SEND_DAILY_DIGEST = "app.workers.tasks.notifications.send_daily_digest"
    SEND_DAILY_DIGESTS_ALL = "app.workers.tasks.notifications.send_daily_digests_all"
    CLEANUP_MAGIC_LINKS = "app.workers.tasks.cleanup.cleanup_magic_links"
    CLEANUP_OLD_ACTIONS = "app.workers.tasks.cleanup.cleanup_old_actions"
    SWEEP_STUCK_WORK = "app.workers.tasks.cleanup.sweep_stuck_work"


QUEUES: dict[TaskName, Queue] = {
    TaskName.SYNC_USER_EMAILS: Queue.SYNC,
    TaskName.SYNC_ALL_USERS: Queue.SYNC,
    TaskName.PROCESS_SINGLE_EMAIL: Queue.AI,
    TaskName.BATCH_PROCESS_EMAILS: Queue.AI,
    TaskName.EXECUTE_ACTION: Queue.INTERACTIVE,
    TaskName.SEND_ACTION_NOTIFICATION: Queue.INTERACTIVE,
    TaskName.SEND_RECONNECT_NOTIFICATION: Queue.INTERACTIVE,
    TaskName.SEND_DAILY_DIGEST: Queue.MAINTENANCE,
    TaskName.SEND_DAILY_DIGESTS_ALL: Queue.MAINTENANCE,
    TaskName.CLEANUP_MAGIC_LINKS: Queue.MAINTENANCE,
    TaskName.CLEANUP_OLD_ACTIONS: Queue.MAINTENANCE,
    TaskName.SWEEP_STUCK_WORK: Queue.MAINTENANCE,
}


@dataclass(frozen=True, slots=True)
class Job:
    """A hint that carries ids; the row it names is the truth."""

    task: TaskName
    ids: tuple[UUID, ...] = ()
    queue: Queue | None = None
    """Another one than its task's own."""
    after: timedelta = timedelta(0)
    """How long the broker keeps it back; minutes at most, longer waits stand in the row."""


class Publisher(Protocol):
    async def __call__(self, jobs: Sequence[Job]) -> None:
        """Hand the jobs to the broker. May fail: the sweeper finds what was not handed over."""
        ...


class CeleryPublisher:
    """Publishes through the broker; a client only, it never runs a task."""

    def __init__(self, settings: Settings) -> None:
        self._app = Celery("getanswers-publisher", set_as_current=False)
        self._app.conf.update(broker_configuration(settings))

    async def __call__(self, jobs: Sequence[Job]) -> None:
        await asyncio.to_thread(self._publish, jobs)

    def _publish(self, jobs: Sequence[Job]) -> None:
        with self._app.producer_or_acquire() as producer:
            for job in jobs:
                self._app.send_task(
                    job.task.value,
                    args=[str(one) for one in job.ids],
                    queue=(job.queue or QUEUES[job.task]).value,
                    producer=producer,
                    countdown=job.after.total_seconds() or None,
                    retry=True,
                    retry_policy=PUBLISH_RETRIES,
                )

    def close(self) -> None:
        self._app.close()


def broker_configuration(settings: Settings) -> dict[str, Any]:
    """What a publisher and a worker must agree on."""
    return {
        "broker_url": settings.broker,
        "broker_transport_options": transport_options(settings.broker),
        "broker_connection_timeout": 5,
        "task_ignore_result": True,
        # Strings only, in and out: nothing that could be executed when it is read.
        "task_serializer": "json",
        "result_serializer": "json",
        "event_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        "enable_utc": True,
        "task_default_queue": Queue.INTERACTIVE.value,
        # All queues, so that a plain `celery -A app.workers.celery worker` does all the work.
        "task_queues": [KombuQueue(queue.value, **_queue_arguments(settings)) for queue in Queue],
        "task_routes": {task.value: {"queue": queue.value} for task, queue in QUEUES.items()},
    }


def transport_options(url: str) -> dict[str, Any]:
    """What only Redis and Valkey understand; RabbitMQ has its own ways."""
    if not url.startswith(("redis", "valkey", "unix")):
        return {"confirm_publish": True}
    return {
        "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "socket_connect_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }


def _queue_arguments(settings: Settings) -> dict[str, Any]:
    if settings.broker.startswith(("amqp", "pyamqp")):
        return {"queue_arguments": {"x-queue-type": "quorum"}}
    return {}
