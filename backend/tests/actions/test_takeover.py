"""The fault table: at every call of every kind of action something breaks, and its effect is had once, or not known."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pytest

from app.actions import lifecycle
from app.actions.claims import LEASE
from app.actions.kinds import REVERSIBLE
from app.db.models import Action, ActionKind, ActionState
from app.errors import ConflictError
from app.mail.gmail import READ_ATTEMPTS
from app.simulator.faults import Fault, FaultKind
from tests.actions.mailroom import ANA, CLICK, Death, Mailroom
from tests.actions.steps import DOING, SECOND, UNDOING
from tests.mail.list_server import CLOSE

KINDS: Final = DOING | UNDOING
READING: Final = frozenset({"labels.list", "messages.get", "threads.get", "drafts.get", "drafts.list", "messages.list"})
ONCE: Final = frozenset({"labels.create", "drafts.create", "drafts.send"})
"""What the adapter never repeats by itself."""


class Trouble(StrEnum):
    DIES_BEFORE = "the worker dies before the call"
    DIES_AFTER = "the worker dies after the call"
    COMES_AGAIN = "the job is delivered a second time"
    LOSES_LEASE = "the worker sleeps past its lease, another takes over and ends, and the first goes on"
    ANSWER_LOST = "it is accepted, and the answer is lost"
    SERVER_ERROR = "the answer is 500"
    RATE_LIMIT = "the answer is 429"


@dataclass(frozen=True)
class Wire:
    fault: Fault
    at_list: bytes


WIRE: Final = {
    Trouble.ANSWER_LOST: Wire(Fault(FaultKind.TIMEOUT_AFTER), CLOSE),
    Trouble.SERVER_ERROR: Wire(
        Fault(FaultKind.ERROR, status=500, reason="backendError"), b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"
    ),
    Trouble.RATE_LIMIT: Wire(
        Fault(FaultKind.ERROR, status=429, reason="rateLimitExceeded"),
        b"HTTP/1.1 429 Slowly\r\nContent-Length: 0\r\n\r\n",
    ),
}
WRITTEN: Final = ("draft", "reply", "unsubscribe by mail")
"""Found again in their conversation, or, where there is none, by whom they were written to."""
WHILE_LOOKING: Final = (Trouble.DIES_AFTER, Trouble.LOSES_LEASE, Trouble.SERVER_ERROR)
# A list is asked once. Whoever finds that it was asked, but not what it said, cannot find out either.
NOT_KNOWN: Final = {
    Trouble.DIES_BEFORE: 0,
    Trouble.DIES_AFTER: 1,
    Trouble.LOSES_LEASE: 1,
    Trouble.ANSWER_LOST: 1,
    Trouble.SERVER_ERROR: 0,
}


def at(method: str) -> tuple[Trouble, ...]:
    """What can befall a call: one that only reads has nothing that could be accepted, and no answer to lose."""
    apart = (Trouble.ANSWER_LOST, Trouble.RATE_LIMIT) if method in READING else ()
    return tuple(trouble for trouble in Trouble if trouble not in apart)


def bring(room: Mailroom, trouble: Trouble, method: str, action: Action) -> None:
    """Plan it for the next call of this method."""
    match trouble:
        case Trouble.DIES_BEFORE | Trouble.DIES_AFTER:
            room.deaths.append(Death(method, after=trouble is Trouble.DIES_AFTER))
        case Trouble.COMES_AGAIN | Trouble.LOSES_LEASE:

            async def meanwhile(called: str) -> None:
                if called == method:
                    room.on_call = None
                    room.now += LEASE + SECOND if trouble is Trouble.LOSES_LEASE else 0 * SECOND
                    await room.execute(action)

            room.on_call = meanwhile
        case Trouble.ANSWER_LOST | Trouble.SERVER_ERROR | Trouble.RATE_LIMIT if method == CLICK:
            room.lists.next_answers.append(WIRE[trouble].at_list)
        case Trouble.ANSWER_LOST | Trouble.SERVER_ERROR | Trouble.RATE_LIMIT:
            fault = WIRE[trouble].fault
            # The adapter repeats most calls at once; a whole attempt is to fail.
            times = 1 if method in ONCE or trouble is Trouble.RATE_LIMIT else READ_ATTEMPTS
            room.simulator.faults.add(
                Fault(fault.kind, method=method, status=fault.status, reason=fault.reason, times=times)
            )


def test_no_kind_is_left_out() -> None:
    assert {kind.kind for kind in DOING.values()} == set(ActionKind)
    assert {kind.kind for kind in UNDOING.values()} == REVERSIBLE


@pytest.mark.parametrize("name", KINDS)
async def test_whatever_breaks_at_whatever_call_the_effect_is_had_once(
    room: Mailroom, subtests: pytest.Subtests, name: str
) -> None:
    kind = KINDS[name]
    message, action = await kind.prepare(room)
    room.calls.clear()
    assert (await room.settle(action)).state == kind.end
    assert kind.effects(room) == 1
    calls, labels = list(dict.fromkeys(room.calls)), room.label_names(message)
    assert set(calls) - READING, "what only reads has no effect"
    for method, trouble in [(call, trouble) for call in calls for trouble in at(call)]:
        with subtests.test(method=method, trouble=trouble):
            room.start_again()
            message, action = await kind.prepare(room)
            bring(room, trouble, method, action)
            settled = await room.settle(action)
            room.on_call = None
            unknown = method == CLICK and trouble in NOT_KNOWN
            assert settled.state == (ActionState.UNKNOWN if unknown else kind.end)
            assert kind.effects(room) == (NOT_KNOWN[trouble] if unknown else 1)
            assert bool(settled.error) == unknown
            assert unknown or room.label_names(message) == labels
            assert len(room.simulator.mailbox(ANA).drafts) == kind.drafts


@pytest.mark.parametrize("name", WRITTEN)
async def test_whatever_breaks_while_an_outcome_is_looked_for_the_effect_is_had_once(
    room: Mailroom, subtests: pytest.Subtests, name: str
) -> None:
    """The worker died after a call; the next one dies, sleeps or gets no answer at any call of its own."""
    kind = KINDS[name]
    for lost in ("drafts.create", *(() if name == "draft" else ("drafts.send",))):
        _, action = await kind.prepare(room)
        room.deaths.append(Death(lost, after=True))
        await room.execute(action)
        room.calls.clear()
        await room.settle(action)
        for method, trouble in [(call, trouble) for call in dict.fromkeys(room.calls) for trouble in WHILE_LOOKING]:
            with subtests.test(lost=lost, method=method, trouble=trouble):
                room.start_again()
                _, action = await kind.prepare(room)
                room.deaths.append(Death(lost, after=True))
                await room.execute(action)
                bring(room, trouble, method, action)
                settled = await room.settle(action)
                room.on_call = None
                assert (settled.state, settled.error) == (kind.end, None)
                assert kind.effects(room) == 1
                assert len(room.simulator.mailbox(ANA).drafts) == kind.drafts


@pytest.mark.parametrize("name", WRITTEN)
async def test_two_who_store_a_draft_at_the_same_moment_leave_one(room: Mailroom, name: str) -> None:
    """Both have looked and found none; the first one slept past its lease and goes on before the other."""
    _, action = await DOING[name].prepare(room)
    both_looked, first_is_done, creating = asyncio.Event(), asyncio.Event(), 0

    async def wait(method: str) -> None:
        nonlocal creating
        if method != "drafts.create":
            return
        creating += 1
        if creating == 1:
            room.now += LEASE + SECOND
            await both_looked.wait()
        else:
            both_looked.set()
            await first_is_done.wait()

    room.on_call = wait
    first = asyncio.create_task(room.execute(action))
    while not creating:
        await asyncio.sleep(0)
    second = asyncio.create_task(room.execute(action))
    await first
    assert len(room.simulator.mailbox(ANA).drafts) == 1, "the other may have found it, so it stays for the moment"
    first_is_done.set()
    await second
    settled = await room.row(action)
    assert settled.state == ActionState.DONE
    assert DOING[name].effects(room) == 1
    if name == "draft":
        assert list(room.simulator.mailbox(ANA).drafts) == [settled.provider_draft_id]
    else:
        assert not room.simulator.mailbox(ANA).drafts


async def test_who_lost_the_lease_sends_no_more(room: Mailroom) -> None:
    """The draft was stored by one who was overtaken; the other one finds it and sends it, once."""
    _, action = await DOING["reply"].prepare(room)
    overtaken = False

    async def meanwhile(method: str) -> None:
        nonlocal overtaken
        if method == "drafts.create" and not overtaken:
            overtaken = True
            room.now += LEASE + SECOND
            await room.change_row(action, attempts=2)

    room.on_call = meanwhile
    await room.execute(action)
    assert room.sent() == []
    room.on_call = None
    assert (await room.settle(action)).state == ActionState.DONE
    assert len(room.sent()) == 1
    assert not room.simulator.mailbox(ANA).drafts


async def test_a_draft_the_person_discarded_is_not_stored_again(room: Mailroom) -> None:
    """The worker died before it could write down that the draft is there."""
    _, action = await DOING["draft"].prepare(room)
    await room.execute(action)
    mailbox = room.simulator.mailbox(ANA)
    [draft_id] = mailbox.drafts
    await room.change_row(action, state="executing", lease_until=room.now)
    mailbox.remove_draft(draft_id)
    settled = await room.settle(action)
    assert (settled.state, settled.provider_draft_id) == (ActionState.DONE, None)
    assert not mailbox.drafts


async def test_an_approval_and_its_rejection_meet_the_worker(room: Mailroom) -> None:
    """Rejected while the worker has it: too late, and said so; it happens once."""
    action = await room.propose_one()
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
    refused = False

    async def reject(method: str) -> None:
        nonlocal refused
        if method == "drafts.create":
            try:
                await lifecycle.reject(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
            except ConflictError:
                refused = True

    room.on_call = reject
    await room.execute(action)
    assert refused
    assert len(room.sent()) == 1
