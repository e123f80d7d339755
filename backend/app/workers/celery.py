"""The Celery app, and the decorator that makes a task of a coroutine function."""

import inspect
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_type_hints
from uuid import UUID

import structlog
from celery import Celery, Task, signals

from app.errors import NotFoundError, UserError
from app.jobs import TaskName
from app.logs import configure_logs
from app.settings import load_settings
from app.workers.configuration import COROUTINE_LIMIT_SECONDS, configuration
from app.workers.runtime import close_runtime, runtime
from app.workers.scheduler import BEAT_SCHEDULE

log = structlog.get_logger(__name__)

try:
    settings = load_settings()
except UserError as error:
    # Imported by Celery's own command line, which would print a traceback.
    sys.exit(str(error))

celery_app = Celery("getanswers")
celery_app.conf.update(configuration(settings), beat_schedule=BEAT_SCHEDULE)


@dataclass(frozen=True, slots=True)
class RetryRule:
    """Exponential back-off: `first`, then twice that, then four times that."""

    attempts: int
    first: timedelta = timedelta(0)

    def delay(self, retries: int) -> timedelta:
        return self.first * 2**retries


SYNC_RETRY = RetryRule(attempts=3, first=timedelta(seconds=60))
PROCESSING_RETRY = RetryRule(attempts=3, first=timedelta(seconds=30))
NO_RETRY = RetryRule(attempts=0)


class TaskFailedError(Exception):
    """What Celery gets to see of a failure: its kind, never a message that might quote mail."""


Work = Callable[..., Awaitable[Any]]


def task(*, name: TaskName, retry: RetryRule = NO_RETRY) -> Callable[[Work], "Task[Any, Any]"]:
    """Register `async def work(ctx, *ids)` as a task that takes the ids as strings.

    Written once here: the loop, the resources, the ids in the logs, the time limit, the retry rule. Ids that name
    nothing, and what is no id at all, are logged and end without retry.
    """

    def register(work: Work) -> "Task[Any, Any]":
        read = _reader(work)

        @celery_app.task(bind=True, name=name.value, max_retries=retry.attempts)
        def shim(self: "Task[Any, Any]", *given: Any) -> Any:
            structlog.contextvars.clear_contextvars()
            structlog.contextvars.bind_contextvars(task=name.value.rpartition(".")[2], task_id=self.request.id)
            try:
                ids = read(given)
            except (TypeError, ValueError, AttributeError):
                log.error("task.bad_arguments")  # noqa: TRY400 - the traceback would quote them
                return None
            return _run(self, work, ids, retry)

        shim.__doc__ = work.__doc__
        return shim

    return register


def _reader(work: Work) -> Callable[[tuple[Any, ...]], list[Any]]:
    """Turns arguments as they come off the queue into what the function's annotations ask for."""
    parameters = list(inspect.signature(work).parameters)[1:]
    hints = get_type_hints(work)

    def read(given: tuple[Any, ...]) -> list[Any]:
        if len(given) != len(parameters):
            raise TypeError("wrong number of arguments")
        return [
            UUID(value) if hints[parameter] is UUID else [UUID(one) for one in value]
            for parameter, value in zip(parameters, given, strict=True)
        ]

    return read


def _run(task: "Task[Any, Any]", work: Work, ids: Sequence[Any], retry: RetryRule) -> Any:
    scalars = [str(one) for one in ids if isinstance(one, UUID)]
    structlog.contextvars.bind_contextvars(ids=",".join(scalars))
    log.info("task.started", attempt=task.request.retries + 1)
    try:
        result = runtime().run(lambda resources: work(resources, *ids), seconds=COROUTINE_LIMIT_SECONDS)
    except NotFoundError:
        log.warning("task.unknown_id")
        return None
    except Exception as failure:
        log.exception("task.failed")
        told = TaskFailedError(type(failure).__name__)
        if retry.attempts == 0:
            raise told from None
        delay = retry.delay(task.request.retries)
        raise task.retry(exc=told, countdown=delay.total_seconds()) from None
    log.info("task.done")
    return result


@signals.setup_logging.connect
def _set_up_logging(loglevel: int | str | None = None, **_: Any) -> None:
    configure_logs(level=settings.log_level, log_format=settings.log_format)
    if loglevel:
        logging.getLogger().setLevel(loglevel)


@signals.worker_process_shutdown.connect
@signals.worker_shutdown.connect
def _shut_down(**_: Any) -> None:
    close_runtime()
