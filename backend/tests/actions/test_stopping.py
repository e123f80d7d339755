"""A step that waits between two attempts: the person stops it, or the kill switch holds it."""

from dataclasses import dataclass

import pytest

from app.actions import lifecycle
from app.actions.claims import LEASE
from app.actions.kinds import ArchivePayload, DraftPayload, SnoozePayload
from app.db.models import Action, ActionState
from app.errors import ConflictError
from app.simulator.faults import Fault, FaultKind
from tests.actions.mailroom import LONG_ENOUGH, Death, Mailroom, act, ask
from tests.actions.steps import DOING

DOWN = Fault(FaultKind.ERROR, status=503, reason="backendError")
LOST = Fault(FaultKind.TIMEOUT_AFTER)


@dataclass(frozen=True)
class Case:
    """Where the first attempt got to, and how the step ends when it is stopped then."""

    kind: str
    method: str
    fault: Fault
    end: ActionState


CASES = (
    Case("reply", "drafts.create", DOWN, ActionState.REJECTED),
    Case("reply", "drafts.send", LOST, ActionState.UNKNOWN),
    Case("draft", "drafts.create", LOST, ActionState.UNKNOWN),
    Case("archive", "messages.get", DOWN, ActionState.REJECTED),
    Case("archive", "messages.modify", LOST, ActionState.UNKNOWN),
    Case("snooze", "messages.get", DOWN, ActionState.REJECTED),
    Case("snooze", "messages.modify", LOST, ActionState.UNKNOWN),
)


async def waiting_after_one_attempt(room: Mailroom, case: Case) -> Action:
    message = await room.arrive()
    reply = room.reply_to(message)
    payload = {
        "reply": reply,
        "draft": DraftPayload.model_validate(reply.model_dump(exclude={"kind"})),
        "archive": ArchivePayload(),
        "snooze": SnoozePayload(until=room.now + 100 * LONG_ENOUGH),
    }[case.kind]
    [action] = await room.propose(message, (payload, ask() if case.kind == "reply" else act()))
    if case.kind == "reply":
        await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
    # The adapter itself repeats what is safe to repeat, so those calls fail more often than it tries.
    times = 1 if case.method.startswith("drafts.") else 5
    room.simulator.faults.add(
        Fault(case.fault.kind, method=case.method, status=case.fault.status, reason="backendError", times=times)
    )
    await room.execute(action)
    room.simulator.faults.clear()
    waiting = await room.row(action)
    assert (waiting.state, waiting.attempts) == (ActionState.APPROVED, 1)
    return waiting


async def test_a_person_stops_a_step_between_attempts(room: Mailroom, subtests: pytest.Subtests) -> None:
    for case in CASES:
        with subtests.test(kind=case.kind, method=case.method):
            room.start_again()
            action = await waiting_after_one_attempt(room, case)
            who = {"user_id": room.user.id, "action_id": action.id}
            stopped = await lifecycle.reject(room.database, **who, clock=room.clock)
            assert stopped.state == case.end
            assert bool(stopped.error and "may have got through" in stopped.error) == (case.end == ActionState.UNKNOWN)
            room.calls.clear()
            room.now += LONG_ENOUGH
            await room.execute(action)
            assert room.calls == []
            assert len(room.sent()) == (case.method == "drafts.send")


async def test_the_kill_switch_holds_a_step_between_attempts(room: Mailroom, subtests: pytest.Subtests) -> None:
    for case in CASES:
        with subtests.test(kind=case.kind, method=case.method):
            room.start_again()
            action = await waiting_after_one_attempt(room, case)
            await room.set_user(effects_paused=True)
            room.calls.clear()
            room.now += LONG_ENOUGH
            await room.execute(action)
            assert room.calls == []
            await room.set_user(effects_paused=False)
            assert (await room.settle(action)).state == ActionState.DONE
            assert len(room.sent()) == (case.kind == "reply")


@pytest.mark.parametrize(
    ("kind", "method", "end"),
    [
        ("reply", "drafts.create", ActionState.REJECTED),
        ("reply", "drafts.send", ActionState.UNKNOWN),
        ("archive", "messages.get", ActionState.REJECTED),
        ("archive", "messages.modify", ActionState.UNKNOWN),
        ("unsubscribe by a click", "one click", ActionState.UNKNOWN),
    ],
)
async def test_a_person_stops_what_a_dead_worker_left(room: Mailroom, kind: str, method: str, end: ActionState) -> None:
    _, action = await DOING[kind].prepare(room)
    room.deaths.append(Death(method, after=False))
    await room.execute(action)
    who = {"user_id": room.user.id, "action_id": action.id}
    with pytest.raises(ConflictError, match="at this moment"):  # nobody knows yet that it died
        await lifecycle.reject(room.database, **who, clock=room.clock)
    room.now += LEASE
    assert (await lifecycle.reject(room.database, **who, clock=room.clock)).state == end
    room.calls.clear()
    room.now += LONG_ENOUGH
    await room.execute(action)
    assert room.calls == []


@pytest.mark.parametrize(("kind", "method"), [("reply", "drafts.create"), ("archive", "messages.get")])
async def test_a_worker_that_only_slept_does_nothing_after_the_person_stopped_it(
    room: Mailroom, kind: str, method: str
) -> None:
    _, action = await DOING[kind].prepare(room)

    async def stopped_meanwhile(called: str) -> None:
        if called == method:
            room.on_call = None
            room.now += LEASE
            await lifecycle.reject(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)

    room.on_call = stopped_meanwhile
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.REJECTED
    assert DOING[kind].effects(room) == 0
