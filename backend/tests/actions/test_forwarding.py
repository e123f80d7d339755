"""What is forwarded is what was shown: recipients, note, address and the message itself are bound by the approval."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from app.actions import lifecycle, requesting
from app.actions.closing import supersede_open, supersede_outdated
from app.actions.kinds import hash_of, payload_of, to_stored
from app.db.models import Action, ActionState, Message
from app.db.session import SYSTEM
from app.errors import ConflictError
from app.mail.incoming import incoming
from app.simulator.model import EffectKind
from tests.actions.mailroom import ANA, Death, Mailroom
from tests.actions.test_addressing import IDENTITIES, SALES, give_identities
from tests.factories import add_conversation, add_message

BO = "bo@example.net"
MINUTE = timedelta(minutes=1)


def mail(text: str = "Here is the offer.", file: bytes = b"one,two") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Erik Berg <erik@example.com>", ANA, "The offer"
    message["Message-ID"] = "<offer@example.com>"
    message.set_content(text)
    message.add_attachment(file, maintype="text", subtype="csv", filename="offer.csv")
    return message.as_bytes()


async def arrived(room: Mailroom) -> Message:
    """A mail with a file, stored as sync stores it."""
    stored = room.simulator.deliver(ANA, mail())
    read = incoming(await room.open_gmail().get_message(stored.id))
    async with room.database.transaction(SYSTEM) as session:
        conversation = await add_conversation(session, room.mailbox, provider_thread_id=stored.thread_id)
        return await add_message(session, room.mailbox, conversation_id=conversation.id, **read.values)


async def asked(room: Mailroom, message: Message, **over: Any) -> Action:
    wanted: dict[str, Any] = {"to": [BO], "note": "What do you think?"}
    return await requesting.forward(
        room.database, user_id=room.user.id, message_id=message.id, clock=room.clock, **(wanted | over)
    )


async def approved(room: Mailroom, action: Action) -> Action:
    return await lifecycle.approve(
        room.database,
        user_id=room.user.id,
        action_id=action.id,
        expected_hash=action.content_hash,
        clock=room.clock,
    )


@pytest.mark.parametrize("attached", [True, False])
async def test_what_was_shown_is_passed_on(room: Mailroom, *, attached: bool) -> None:
    action = await asked(room, await arrived(room), attached=attached)
    assert action.payload["files"] == [{"name": "offer.csv", "mime_type": "text/csv", "size": 7}]
    await approved(room, action)
    assert (await room.settle(action)).state == ActionState.DONE
    [sent] = room.sent()
    assert sent["To"] == BO
    assert b"offer.csv" in sent.as_bytes()


CHANGES: dict[str, Callable[[], bytes]] = {
    "other words": lambda: mail("Here is another offer."),
    "another file": lambda: mail(file=b"one,two,three"),
}


@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize("changed", CHANGES)
async def test_what_is_not_what_was_shown_is_not_passed_on(room: Mailroom, changed: str, *, attached: bool) -> None:
    message = await arrived(room)
    action = await approved(room, await asked(room, message, attached=attached))
    room.stored(message).raw = CHANGES[changed]()
    settled = await room.settle(action)
    assert settled.state == ActionState.FAILED
    assert "is not what you saw" in (settled.error or "")
    assert room.sent() == []
    assert room.effects(EffectKind.DRAFT_CREATED) == []


async def test_what_changes_after_its_draft_is_stored_is_not_sent_either(room: Mailroom) -> None:
    message = await arrived(room)
    action = await approved(room, await asked(room, message))
    room.deaths.append(Death("drafts.send", after=False))
    await room.execute(action)
    room.stored(message).raw = mail("Here is another offer.")
    settled = await room.settle(action)
    assert settled.state == ActionState.UNKNOWN, "the draft is there, and may have been sent"
    assert room.sent() == []


@pytest.mark.parametrize(
    "other",
    [
        {"to": ["cy@example.net"]},
        {"note": "Look!"},
        {"sender": SALES},
        {"original": "0" * 64},
        {"files": [{"name": "offer.csv", "mime_type": "text/csv", "size": 8}]},
        {"files": []},
    ],
    ids=str,
)
async def test_the_approval_binds_all_of_it(room: Mailroom, other: dict[str, Any]) -> None:
    action = await asked(room, await arrived(room))
    stored = {**action.payload, **{"body" if name == "note" else name: value for name, value in other.items()}}
    changed = payload_of(action.kind, stored)
    assert hash_of(action.message_id, changed) != action.content_hash
    await approved(room, action)
    await room.change_row(action, payload=to_stored(changed))
    settled = await room.settle(action)
    assert (settled.state, room.sent()) == (ActionState.FAILED, [])


async def test_another_forward_in_its_place_is_not_approved_by_the_old_view(room: Mailroom) -> None:
    message = await arrived(room)
    first = await asked(room, message)
    second = await asked(room, message, to=["cy@example.net"])
    with pytest.raises(ConflictError):
        await approved(room, first)
    assert (await room.row(second)).state == ActionState.PROPOSED


async def test_an_older_message_is_forwarded_too_until_a_new_one_comes(room: Mailroom) -> None:
    message = await arrived(room)
    known = await room.arrive(conversation_id=message.conversation_id, received_at=room.now + MINUTE)
    room.now = max(room.now, known.created_at) + MINUTE  # rows say themselves when they were stored
    first = await asked(room, message)
    async with room.database.transaction(SYSTEM) as session:
        assert await supersede_outdated(session, now=room.now) == 0
        newest = known.received_at
        await supersede_open(session, room.user.id, message.conversation_id, newer_than=newest, now=room.now)
    assert (await room.row(first)).state == ActionState.PROPOSED
    await approved(room, first)
    assert (await room.settle(first)).state == ActionState.DONE
    second = await asked(room, message, to=["cy@example.net"])
    stored = second.created_at + MINUTE
    await room.arrive(conversation_id=message.conversation_id, received_at=room.now + MINUTE, created_at=stored)
    with pytest.raises(ConflictError, match="gone on"):
        await approved(room, second)


async def test_it_leaves_from_the_address_that_was_written_to(room: Mailroom) -> None:
    await give_identities(room, IDENTITIES)
    message = await arrived(room)
    async with room.database.transaction(SYSTEM) as session:
        (await session.get_one(Message, message.id)).to = [SALES]
    action = await asked(room, message)
    assert (action.payload["sender"], action.payload["signature"]) == (SALES, IDENTITIES[1]["signature"])
    await approved(room, action)
    await room.settle(action)
    assert room.sent()[0]["From"] == f"The shop <{SALES}>"
