"""Drafts in Gmail: never sent, overwritten or removed once the person wrote in them; one to a conversation."""

from datetime import timedelta

import pytest

from app.actions import closing, lifecycle
from app.actions.kinds import DraftPayload
from app.db.models import Action, ActionState, Message
from app.db.session import SYSTEM
from tests.actions.mailroom import ANA, ANSWER, Death, Mailroom, act, mail

SECOND = timedelta(seconds=1)


async def interrupted_reply(room: Mailroom) -> Action:
    """Approved, stored as a draft, and not sent because the worker died."""
    action = await room.propose_one()
    await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
    room.deaths.append(Death("drafts.send", after=False))
    await room.execute(action)
    return action


async def left_draft(room: Mailroom, message: Message) -> Action:
    payload = DraftPayload.model_validate(room.reply_to(message).model_dump(exclude={"kind"}))
    [action] = await room.propose(message, (payload, act()))
    assert (await room.settle(action)).state == ActionState.DONE
    return action


def edit_the_draft(room: Mailroom) -> str:
    mailbox = room.simulator.mailbox(ANA)
    [draft_id] = mailbox.drafts
    raw = mailbox.messages[mailbox.drafts[draft_id].message_id].raw
    thread = mailbox.messages[mailbox.drafts[draft_id].message_id].thread_id
    changed = raw.replace(b"Friday works", b"Monday works")
    assert changed != raw
    mailbox.replace_draft(draft_id, changed, internal_date_ms=1, thread_id=thread)
    return draft_id


def drafts(room: Mailroom) -> list[str]:
    return list(room.simulator.mailbox(ANA).drafts)


async def test_a_draft_edited_in_gmail_is_never_sent(room: Mailroom) -> None:
    action = await interrupted_reply(room)
    draft_id = edit_the_draft(room)
    settled = await room.settle(action)
    assert settled.state == ActionState.FAILED
    assert "You have changed the draft" in (settled.error or "")
    assert room.sent() == []
    assert drafts(room) == [draft_id]


async def test_an_untouched_draft_is_sent_as_it_is(room: Mailroom) -> None:
    action = await interrupted_reply(room)
    assert (await room.settle(action)).state == ActionState.DONE
    [sent] = room.sent()
    assert sent.get_content().replace("\r\n", "\n").strip() == ANSWER
    assert drafts(room) == []


@pytest.mark.parametrize("edited", [False, True])
async def test_a_draft_that_no_longer_fits_goes_unless_it_was_edited(room: Mailroom, *, edited: bool) -> None:
    action = await interrupted_reply(room)
    if edited:
        edit_the_draft(room)
    room.now += timedelta(hours=2)
    await room.arrive(conversation_id=action.conversation_id)
    settled = await room.settle(action)
    assert settled.state == (ActionState.FAILED if edited else ActionState.SUPERSEDED)
    assert len(drafts(room)) == edited
    assert room.sent() == []


async def test_a_conversation_has_one_draft_of_ours(room: Mailroom) -> None:
    first = await room.arrive()
    old = await left_draft(room, first)
    room.now += SECOND
    second = await room.arrive(conversation_id=first.conversation_id)
    new = await left_draft(room, second)
    assert (await room.settle(old)).state == ActionState.UNDONE
    assert (await room.row(old)).undone_by == "worker"
    assert drafts(room) == [(await room.row(new)).provider_draft_id]


async def test_a_draft_whose_conversation_went_on_is_taken_back_by_the_sweeper(room: Mailroom) -> None:
    message = await room.arrive()
    action = await left_draft(room, message)
    room.now += SECOND
    await room.arrive(conversation_id=message.conversation_id, direction="out", labels=["SENT"])
    async with room.database.transaction(SYSTEM) as session:
        await closing.supersede_outdated(session, now=room.now)
    assert (await room.settle(action)).state == ActionState.UNDONE
    assert drafts(room) == []


async def test_an_edited_draft_stays_whatever_happens_and_is_left_alone_from_then_on(room: Mailroom) -> None:
    message = await room.arrive()
    action = await left_draft(room, message)
    draft_id = edit_the_draft(room)
    room.now += SECOND
    await room.arrive(conversation_id=message.conversation_id)
    for _ in range(2):
        async with room.database.transaction(SYSTEM) as session:
            await closing.supersede_outdated(session, now=room.now)
        assert (await room.settle(action)).state == ActionState.DONE
    assert drafts(room) == [draft_id]


async def test_a_draft_whose_answer_was_lost_is_found_among_many(room: Mailroom) -> None:
    for number in range(3):
        room.simulator.mailbox(ANA).add_draft(
            mail(f"Mine {number}", f"<{number}@example.org>"), internal_date_ms=number
        )
    message = await room.arrive()
    payload = DraftPayload.model_validate(room.reply_to(message).model_dump(exclude={"kind"}))
    [action] = await room.propose(message, (payload, act()))
    room.deaths.append(Death("drafts.create", after=True))
    settled = await room.settle(action)
    assert settled.provider_draft_id in drafts(room)
    assert len(drafts(room)) == 4
