"""What was done is put back once, whatever breaks, and what the person has changed since stays theirs."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from app.accounts import installation
from app.actions import lifecycle
from app.actions.kinds import ArchivePayload, ChangePayload, DraftPayload, LabelPayload, MarkReadPayload
from app.actions.undo import undo
from app.db.models import Action, ActionState, MailboxState, Message
from app.db.session import SYSTEM
from app.errors import ConflictError, NotFoundError
from app.jobs import Job, TaskName
from app.simulator.faults import Fault, FaultKind
from app.simulator.model import EffectKind
from tests.actions.mailroom import ANA, Death, Mailroom, act, mail
from tests.factories import add_user

SECOND = timedelta(seconds=1)
LABEL = LabelPayload(add=("GetAnswers/Newsletter",))
KINDS: list[ChangePayload] = [ArchivePayload(), MarkReadPayload(), LABEL]
TROUBLE: dict[str, Callable[[str], Fault | Death]] = {
    "death before": lambda method: Death(method, after=False),
    "death after": lambda method: Death(method, after=True),
    "timeout before": lambda method: Fault(FaultKind.TIMEOUT_BEFORE, method=method, times=5),
    "timeout after": lambda method: Fault(FaultKind.TIMEOUT_AFTER, method=method, times=5),
    "broken answer": lambda method: Fault(FaultKind.MALFORMED, method=method, times=5),
    "server error": lambda method: Fault(FaultKind.ERROR, method=method, status=500, reason="backendError", times=5),
    "rate limit": lambda method: Fault(FaultKind.ERROR, method=method, status=429, reason="rateLimitExceeded"),
}


async def done(room: Mailroom, payload: ChangePayload) -> tuple[Message, Action, set[str]]:
    """A mail with a change that was made, and the labels it had before."""
    message = await room.arrive()
    before = room.label_names(message)
    [action] = await room.propose(message, (payload, act()))
    assert (await room.settle(action)).state == ActionState.DONE
    return message, action, before


async def draft_done(room: Mailroom) -> tuple[Message, Action]:
    message = await room.arrive()
    payload = DraftPayload.model_validate(room.reply_to(message).model_dump(exclude={"kind"}))
    [action] = await room.propose(message, (payload, act()))
    assert (await room.settle(action)).state == ActionState.DONE
    return message, action


async def take_back(room: Mailroom, action: Action) -> Action:
    return await undo(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)


async def undone(room: Mailroom, action: Action) -> Action:
    await take_back(room, action)
    return await room.settle(action)


def plan(room: Mailroom, trouble: Fault | Death) -> None:
    if isinstance(trouble, Death):
        room.deaths.append(trouble)
    else:
        room.simulator.faults.add(trouble)


@pytest.mark.parametrize("payload", KINDS, ids=lambda payload: payload.kind)
async def test_a_change_is_put_back_and_written_down(
    room: Mailroom, published: list[Job], payload: ChangePayload
) -> None:
    message, action, before = await done(room, payload)
    assert room.label_names(message) != before
    published.clear()
    settled = await undone(room, action)
    assert (settled.state, settled.undone_by, settled.error) == (ActionState.UNDONE, "user", None)
    assert room.label_names(message) == before
    assert published == [Job(TaskName.EXECUTE_ACTION, (room.user.id, action.id))]
    assert (await room.history(action))[-3:] == [
        ("action.undoing", "user"),
        ("action.undoing", "worker"),
        ("action.undone", "worker"),
    ]
    assert (await take_back(room, action)).state == ActionState.UNDONE


async def test_whatever_breaks_it_is_put_back_once(room: Mailroom, subtests: pytest.Subtests) -> None:
    cases = [(method, what) for method in ("messages.get", "messages.modify") for what in TROUBLE]
    for (method, what), payload in [*((case, KINDS[0]) for case in cases), *((cases[8], kind) for kind in KINDS[1:])]:
        with subtests.test(method=method, what=what, kind=payload.kind):
            room.start_again()
            message, action, before = await done(room, payload)
            room.simulator.effects.clear()
            await take_back(room, action)
            plan(room, TROUBLE[what](method))
            assert (await room.settle(action)).state == ActionState.UNDONE
            assert room.label_names(message) == before
            assert all(not set(effect.removed) & {"INBOX"} for effect in room.effects(EffectKind.LABELS_CHANGED))


async def test_many_clicks_and_workers_put_back_once(room: Mailroom) -> None:
    message, action, before = await done(room, ArchivePayload())
    room.simulator.effects.clear()
    await asyncio.gather(*(take_back(room, action) for _ in range(8)), *(room.execute(action) for _ in range(4)))
    assert (await room.settle(action)).state == ActionState.UNDONE
    assert room.label_names(message) == before
    assert len(room.effects(EffectKind.LABELS_CHANGED)) == 1


async def by_hand(room: Mailroom, message: Message, *, add: list[str], remove: list[str]) -> None:
    await room.open_gmail().modify(message.provider_message_id, add=add, remove=remove)


async def test_what_is_in_the_inbox_again_or_in_the_bin_stays_where_the_person_put_it(room: Mailroom) -> None:
    for add in (["INBOX"], ["TRASH"]):
        message, action, before = await done(room, ArchivePayload())
        await by_hand(room, message, add=add, remove=[])
        assert (await undone(room, action)).state == ActionState.UNDONE
        assert room.label_names(message) == (before | set(add)) - ({"INBOX"} if add == ["TRASH"] else set())


async def test_a_label_changed_by_hand_is_not_brought_back(room: Mailroom) -> None:
    payload = LabelPayload(add=("GetAnswers/Newsletter",), remove=("GetAnswers/Other",))
    message = await room.arrive()
    other = await room.open_gmail().ensure_label("GetAnswers/Other")
    await by_hand(room, message, add=[other], remove=[])
    [action] = await room.propose(message, (payload, act()))
    await room.settle(action)
    wrong = await room.open_gmail().ensure_label("GetAnswers/Newsletter")
    right = await room.open_gmail().ensure_label("GetAnswers/Personal")
    await by_hand(room, message, add=[right], remove=[wrong])
    assert (await undone(room, action)).state == ActionState.UNDONE
    assert room.label_names(message) == {"INBOX", "UNREAD", "GetAnswers/Personal"}


async def test_what_the_person_does_after_it_was_put_back_is_not_undone_by_a_second_attempt(room: Mailroom) -> None:
    message, action, _ = await done(room, ArchivePayload())
    await take_back(room, action)
    room.deaths.append(Death("messages.modify", after=True))
    await room.execute(action)
    await by_hand(room, message, add=[], remove=["INBOX"])
    assert (await room.settle(action)).state == ActionState.UNDONE
    assert "INBOX" not in room.label_names(message)


async def test_what_the_person_does_after_a_change_is_not_undone_by_a_second_attempt(room: Mailroom) -> None:
    message = await room.arrive()
    [action] = await room.propose(message, (ArchivePayload(), act()))
    room.deaths.append(Death("messages.modify", after=True))
    await room.execute(action)
    await by_hand(room, message, add=["INBOX"], remove=[])
    assert (await room.settle(action)).state == ActionState.DONE
    assert "INBOX" in room.label_names(message)


@pytest.mark.parametrize("what", ["nothing", *TROUBLE])
async def test_a_draft_is_taken_back_once(room: Mailroom, what: str) -> None:
    _, action = await draft_done(room)
    await take_back(room, action)
    if what != "nothing":
        plan(room, TROUBLE[what]("drafts.delete"))
    assert (await room.settle(action)).state == ActionState.UNDONE
    assert not room.simulator.mailbox(ANA).drafts


async def test_a_draft_the_person_wrote_in_stays(room: Mailroom) -> None:
    message, action = await draft_done(room)
    [draft_id] = room.simulator.mailbox(ANA).drafts
    thread = (await room.conversation(message)).provider_thread_id
    room.simulator.mailbox(ANA).replace_draft(
        draft_id, mail("Mine", "<mine@example.org>"), internal_date_ms=1, thread_id=thread
    )
    settled = await undone(room, action)
    assert settled.state == ActionState.DONE
    assert "left as it is" in (settled.error or "")
    assert list(room.simulator.mailbox(ANA).drafts) == [draft_id]


async def test_a_draft_the_person_has_sent_is_no_longer_ours(room: Mailroom) -> None:
    _, action = await draft_done(room)
    [draft_id] = room.simulator.mailbox(ANA).drafts
    await room.open_gmail().send_draft(draft_id)
    settled = await undone(room, action)
    assert (settled.state, settled.provider_draft_id) == (ActionState.DONE, None)
    assert len(room.sent()) == 1


async def test_what_was_sent_and_what_was_not_done_cannot_be_undone(room: Mailroom) -> None:
    waiting = await room.propose_one()
    with pytest.raises(ConflictError, match="Only what is done"):
        await take_back(room, waiting)
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=waiting.id, clock=room.clock)
    await room.settle(waiting)
    with pytest.raises(ConflictError, match="cannot be taken back"):
        await take_back(room, waiting)


async def test_nobody_undoes_what_is_another_s(room: Mailroom) -> None:
    _, action, _ = await done(room, ArchivePayload())
    async with room.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    for user_id, action_id in ((stranger.id, action.id), (room.user.id, uuid4())):
        with pytest.raises(NotFoundError):
            await undo(room.database, user_id=user_id, action_id=action_id)


async def test_a_kill_switch_does_not_keep_from_undoing(room: Mailroom) -> None:
    message, action, before = await done(room, ArchivePayload())
    await room.set_user(effects_paused=True)
    await installation.pause(room.database, paused=True)
    assert (await undone(room, action)).state == ActionState.UNDONE
    assert room.label_names(message) == before


async def test_in_a_mailbox_that_is_not_connected_nothing_is_undone(room: Mailroom) -> None:
    _, action, _ = await done(room, ArchivePayload())
    async with room.database.transaction(SYSTEM) as session:
        (await session.merge(room.mailbox)).state = MailboxState.PAUSED
    with pytest.raises(ConflictError, match="not connected"):
        await take_back(room, action)


async def test_what_cannot_be_undone_says_so_and_can_be_tried_again(room: Mailroom, published: list[Job]) -> None:
    message, action, before = await done(room, ArchivePayload())
    await take_back(room, action)
    room.simulator.faults.add(
        Fault(FaultKind.ERROR, method="messages.modify", status=403, reason="insufficientPermissions")
    )
    published.clear()
    settled = await room.settle(action)
    assert settled.state == ActionState.DONE
    assert (settled.error or "").startswith("It could not be undone.")
    assert published == [Job(TaskName.SEND_ACTION_NOTIFICATION, (room.user.id, action.id))]
    assert (await undone(room, action)).state == ActionState.UNDONE
    assert room.label_names(message) == before


async def test_it_is_given_up_after_many_attempts_and_stays_done(room: Mailroom) -> None:
    _, action, _ = await done(room, ArchivePayload())
    await take_back(room, action)
    room.simulator.faults.add(
        Fault(FaultKind.ERROR, method="messages.modify", status=500, reason="backendError", times=0)
    )
    settled = await room.settle(action)
    assert settled.state == ActionState.DONE
    assert "tried 8 times" in (settled.error or "")
