"""The schedule, in UTC; data only. `app.workers.celery` attaches it, so the documented commands load it."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

from app.jobs import TaskName

SYNC_EVERY = timedelta(minutes=5)
SWEEP_EVERY = timedelta(seconds=20)

# Ticks expire just before the next one: a queue that stood still for an hour is not worked through twelve times.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sync-all-users": {
        "task": TaskName.SYNC_ALL_USERS.value,
        "schedule": SYNC_EVERY,
        "options": {"expires": SYNC_EVERY.total_seconds() - 5},
    },
    "send-daily-digests": {
        "task": TaskName.SEND_DAILY_DIGESTS_ALL.value,
        "schedule": crontab(hour=8, minute=0),
        "options": {"expires": timedelta(hours=12).total_seconds()},
    },
    "cleanup-magic-links": {
        "task": TaskName.CLEANUP_MAGIC_LINKS.value,
        "schedule": crontab(hour=3, minute=0),
        "options": {"expires": timedelta(hours=23).total_seconds()},
    },
    "cleanup-old-actions": {
        "task": TaskName.CLEANUP_OLD_ACTIONS.value,
        "schedule": crontab(hour=4, minute=0, day_of_week="sunday"),
        "options": {"expires": timedelta(days=6).total_seconds()},
    },
    "sweep-stuck-work": {
        "task": TaskName.SWEEP_STUCK_WORK.value,
        "schedule": SWEEP_EVERY,
        "options": {"expires": SWEEP_EVERY.total_seconds() - 1},
    },
}
