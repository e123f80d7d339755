"""A waiting reply whose text or recipients the person has changed: still theirs to decide, in every way as before."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from app.actions import closing, lifecycle
from app.actions.addressing import READDRESSED, readdress
from app.actions.editing import reword
from app.actions.kinds import ArchivePayload
from app.actions.proposing import VALID_FOR
from app.actions.replacing import replace_proposals
from app.actions.saving import save_as_draft
from app.db.models import Action, ActionState, ArchivedAction, Message, Notice, User
from app.db.session import SYSTEM
from app.errors import ConflictError, NotFoundError, UserError
from app.jobs import Job
from app.policy.general_rules import SHADOW
from app.review.repository import standing, waiting
from app.triage.outcomes.repository import outcomes
from tests.actions.mailroom import ANA, Mailroom, ask
from tests.factories import add_user, add_verdict

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
BO = "bo@example.net"
MINE = "No, Thursday."


def mine(room: Mailroom, action: Action) -> dict[str, Any]:
    return {"user_id": room.user.id, "action_id": action.id, "clock": room.clock}


async def proposed(room: Mailroom) -> Action:
    message = await room.arrive(to=[ANA, BO])
    [action] = await room.propose(message, (room.reply_to(message), ask()))
    return action


async def reworded(room: Mailroom) -> Action:
    action = await proposed(room)
    return await reword(room.database, body=MINE, **mine(room, action))


async def readdressed(room: Mailroom) -> Action:
    action = await proposed(room)
    return await readdress(room.database, everyone=True, **mine(room, action))


WAYS = pytest.mark.parametrize("make", [proposed, reworded, readdressed])


async def shown(room: Mailroom) -> list[Action]:
    async with room.database.transaction(room.user.id) as session:
        rows = await waiting(session, room.user.id, now=room.now)
        assert (await standing(session, room.user.id, now=room.now)).waiting == len(rows)
        return [each.action for each in rows]


async def test_the_new_text_waits_and_only_a_look_at_it_approves_it(room: Mailroom, published: list[Job]) -> None:
    action = await proposed(room)
    edited = await reword(room.database, body=MINE, expected_hash=action.content_hash, **mine(room, action))
    assert (edited.state, edited.payload["body"]) == (ActionState.EDITED, MINE)
    assert {**edited.payload, "body": ""} == {**action.payload, "body": ""}
    assert [each.id for each in await shown(room)] == [action.id]
    with pytest.raises(ConflictError, match="changed since you looked"):
        await lifecycle.approve(room.database, expected_hash=action.content_hash, **mine(room, action))
    assert published == []
    await lifecycle.approve(room.database, expected_hash=edited.content_hash, **mine(room, action))
    assert (await room.settle(action)).state == ActionState.DONE
    assert [each.get_content().strip() for each in room.sent()] == [MINE]
    events = [event for event, _ in await room.history(action)]
    assert events[:3] == ["action.proposed", "action.edited", "action.approved"]


async def test_it_is_changed_again_and_again(room: Mailroom) -> None:
    action = await reworded(room)
    await readdress(room.database, everyone=True, **mine(room, action))
    again = await reword(room.database, body="Or Friday.", **mine(room, action))
    assert (again.state, again.payload["body"], again.payload["cc"]) == (ActionState.EDITED, "Or Friday.", [BO])
    edited = "action.edited"
    assert await room.history(action) == [
        ("action.proposed", "worker"),
        (edited, "user"),
        (READDRESSED, "user"),
        (edited, "user"),
    ]


async def test_the_same_text_changes_nothing(room: Mailroom) -> None:
    action = await proposed(room)
    same = await reword(room.database, body=action.payload["body"], **mine(room, action))
    assert (same.state, same.updated_at) == (ActionState.PROPOSED, action.updated_at)
    approved = await lifecycle.edit(room.database, body=action.payload["body"], **mine(room, action))
    assert approved.content_hash == action.content_hash
    assert [event for event, _ in await room.history(action)] == ["action.proposed", "action.approved"]


async def test_many_clicks_are_one_change(room: Mailroom) -> None:
    action = await proposed(room)
    seen = {"expected_hash": action.content_hash}
    made = await asyncio.gather(*(reword(room.database, body=MINE, **seen, **mine(room, action)) for _ in range(4)))
    assert len({each.content_hash for each in made}) == 1
    assert [event for event, _ in await room.history(action)].count("action.edited") == 1


async def test_of_two_texts_at_once_the_second_looks_again(room: Mailroom) -> None:
    action = await proposed(room)
    seen = {"expected_hash": action.content_hash}
    made = await asyncio.gather(
        *(reword(room.database, body=body, **seen, **mine(room, action)) for body in ("One.", "Two.")),
        return_exceptions=True,
    )
    assert [type(each) for each in made if isinstance(each, Exception)] == [ConflictError]


@WAYS
async def test_editing_approving_and_rejecting_at_once_is_one_outcome(
    room: Mailroom, make: Callable[[Mailroom], Awaitable[Action]], published: list[Job]
) -> None:
    action = await make(room)
    seen = {"expected_hash": action.content_hash}
    made = await asyncio.gather(
        reword(room.database, body="Mine.", **seen, **mine(room, action)),
        lifecycle.edit(room.database, body="Sent.", **seen, **mine(room, action)),
        lifecycle.approve(room.database, **seen, **mine(room, action)),
        lifecycle.reject(room.database, **mine(room, action)),
        return_exceptions=True,
    )
    assert all(isinstance(each, (Action, ConflictError)) for each in made)
    events = [event for event, _ in await room.history(action)]
    assert events.count("action.approved") == len(published) <= 1
    assert events[-1] == "action.rejected", "an approval can be taken back until somebody begins"


async def approve(room: Mailroom, action: Action) -> None:
    await lifecycle.approve(room.database, expected_hash=action.content_hash, **mine(room, action))


async def reject(room: Mailroom, action: Action) -> None:
    await lifecycle.reject(room.database, **mine(room, action))


async def save(room: Mailroom, action: Action) -> None:
    await save_as_draft(room.database, expected_hash=action.content_hash, **mine(room, action))


async def approve_too_late(room: Mailroom, action: Action) -> None:
    room.now = action.expires_at
    with pytest.raises(ConflictError, match="expired"):
        await approve(room, action)


async def approve_after_newer_mail(room: Mailroom, action: Action) -> None:
    room.now += SECOND
    await room.arrive(conversation_id=action.conversation_id)
    with pytest.raises(ConflictError, match="gone on"):
        await approve(room, action)


async def let_expire(room: Mailroom, action: Action) -> None:
    async with room.database.transaction(SYSTEM) as session:
        assert await closing.expire_due(session, now=action.expires_at) == 1


async def answer_elsewhere(room: Mailroom, action: Action) -> None:
    room.now += SECOND
    await room.arrive(conversation_id=action.conversation_id, direction="out")
    async with room.database.transaction(SYSTEM) as session:
        assert await closing.supersede_outdated(session, now=room.now) == 1


async def propose_for_newer_mail(room: Mailroom, action: Action) -> None:
    room.now += SECOND
    newer = await room.arrive(conversation_id=action.conversation_id)
    await room.propose(newer, (ArchivePayload(), ask()))


@WAYS
@pytest.mark.parametrize(
    ("happens", "end"),
    [
        (approve, ActionState.APPROVED),
        (reject, ActionState.REJECTED),
        (save, ActionState.SUPERSEDED),
        (approve_too_late, ActionState.EXPIRED),
        (let_expire, ActionState.EXPIRED),
        (approve_after_newer_mail, ActionState.SUPERSEDED),
        (answer_elsewhere, ActionState.SUPERSEDED),
        (propose_for_newer_mail, ActionState.SUPERSEDED),
    ],
)
async def test_whatever_ends_what_was_proposed_ends_what_was_edited(
    room: Mailroom,
    make: Callable[[Mailroom], Awaitable[Action]],
    happens: Callable[[Mailroom, Action], Awaitable[None]],
    end: ActionState,
) -> None:
    action = await make(room)
    await happens(room, action)
    assert (await room.row(action)).state == end
    assert action.id not in [each.id for each in await shown(room)]


@WAYS
async def test_a_message_that_is_judged_anew_makes_room(
    room: Mailroom, make: Callable[[Mailroom], Awaitable[Action]]
) -> None:
    action = await make(room)
    async with room.database.transaction(room.user.id) as session:
        message = await session.get_one(Message, action.message_id)
        await replace_proposals(session, message, now=room.now)
    async with room.database.transaction(SYSTEM) as session:
        assert (await session.get_one(ArchivedAction, action.id)).state == ActionState.SUPERSEDED


@WAYS
async def test_it_is_put_off_and_raised_and_stays_what_it_is(
    room: Mailroom, make: Callable[[Mailroom], Awaitable[Action]], published: list[Job]
) -> None:
    action = await make(room)
    await lifecycle.postpone(room.database, until=room.now + DAY, **mine(room, action))
    assert await shown(room) == []
    await lifecycle.escalate(room.database, **mine(room, action))
    [raised] = await shown(room)
    assert (raised.state, raised.content_hash) == (action.state, action.content_hash)
    assert len(published) == 1


@WAYS
async def test_before_it_expires_it_is_raised_by_itself(
    room: Mailroom, make: Callable[[Mailroom], Awaitable[Action]]
) -> None:
    action = await make(room)
    async with room.database.transaction(SYSTEM) as session:
        told = {"kind": "action", "state": "sent", "mail_message_id": "<1@example.org>"}
        session.add(Notice(user_id=room.user.id, subject_id=action.id, **told))
    async with room.database.transaction(SYSTEM) as session:
        assert await closing.escalate_due(session, now=room.now + VALID_FOR - SECOND) == 1


async def test_what_only_shadow_mode_held_waits_for_the_person_once_they_have_changed_it(room: Mailroom) -> None:
    action = await proposed(room)
    await room.change_row(action, rule=SHADOW)
    assert await shown(room) == []
    await reword(room.database, body=MINE, **mine(room, action))
    assert [each.id for each in await shown(room)] == [action.id]


@pytest.mark.parametrize("body", ["", " \n", "x" * 20_001])
async def test_a_text_that_cannot_be_sent_is_refused(room: Mailroom, body: str) -> None:
    action = await proposed(room)
    with pytest.raises(UserError):
        await reword(room.database, body=body, **mine(room, action))
    assert (await room.row(action)).state == ActionState.PROPOSED


async def test_what_has_no_text_or_is_anothers_is_not_changed(room: Mailroom) -> None:
    archive = await room.propose_one(ArchivePayload(), ask())
    with pytest.raises(UserError):
        await reword(room.database, body=MINE, **mine(room, archive))
    action = await proposed(room)
    async with room.database.transaction(SYSTEM) as session:
        stranger: User = await add_user(session)
    with pytest.raises(NotFoundError):
        await reword(room.database, user_id=stranger.id, action_id=action.id, body=MINE, clock=room.clock)


async def test_what_was_decided_or_overtaken_is_not_changed(room: Mailroom) -> None:
    approved, overtaken = await proposed(room), await proposed(room)
    await approve(room, approved)
    with pytest.raises(ConflictError, match="already approved"):
        await reword(room.database, body=MINE, **mine(room, approved))
    room.now += SECOND
    await room.arrive(conversation_id=overtaken.conversation_id)
    with pytest.raises(ConflictError, match="gone on"):
        await reword(room.database, body=MINE, **mine(room, overtaken))
    assert (await room.row(overtaken)).state == ActionState.SUPERSEDED


@pytest.mark.parametrize(("make", "as_it_was"), [(proposed, True), (reworded, False), (readdressed, False)])
async def test_the_record_of_the_engine_tells_edited_from_as_it_was(
    room: Mailroom, make: Callable[[Mailroom], Awaitable[Action]], *, as_it_was: bool
) -> None:
    action = await make(room)
    async with room.database.transaction(SYSTEM) as session:
        await add_verdict(session, await session.get_one(Message, action.message_id))
    await approve(room, action)
    await room.settle(action)
    async with room.database.transaction(room.user.id) as session:
        [outcome] = await outcomes(session, room.user.id)
    assert outcome.approved is as_it_was
