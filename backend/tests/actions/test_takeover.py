"""At every call of every kind of action: the worker dies, the job comes twice, or the lease is lost."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

import pytest

from app.actions import lifecycle
from app.actions.claims import LEASE
from app.actions.kinds import ArchivePayload, DraftPayload, LabelPayload, MarkReadPayload
from app.actions.undo import undo
from app.db.models import Action, ActionState, Message
from app.errors import ConflictError
from app.simulator.model import EffectKind
from tests.actions.mailroom import ANA, Death, Mailroom, act, ask

Prepare: TypeAlias = Callable[[Mailroom], Awaitable[tuple[Message, Action]]]
SECOND = timedelta(seconds=1)


async def reply(room: Mailroom) -> tuple[Message, Action]:
    message = await room.arrive()
    [action] = await room.propose(message, (room.reply_to(message), ask()))
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
    return message, action


async def draft(room: Mailroom) -> tuple[Message, Action]:
    message = await room.arrive()
    payload = DraftPayload.model_validate(room.reply_to(message).model_dump(exclude={"kind"}))
    [action] = await room.propose(message, (payload, act()))
    return message, action


def change(payload: ArchivePayload | MarkReadPayload | LabelPayload) -> Prepare:
    async def prepare(room: Mailroom) -> tuple[Message, Action]:
        message = await room.arrive()
        [action] = await room.propose(message, (payload, act()))
        return message, action

    return prepare


def taken_back(first: Prepare) -> Prepare:
    async def prepare(room: Mailroom) -> tuple[Message, Action]:
        message, action = await first(room)
        await room.settle(action)
        room.simulator.effects.clear()
        await undo(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
        return message, action

    return prepare


ARCHIVE, READ = change(ArchivePayload()), change(MarkReadPayload())
LABEL = change(LabelPayload(add=("GetAnswers/Newsletter",)))
KINDS: dict[str, tuple[Prepare, set[EffectKind], int, ActionState]] = {
    "reply": (reply, {EffectKind.SENT}, 1, ActionState.DONE),
    "draft": (draft, {EffectKind.DRAFT_CREATED}, 1, ActionState.DONE),
    "archive": (ARCHIVE, {EffectKind.LABELS_CHANGED}, 1, ActionState.DONE),
    "mark_read": (READ, {EffectKind.LABELS_CHANGED}, 1, ActionState.DONE),
    "label": (LABEL, {EffectKind.LABELS_CHANGED}, 1, ActionState.DONE),
    "archive undone": (taken_back(ARCHIVE), {EffectKind.LABELS_CHANGED}, 1, ActionState.UNDONE),
    "mark_read undone": (taken_back(READ), {EffectKind.LABELS_CHANGED}, 1, ActionState.UNDONE),
    "label undone": (taken_back(LABEL), {EffectKind.LABELS_CHANGED}, 1, ActionState.UNDONE),
    "draft undone": (taken_back(draft), {EffectKind.DRAFT_DELETED}, 1, ActionState.UNDONE),
}


async def calls_of(room: Mailroom, prepare: Prepare) -> list[str]:
    """Every method that a run without trouble calls, in order."""
    _, action = await prepare(room)
    room.calls.clear()
    await room.settle(action)
    return list(dict.fromkeys(room.calls))


def effects(room: Mailroom, kinds: set[EffectKind]) -> int:
    """How many there were; the same labels set again are none."""
    found = [effect for effect in room.simulator.effects if effect.kind in kinds]
    return sum(effect.kind is not EffectKind.LABELS_CHANGED or bool(effect.added or effect.removed) for effect in found)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_worker_dies_at_any_call_and_another_goes_on(
    room: Mailroom, subtests: pytest.Subtests, kind: str
) -> None:
    prepare, counted, number, end = KINDS[kind]
    for method in await calls_of(room, prepare):
        for after in (False, True):
            with subtests.test(method=method, after=after):
                room.start_again()
                _, action = await prepare(room)
                room.deaths.append(Death(method, after=after))
                assert (await room.settle(action)).state == end
                assert effects(room, counted) == number


@pytest.mark.parametrize("kind", KINDS)
async def test_the_job_comes_again_at_any_call(room: Mailroom, subtests: pytest.Subtests, kind: str) -> None:
    prepare, counted, number, end = KINDS[kind]
    for method in await calls_of(room, prepare):
        with subtests.test(method=method):
            room.start_again()
            _, action = await prepare(room)

            async def again(called: str, *, at: str = method, action: Action = action) -> None:
                if called == at:
                    await room.execute(action)

            room.on_call = again
            await room.execute(action)
            room.on_call = None
            assert (await room.row(action)).state == end
            assert effects(room, counted) == number


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"draft"}))
async def test_a_slow_worker_loses_its_lease_at_any_call(room: Mailroom, subtests: pytest.Subtests, kind: str) -> None:
    """It stands still before a call until another has taken over and finished, and then goes on as if nothing were.

    A draft could then lie there twice: its call may not be told from a new one. But a task is ended a minute before
    its lease, so only a machine that slept comes there.
    """
    prepare, counted, number, end = KINDS[kind]
    for method in await calls_of(room, prepare):
        with subtests.test(method=method):
            room.start_again()
            _, action = await prepare(room)

            async def overtaken(called: str, *, at: str = method, action: Action = action) -> None:
                if called == at:
                    room.on_call = None
                    room.now += LEASE + SECOND
                    await room.execute(action)

            room.on_call = overtaken
            await room.execute(action)
            assert (await room.row(action)).state == end
            assert effects(room, counted) == number


async def test_who_lost_the_lease_sends_no_more(room: Mailroom) -> None:
    """The draft was stored by one who was overtaken; the other one finds it and sends it, once."""
    _, action = await reply(room)
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
