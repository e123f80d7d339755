"""A waiting reply that is saved as a draft instead: once, as it was seen, and bound like any other text."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.actions import lifecycle
from app.actions.kinds import ArchivePayload
from app.actions.saving import SAVED_AS_DRAFT, save_as_draft
from app.actions.undo import undo
from app.actions.waiting import CHANGED, IN_WORDS, SAVED_INSTEAD
from app.db.models import Action, ActionState, AuditEntry
from app.db.session import SYSTEM
from app.errors import ConflictError, NotFoundError, UserError
from app.jobs import Job, TaskName
from tests.actions.mailroom import ANA, ANSWER, ERIK, Mailroom, ask
from tests.factories import add_user

SECOND = timedelta(seconds=1)


async def save(room: Mailroom, action: Action, **over: Any) -> Action:
    options: dict[str, Any] = {"user_id": room.user.id, "action_id": action.id, "clock": room.clock}
    return await save_as_draft(room.database, **(options | over))


def drafts(room: Mailroom) -> list[str]:
    return list(room.simulator.mailbox(ANA).drafts)


async def test_the_reply_becomes_a_draft_with_the_same_content_and_nothing_is_sent(
    room: Mailroom, published: list[Job]
) -> None:
    message = await room.arrive()
    [reply] = await room.propose(message, (room.reply_to(message), ask()))
    published.clear()
    draft = await save(room, reply, expected_hash=reply.content_hash)
    assert (draft.kind, draft.state, draft.requested, draft.decided_by) == ("draft", "approved", True, "user")
    assert draft.payload == reply.payload
    assert published == [Job(TaskName.EXECUTE_ACTION, (room.user.id, draft.id))]
    closed = await room.row(reply)
    assert (closed.state, closed.error) == (ActionState.SUPERSEDED, SAVED_INSTEAD)
    assert (await room.history(reply))[1:] == [(SAVED_AS_DRAFT, "user"), ("action.superseded", "user")]
    async with room.database.transaction(SYSTEM) as session:
        why = select(AuditEntry.details).where(AuditEntry.subject_id == reply.id, AuditEntry.event == SAVED_AS_DRAFT)
        assert ((await session.scalars(why)).one())["draft"] == str(draft.id)
    assert (await room.settle(draft)).state == ActionState.DONE
    [draft_id] = drafts(room)
    mailbox = room.simulator.mailbox(ANA)
    stored = mailbox.messages[mailbox.drafts[draft_id].message_id]
    assert stored.thread_id == room.stored(message).thread_id
    assert all(part.encode() in stored.raw for part in (ERIK, ANSWER.splitlines()[-1]))
    assert room.sent() == []


async def test_many_clicks_make_one_draft(room: Mailroom) -> None:
    reply = await room.propose_one()
    made = await asyncio.gather(*(save(room, reply, expected_hash=reply.content_hash) for _ in range(4)))
    assert len({draft.id for draft in made}) == 1
    assert (await room.settle(made[0])).state == ActionState.DONE
    assert (await save(room, reply)).id == made[0].id
    assert len(drafts(room)) == 1


async def test_saving_and_sending_at_once_is_one_of_the_two(room: Mailroom) -> None:
    reply = await room.propose_one()
    ids: dict[str, Any] = {"user_id": room.user.id, "action_id": reply.id, "clock": room.clock}
    results = await asyncio.gather(save(room, reply), lifecycle.approve(room.database, **ids), return_exceptions=True)
    [made] = [each for each in results if isinstance(each, Action)]
    [refused] = [each for each in results if isinstance(each, ConflictError)]
    assert str(refused) == (SAVED_INSTEAD if made.kind == "draft" else IN_WORDS[ActionState.APPROVED])
    await room.settle(made)
    assert (len(room.sent()), len(drafts(room))) == ((0, 1) if made.kind == "draft" else (1, 0))


async def test_only_what_was_seen_and_approved_by_its_hash_is_saved(room: Mailroom) -> None:
    reply = await room.propose_one()
    with pytest.raises(ConflictError, match=CHANGED):
        await save(room, reply, expected_hash=b"\0" * 32)
    await room.change_row(reply, payload={**reply.payload, "to": ["eve@evil.example"]})
    with pytest.raises(ConflictError, match=CHANGED):
        await save(room, reply, expected_hash=reply.content_hash)
    assert (await room.row(reply)).state == ActionState.PROPOSED


async def test_a_reply_to_what_is_not_the_newest_any_more_is_closed(room: Mailroom) -> None:
    reply = await room.propose_one()
    room.now += SECOND
    await room.arrive(conversation_id=reply.conversation_id)
    with pytest.raises(ConflictError, match=IN_WORDS[ActionState.SUPERSEDED]):
        await save(room, reply)
    assert (await room.row(reply)).error is None


async def test_the_draft_is_bound_like_a_reply(room: Mailroom) -> None:
    reply = await room.propose_one()
    await room.set_user(effects_paused=True)
    with pytest.raises(ConflictError, match="Everything is paused"):
        await save(room, reply)
    await room.set_user(effects_paused=False)
    draft = await save(room, reply)
    await room.set_user(effects_paused=True)
    await room.execute(draft)
    assert drafts(room) == []
    await room.set_user(effects_paused=False)
    room.now += SECOND
    await room.arrive(conversation_id=reply.conversation_id)
    assert (await room.settle(draft)).state == ActionState.SUPERSEDED
    assert drafts(room) == []

    other = await save(room, await room.propose_one())
    await room.change_row(other, payload={**other.payload, "to": ["eve@evil.example"]})
    assert (await room.settle(other)).state == ActionState.FAILED
    assert drafts(room) == []


async def test_the_draft_of_before_goes_when_the_conversation_goes_on(room: Mailroom) -> None:
    first = await save(room, await room.propose_one())
    await room.settle(first)
    room.now += SECOND
    newer = await room.arrive(conversation_id=first.conversation_id)
    [reply] = await room.propose(newer, (room.reply_to(newer), ask()))
    second = await save(room, reply)
    await room.settle(second)
    assert (await room.settle(first)).state == ActionState.UNDONE
    assert drafts(room) == [(await room.row(second)).provider_draft_id]


@pytest.mark.parametrize("edited", [False, True])
async def test_undoing_discards_it_unless_the_person_wrote_in_it(room: Mailroom, *, edited: bool) -> None:
    draft = await save(room, reply := await room.propose_one())
    await room.settle(draft)
    if edited:
        mailbox = room.simulator.mailbox(ANA)
        [draft_id] = mailbox.drafts
        stored = mailbox.messages[mailbox.drafts[draft_id].message_id]
        changed = stored.raw.replace(b"Friday works", b"Monday works")
        mailbox.replace_draft(draft_id, changed, internal_date_ms=1, thread_id=stored.thread_id)
    await undo(room.database, user_id=room.user.id, action_id=draft.id, clock=room.clock)
    assert (await room.settle(draft)).state == (ActionState.DONE if edited else ActionState.UNDONE)
    assert len(drafts(room)) == edited
    if not edited:  # what was undone is not made anew by an old view
        with pytest.raises(ConflictError, match=SAVED_INSTEAD):
            await save(room, reply)


async def test_only_replies_of_one_s_own(room: Mailroom) -> None:
    archive = await room.propose_one(ArchivePayload())
    with pytest.raises(UserError):
        await save(room, archive)
    async with room.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    reply = await room.propose_one()
    with pytest.raises(NotFoundError):
        await save(room, reply, user_id=stranger.id)
