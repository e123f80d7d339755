"""The prescribed contract of the workers: names, schedule, limits, retries."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import app

BACKEND = Path(app.__file__).parents[1]
ENVIRONMENT = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ENCRYPTION_KEYS": "k1:" + "A" * 43 + "=",
}

PROBE = """
import json
from app.workers.celery import PROCESSING_RETRY, SYNC_RETRY, celery_app
celery_app.loader.import_default_modules()
conf = celery_app.conf
def when(entry):
    schedule = entry["schedule"]
    if hasattr(schedule, "total_seconds"):
        return schedule.total_seconds()
    return [schedule._orig_minute, schedule._orig_hour, schedule._orig_day_of_week]
print(json.dumps({
    "tasks": {name: task.max_retries for name, task in celery_app.tasks.items() if name.startswith("app.")},
    "schedule": {entry["task"]: when(entry) for entry in conf.beat_schedule.values()},
    "conf": {name: conf[name] for name in (
        "task_time_limit", "task_serializer", "result_serializer", "accept_content", "timezone", "enable_utc",
        "worker_prefetch_multiplier", "task_acks_late", "task_reject_on_worker_lost", "worker_pool",
    )},
    "delays": {
        name: [rule.delay(retries).total_seconds() for retries in range(rule.attempts)]
        for name, rule in (("sync", SYNC_RETRY), ("processing", PROCESSING_RETRY))
    },
    "expires": {entry["task"]: entry["options"]["expires"] for entry in conf.beat_schedule.values()},
}))
"""


def _probe(**environment: str) -> subprocess.CompletedProcess[str]:
    given = {name: value for name, value in (os.environ | ENVIRONMENT | environment).items() if value}
    command = [sys.executable, "-c", PROBE]
    return subprocess.run(command, cwd=BACKEND, env=given, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def contract() -> dict[str, dict[str, object]]:
    done = _probe()
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


TASKS = {
    "app.workers.tasks.sync_emails.sync_user_emails": 3,
    "app.workers.tasks.sync_emails.sync_all_users": 3,
    "app.workers.tasks.process_email.process_single_email": 3,
    "app.workers.tasks.process_email.batch_process_emails": 3,
    "app.workers.tasks.notifications.send_action_notification": 0,
    "app.workers.tasks.notifications.send_daily_digest": 0,
    "app.workers.tasks.notifications.send_daily_digests_all": 0,
    "app.workers.tasks.cleanup.cleanup_magic_links": 0,
    "app.workers.tasks.cleanup.cleanup_old_actions": 0,
}


def test_the_nine_tasks_have_their_names_and_retries(contract: dict[str, dict[str, object]]) -> None:
    assert {name: contract["tasks"].get(name) for name in TASKS} == TASKS


def test_the_retries_wait_as_prescribed(contract: dict[str, dict[str, object]]) -> None:
    assert contract["delays"] == {"sync": [60, 120, 240], "processing": [30, 60, 120]}


def test_the_schedule_is_the_prescribed_one(contract: dict[str, dict[str, object]]) -> None:
    schedule = contract["schedule"]
    assert schedule["app.workers.tasks.sync_emails.sync_all_users"] == 300
    assert [str(part) for part in schedule["app.workers.tasks.notifications.send_daily_digests_all"]] == ["0", "8", "*"]  # type: ignore[attr-defined]
    assert [str(part) for part in schedule["app.workers.tasks.cleanup.cleanup_magic_links"]] == ["0", "3", "*"]  # type: ignore[attr-defined]
    assert [str(part) for part in schedule["app.workers.tasks.cleanup.cleanup_old_actions"]] == ["0", "4", "sunday"]  # type: ignore[attr-defined]


def test_every_scheduled_name_is_a_registered_task(contract: dict[str, dict[str, object]]) -> None:
    assert set(contract["schedule"]) <= set(contract["tasks"])


def test_a_tick_expires_before_the_next_one(contract: dict[str, dict[str, object]]) -> None:
    for name, every in contract["schedule"].items():
        if isinstance(every, (int, float)):
            assert 0 < contract["expires"][name] < every  # type: ignore[operator]


def test_the_settings_are_the_prescribed_ones(contract: dict[str, dict[str, object]]) -> None:
    assert contract["conf"] == {
        "task_time_limit": 300,
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        "enable_utc": True,
        "worker_prefetch_multiplier": 1,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_pool": "threads",
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "", "DATABASE_URL is not set"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must start with postgresql://"),
        ("WORKER_POOL", "fibers", "WORKER_POOL"),
        ("SENDER", "smtp", "SENDER=smtp needs SMTP_HOST"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_a_failure(name: str, value: str, said: str) -> None:
    done = _probe(**{name: value})
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
