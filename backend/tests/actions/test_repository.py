"""How many actions there are, what the sweeper finds, and what counts as spent."""

from datetime import timedelta

from app.actions import repository
from app.actions.kinds import ArchivePayload
from app.db.models import ActionState
from app.db.session import SYSTEM
from tests.actions.mailroom import ERIK, Mailroom, act, ask
from tests.factories import add_action, add_mailbox, add_message, add_user

DAY = timedelta(days=1)


async def test_actions_are_counted_by_state_for_their_user_only(room: Mailroom) -> None:
    for _ in range(3):
        await room.propose_one()
    await room.propose_one(ArchivePayload(), act())
    async with room.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
        await add_action(session, await add_message(session, await add_mailbox(session, stranger)))
    async with room.database.transaction(room.user.id) as session:
        counts = await repository.counts(session, room.user.id)
    assert counts == {ActionState.PROPOSED: 3, ActionState.APPROVED: 1}


async def test_the_sweeper_finds_what_is_due_and_nobody_works_on(room: Mailroom) -> None:
    message = await room.arrive()
    late, soon = room.now - timedelta(minutes=3), room.now + timedelta(minutes=3)
    due = {
        "label": {"state": "approved", "updated_at": late},
        "mark_read": {"state": "approved", "updated_at": late, "not_before": room.now},
        "archive": {"state": "executing", "updated_at": late, "lease_until": room.now},
    }
    not_due = {
        "reply": {"state": "approved", "updated_at": room.now},
        "draft": {"state": "executing", "updated_at": late, "lease_until": soon},
    }
    async with room.database.transaction(SYSTEM) as session:
        expected = {
            (room.user.id, (await add_action(session, message, kind=kind, **values)).id) for kind, values in due.items()
        }
        for kind, values in not_due.items():
            await add_action(session, message, kind=kind, **values)
        await add_action(session, await add_message(session, room.mailbox), updated_at=late)
        first = await repository.stuck_actions(session, now=room.now, limit=2)
        rest = await repository.stuck_actions(session, now=room.now, limit=2)
        assert (len(first), len(rest)) == (2, 1)
        assert {*first, *rest} == expected
        # Handed over: the workers have their time before it is done again.
        assert await repository.stuck_actions(session, now=room.now, limit=10) == []
        assert {
            *await repository.stuck_actions(session, now=room.now + repository.HAND_OVER_GRACE, limit=10)
        } >= expected


async def test_spent_is_what_happened_or_may_yet_happen_unasked(room: Mailroom) -> None:
    message = await room.arrive()
    unasked = {"decision": "act", "decided_by": "policy", "decided_at": room.now}
    reply = {"kind": "reply", "payload": {"to": [ERIK]}}
    async with room.database.transaction(SYSTEM) as session:
        await add_action(session, message, state="unknown", **reply, **unasked)
        await add_action(session, message, kind="archive", state="done", **unasked)
        await add_action(session, message, kind="label", state="approved", **unasked)
        await add_action(session, message, kind="mark_read", state="failed", **unasked)
        by_user = await add_message(session, room.mailbox)
        await add_action(session, by_user, state="done", **reply, **(unasked | {"decided_by": "user"}))
        yesterday = await add_message(session, room.mailbox)
        await add_action(session, yesterday, state="done", **reply, **(unasked | {"decided_at": room.now - 2 * DAY}))
        spent = await repository.spent_since(session, room.user.id, room.now - DAY)
        replied = [
            await repository.auto_replied_since(session, room.user.id, addresses, since)
            for addresses, since in (
                ([ERIK], room.now - DAY),
                (["bo@example.net", ERIK], room.now - DAY),
                (["bo@example.net"], room.now - DAY),
                ([ERIK], room.now + timedelta(seconds=1)),
                ([], room.now - DAY),
            )
        ]
    assert spent == repository.Spent(sends=1, changes=2)
    assert replied == [True, True, False, False, False]


async def test_the_conversation_has_gone_on_when_anybody_wrote_after(room: Mailroom) -> None:
    first = await room.arrive()
    twin = await room.arrive(conversation_id=first.conversation_id)
    await room.propose(first, (ArchivePayload(), ask()))
    async with room.database.transaction(room.user.id) as session:
        newer = {message.id: await repository.has_newer(session, message) for message in (first, twin)}
    # At the same moment one of them is the newer one, never both and never none.
    assert sorted(newer.values()) == [False, True]
