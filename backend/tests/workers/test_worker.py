"""Real worker processes, under every pool: mail goes in, and comes out looked at."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from app.db.models import Action, ActionState, Message, MessageState
from app.db.session import SYSTEM
from app.jobs import Job, TaskName
from app.simulator.faults import Fault, FaultKind
from tests.mail.gmail_world import mail
from tests.workers.conftest import ANA, BACKEND, Fleet, until

NEWSLETTER = (
    b"From: News <news@letters.example>\nTo: ana@example.org\nSubject: Our week\n"
    b"Date: Fri, 20 Nov 2026 09:00:00 +0000\nMessage-ID: <week@letters.example>\n"
    b"List-Unsubscribe: <https://letters.example/u/1>\nList-Id: <week.letters.example>\nPrecedence: bulk\n"
    b"Authentication-Results: mx.google.com; spf=pass; dkim=pass; dmarc=pass\n"
    b"\nHere is what happened this week in the world of letters.\nUnsubscribe at any time.\n"
)


async def _states(fleet: Fleet) -> dict[str, int]:
    async with fleet.database.transaction(SYSTEM) as session:
        found = await session.execute(select(Message.state, func.count()).group_by(Message.state))
        return dict(found.all())


async def _actions_open(fleet: Fleet) -> int:
    async with fleet.database.transaction(SYSTEM) as session:
        under_way = Action.state.in_([ActionState.APPROVED, ActionState.EXECUTING])
        return (await session.execute(select(func.count()).where(under_way))).scalar_one()


async def _all_triaged(fleet: Fleet, count: int) -> None:
    async def done() -> bool:
        return await _states(fleet) == {MessageState.TRIAGED: count} and not await _actions_open(fleet)

    await until(done)


@pytest.mark.parametrize("pool", ["threads", "prefork", "solo"])
async def test_mail_goes_through_everything_under_every_pool(fleet: Fleet, pool: str) -> None:
    for number in range(10):
        fleet.simulator.deliver(ANA, mail(f"question {number}", body="Hi Ana, could you call me tomorrow?"))
    fleet.simulator.deliver(ANA, NEWSLETTER)
    fleet.environment["WORKER_POOL"] = pool
    with fleet.worker():
        await fleet.publish(Job(TaskName.SYNC_ALL_USERS))
        await _all_triaged(fleet, 11)
        assert "archived" in {label.lower().rpartition("/")[2] for label in _label_names(fleet)}
        mails = await fleet.sink.wait_for(1)
        assert all(ANA in one.recipients for one in mails)
    assert "Hi Ana" not in fleet.log()
    assert "erik@example.com" not in fleet.log()


def _label_names(fleet: Fleet) -> set[str]:
    return {label.name for label in fleet.simulator.mailbox(ANA).labels.values()}


async def test_the_other_way_to_start_a_worker(fleet: Fleet) -> None:
    with fleet.worker(command=(sys.executable, "celery_worker.py")):

        async def answers() -> bool:
            return bool(fleet.control.control.inspect(timeout=1).ping())

        await until(answers)


async def test_the_documented_commands_answer(fleet: Fleet) -> None:
    with fleet.worker():
        for what in ("active", "stats", "scheduled"):
            assert "1 node online" in fleet.celery("inspect", what)
        slots = 1 if fleet.environment["WORKER_POOL"] == "solo" else 4
        assert f'"max-concurrency": {slots}' in fleet.celery("inspect", "stats", "--json")


async def test_beat_starts_with_the_whole_schedule(fleet: Fleet, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "celery", "-A", "app.workers.celery", "beat", "--loglevel=debug", "--pidfile="]
    schedule = f"--schedule={tmp_path / 'schedule'}"
    with (tmp_path / "beat.log").open("wb") as log:
        beat = subprocess.Popen(
            [*command, schedule], cwd=BACKEND, env=os.environ | fleet.environment, stdout=log, stderr=log
        )
    names = ("sync-all-users", "send-daily-digests", "cleanup-magic-links", "cleanup-old-actions", "sweep-stuck-work")

    async def loaded() -> bool:
        assert beat.poll() is None
        written = (tmp_path / "beat.log").read_text()
        return all(name in written for name in names)

    await until(loaded)
    beat.terminate()
    assert beat.wait(timeout=20) == 0


async def test_ids_that_name_nothing_end_without_retry(fleet: Fleet) -> None:
    nobody = uuid4()
    with fleet.worker():
        await fleet.publish(
            Job(TaskName.PROCESS_SINGLE_EMAIL, (nobody,)),
            Job(TaskName.SYNC_USER_EMAILS, (nobody,)),
            Job(TaskName.SEND_ACTION_NOTIFICATION, (nobody, nobody)),
            Job(TaskName.SEND_DAILY_DIGEST, (nobody,)),
            Job(TaskName.EXECUTE_ACTION, (nobody, nobody)),
        )
        fleet.control.send_task(TaskName.PROCESS_SINGLE_EMAIL.value, args=["not-an-id"])

        async def all_said() -> bool:
            return fleet.log().count("task.unknown_id") == 5 and "task.bad_arguments" in fleet.log()

        await until(all_said)
        assert not any((fleet.control.control.inspect(timeout=1).scheduled() or {}).values())
    assert "not-an-id" not in fleet.log()


async def test_a_sync_that_fails_is_tried_again_after_sixty_seconds(fleet: Fleet) -> None:
    fleet.simulator.deliver(ANA, mail("hello"))
    fleet.simulator.faults.add(Fault(kind=FaultKind.ERROR, method="messages.list", status=500, times=100))
    with fleet.worker():
        await fleet.publish(Job(TaskName.SYNC_USER_EMAILS, (fleet.user.id,)))

        async def scheduled() -> bool:
            return bool(_scheduled(fleet))

        await until(scheduled)
        ((eta, name),) = _scheduled(fleet)
        assert name == TaskName.SYNC_USER_EMAILS.value
        wait = datetime.fromisoformat(eta) - datetime.now(UTC)
        assert timedelta(seconds=45) < wait <= timedelta(seconds=60)


def _scheduled(fleet: Fleet) -> list[tuple[str, str]]:
    found = fleet.control.control.inspect(timeout=1).scheduled() or {}
    return [(entry["eta"], entry["request"]["name"]) for entries in found.values() for entry in entries]


async def test_a_killed_worker_loses_nothing_and_repeats_no_effect(fleet: Fleet) -> None:
    for number in range(40):
        fleet.simulator.deliver(ANA, NEWSLETTER.replace(b"<week@", f"<week{number}@".encode()))
    with fleet.worker() as process:
        await fleet.publish(Job(TaskName.SYNC_ALL_USERS))

        async def halfway() -> bool:
            return (await _states(fleet)).get(MessageState.TRIAGED, 0) >= 5

        await until(halfway)
        process.kill()
    await _let_time_pass(fleet)
    with fleet.worker():
        await fleet.publish(Job(TaskName.SWEEP_STUCK_WORK))
        await _all_triaged(fleet, 40)
    async with fleet.database.transaction(SYSTEM) as session:
        kinds = await session.execute(
            select(Action.kind, Action.state, func.count()).group_by(Action.kind, Action.state)
        )
        assert {(kind, state): count for kind, state, count in kinds} == {
            ("label", "done"): 40,
            ("archive", "done"): 40,
            ("mark_read", "done"): 40,
        }
    assert not [message for message in fleet.simulator.mailbox(ANA).messages.values() if "INBOX" in message.label_ids]


async def _let_time_pass(fleet: Fleet) -> None:
    """Ten minutes for every row that the dead worker may have held, while nobody works."""
    columns = {
        "messages": ("created_at", "not_before", "lease_until"),
        "mailboxes": ("lease_until", "next_sync_at"),
        "actions": ("created_at", "updated_at", "lease_until"),
    }
    async with fleet.database.transaction(SYSTEM) as session:
        for table, names in columns.items():
            changes = ", ".join(f"{name} = {name} - interval '10 minutes'" for name in names)
            await session.execute(text(f"UPDATE {table} SET {changes}"))


async def test_losing_the_whole_broker_costs_time_and_no_work(fleet: Fleet) -> None:
    fleet.simulator.deliver(ANA, mail("hello", body="Could you call me tomorrow?"))
    async with fleet.database.transaction(SYSTEM) as session:
        assert (await session.execute(select(func.count()).select_from(Message))).scalar_one() == 0
    with fleet.worker():
        await fleet.publish(Job(TaskName.SYNC_USER_EMAILS, (fleet.user.id,)))

        async def stored() -> bool:
            return bool(await _states(fleet))

        await until(stored)
        await _all_triaged(fleet, 1)
    # The job of this one never reaches the broker.
    async with fleet.database.transaction(SYSTEM) as session:
        await session.execute(
            text(
                "UPDATE messages SET state = 'pending', attempts = 0, not_before = NULL, "
                "created_at = now() - interval '5 minutes'"
            )
        )
    with fleet.worker():
        await fleet.publish(Job(TaskName.SWEEP_STUCK_WORK))
        await _all_triaged(fleet, 1)
