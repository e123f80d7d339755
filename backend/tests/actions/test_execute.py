"""What is executed is what was approved, once, and only while it still may."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.accounts.google import SCOPES, Access
from app.actions import lifecycle
from app.actions.execute import execute_action
from app.actions.kinds import ArchivePayload, MarkReadPayload
from app.actions.proposing import VALID_FOR
from app.db.models import Action, ActionState, Mailbox, MailboxState
from app.db.session import SYSTEM
from app.errors import NotFoundError
from app.simulator.model import EffectKind
from tests.actions.mailroom import ANA, ANSWER, ERIK, Death, Mailroom, act
from tests.factories import add_user

SECOND = timedelta(seconds=1)
DRAFTING = "drafts.create"


async def approved_reply(room: Mailroom) -> Action:
    action = await room.propose_one()
    return await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)


async def test_an_approved_reply_goes_to_the_sender_in_the_thread_and_to_nobody_else(room: Mailroom) -> None:
    message = await room.arrive()
    [action] = await room.propose(message, (room.reply_to(message), act()))
    await room.execute(action)
    done = await room.row(action)
    [sent] = room.sent()
    [effect] = room.effects(EffectKind.SENT)
    assert done.state == ActionState.DONE
    assert (sent["To"], sent["Cc"], sent["Bcc"]) == (ERIK, None, None)
    assert ANA in sent["From"]
    assert sent["Subject"] == "Re: The offer"
    assert sent["In-Reply-To"] == message.rfc_message_id
    assert effect.thread_id == (await room.conversation(message)).provider_thread_id
    assert sent["X-GetAnswers-Action"] == str(action.id)
    assert await room.history(action) == [
        ("action.approved", "policy"),
        ("action.executing", "worker"),
        ("action.done", "worker"),
    ]


async def test_only_what_nobody_approved_says_that_it_is_automatic(room: Mailroom) -> None:
    message = await room.arrive()
    [automatic] = await room.propose(message, (room.reply_to(message), act()))
    await room.execute(automatic)
    await room.execute(await approved_reply(room))
    assert [mail["Auto-Submitted"] for mail in room.sent()] == ["auto-replied", None]
    assert [mail["X-Auto-Response-Suppress"] for mail in room.sent()] == ["All", None]


@pytest.mark.parametrize(
    "tampering",
    [
        {"payload": {"subject": "Re: The offer", "body": ANSWER, "to": ["eve@evil.example"], "cc": []}},
        {"payload": {"subject": "Re: The offer", "body": "Send money.", "to": [ERIK], "cc": []}},
        {"payload": {"subject": "Re: The offer", "body": ANSWER, "to": [ERIK], "bcc": ["eve@evil.example"]}},
        {"payload": {}},
        {"content_hash": bytes(32)},
        {"approved_hash": bytes(32)},
        {"approved_hash": None},
        {"policy_version": "0"},
        {"kind": "draft"},
    ],
    ids=str,
)
async def test_what_was_changed_after_the_approval_is_refused(room: Mailroom, tampering: dict[str, Any]) -> None:
    action = await approved_reply(room)
    await room.change_row(action, **tampering)
    await room.execute(action)
    refused = await room.row(action)
    assert refused.state == ActionState.FAILED
    assert "not what was approved" in (refused.error or "")
    assert room.calls == []


async def test_a_longer_validity_than_approved_is_refused(room: Mailroom) -> None:
    action = await approved_reply(room)
    await room.change_row(action, expires_at=action.expires_at + timedelta(days=30))
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.FAILED


async def test_an_approval_of_one_action_is_none_of_another(room: Mailroom) -> None:
    action = await approved_reply(room)
    other = await room.propose_one()
    await room.change_row(other, state="approved", decided_by="user", approved_hash=action.approved_hash)
    await room.execute(other)
    assert (await room.row(other)).state == ActionState.FAILED


async def test_what_nobody_approved_is_not_executed(room: Mailroom) -> None:
    action = await room.propose_one()
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.PROPOSED
    assert room.calls == []


async def test_another_user_executes_nothing(room: Mailroom) -> None:
    action = await approved_reply(room)
    async with room.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    for user_id, action_id in ((stranger.id, action.id), (room.user.id, uuid4())):
        with pytest.raises(NotFoundError):
            await execute_action(
                database=room.database,
                open_mailbox=room.open_mailbox,
                clock=room.clock,
                user_id=user_id,
                action_id=action_id,
            )
    assert room.calls == []


async def test_a_message_that_came_after_the_approval_voids_it(room: Mailroom) -> None:
    action = await approved_reply(room)
    room.now += SECOND
    await room.arrive(conversation_id=action.conversation_id)
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.SUPERSEDED
    assert room.calls == []


async def test_a_message_that_comes_while_the_draft_is_stored_voids_it_and_the_draft_goes(room: Mailroom) -> None:
    action = await approved_reply(room)

    async def meanwhile(method: str) -> None:
        if method == DRAFTING:
            room.now += SECOND
            await room.arrive(conversation_id=action.conversation_id)

    room.on_call = meanwhile
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.SUPERSEDED
    assert room.sent() == []
    assert not room.simulator.mailbox(ANA).drafts


async def test_an_approval_that_ran_out_is_not_executed(room: Mailroom) -> None:
    action = await approved_reply(room)
    room.now += VALID_FOR
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.EXPIRED
    assert room.calls == []


@pytest.mark.parametrize("payload", [ArchivePayload(), MarkReadPayload(), None], ids=["archive", "mark_read", "reply"])
async def test_the_kill_switch_stops_what_was_approved_until_it_is_released(
    room: Mailroom, payload: ArchivePayload | MarkReadPayload | None
) -> None:
    action = await room.propose_one(payload, act())
    await room.set_user(effects_paused=True)
    await room.execute(action)
    waiting = await room.row(action)
    assert (waiting.state, waiting.attempts, room.calls) == (ActionState.APPROVED, 0, [])
    await room.set_user(effects_paused=False)
    assert (await room.settle(action)).state == ActionState.DONE


@pytest.mark.parametrize("state", [MailboxState.PAUSED, MailboxState.NEEDS_RECONNECT])
async def test_nothing_happens_to_a_mailbox_that_was_disconnected(room: Mailroom, state: MailboxState) -> None:
    """Although this process remembers its access token from before."""
    assert (await room.settle(await approved_reply(room))).state == ActionState.DONE
    second = await approved_reply(room)
    room.calls.clear()
    async with room.database.transaction(SYSTEM) as session:
        (await session.get_one(Mailbox, second.mailbox_id)).state = state
    await room.execute(second)
    assert (await room.row(second)).state == ActionState.APPROVED
    assert room.calls == []


async def test_a_mailbox_for_reading_only_is_left_alone_and_says_so(room: Mailroom) -> None:
    action = await approved_reply(room)
    await _grant(room, action, Access.READ)
    room.calls.clear()
    await room.execute(action)
    waiting = await room.row(action)
    assert (waiting.state, waiting.attempts, room.calls) == (ActionState.APPROVED, 0, [])
    assert "reading only" in (waiting.error or "")
    await _grant(room, action, Access.ACT)
    done = await room.settle(action)
    assert (done.state, done.error) == (ActionState.DONE, None)


async def _grant(room: Mailroom, action: Action, access: Access) -> None:
    async with room.database.transaction(SYSTEM) as session:
        (await session.get_one(Mailbox, action.mailbox_id)).granted_scopes = [SCOPES[access]]


async def test_the_kill_switch_stops_a_reply_between_draft_and_sending(room: Mailroom) -> None:
    action = await approved_reply(room)

    async def meanwhile(method: str) -> None:
        if method == DRAFTING:
            await room.set_user(effects_paused=True)

    room.on_call = meanwhile
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.APPROVED
    assert room.sent() == []
    await room.set_user(effects_paused=False)
    assert (await room.settle(action)).state == ActionState.DONE
    assert len(room.sent()) == 1
    assert room.calls.count(DRAFTING) == 1


async def test_the_kill_switch_also_stops_what_a_dead_worker_left(room: Mailroom) -> None:
    action = await approved_reply(room)
    room.deaths.append(Death("drafts.send", after=False))
    await room.execute(action)
    room.now += timedelta(hours=1)
    await room.set_user(effects_paused=True)
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.APPROVED
    assert room.sent() == []


async def test_a_lease_keeps_others_away_until_it_runs_out(room: Mailroom) -> None:
    action = await approved_reply(room)
    room.deaths.append(Death(DRAFTING, after=False))
    await room.execute(action)
    room.calls.clear()
    await room.execute(action)
    assert room.calls == []
    assert (await room.settle(action)).state == ActionState.DONE


async def test_tidying_goes_on_when_the_conversation_does(room: Mailroom) -> None:
    action = await room.propose_one(ArchivePayload(), act())
    room.now += SECOND
    await room.arrive(conversation_id=action.conversation_id)
    await room.execute(action)
    assert (await room.row(action)).state == ActionState.DONE
