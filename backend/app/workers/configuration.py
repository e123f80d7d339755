"""How Celery runs here; each line that is not obvious says what it prevents."""

from typing import Any

from app.jobs import broker_configuration, transport_options
from app.settings import Settings

TIME_LIMIT_SECONDS = 300
COROUTINE_LIMIT_SECONDS = 290
"""A little earlier, so that a task that takes too long can still give back what it holds."""


def configuration(settings: Settings) -> dict[str, Any]:
    return {
        **broker_configuration(settings),
        "result_backend": settings.redis_url,
        "result_expires": 3600,
        "result_backend_transport_options": transport_options(settings.redis_url),
        "redis_socket_keepalive": True,
        "redis_backend_health_check_interval": 30,
        "broker_connection_retry_on_startup": True,
        "worker_pool": settings.worker_pool.value,
        "worker_concurrency": settings.worker_concurrency,
        # Prefork kills at this limit. Threads and solo cannot: there the runtime cancels the coroutine.
        "task_time_limit": TIME_LIMIT_SECONDS,
        # Fair distribution: acknowledged when done, so a crash loses nothing and exactly the free slots are reserved.
        "worker_prefetch_multiplier": 1,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_soft_shutdown_timeout": 10.0,
        "worker_redirect_stdouts": False,
        "imports": (
            "app.workers.tasks.sync_emails",
            "app.workers.tasks.process_email",
            "app.workers.tasks.notifications",
            "app.workers.tasks.cleanup",
        ),
    }
