"""In a mailbox one action follows the other; what goes to people and what tidies up never wait for each other."""

import asyncio
from datetime import timedelta

from app.actions import lifecycle
from app.actions.claims import LEASE
from app.actions.kinds import ArchivePayload
from app.actions.repository import stuck_actions
from app.db.models import Action, ActionState
from app.db.session import SYSTEM
from tests.actions.mailroom import Death, Mailroom, act

SECOND = timedelta(seconds=1)


async def approved(room: Mailroom, number: int) -> list[Action]:
    actions: list[Action] = []
    for _ in range(number):
        room.now += SECOND
        action = await room.propose_one()
        actions.append(
            await lifecycle.approve(room.database, user_id=room.user.id, action_id=action.id, clock=room.clock)
        )
    return actions


async def test_what_was_approved_first_is_sent_first_whichever_job_comes_first(room: Mailroom) -> None:
    actions = await approved(room, 6)
    await asyncio.gather(*(room.execute(action) for action in reversed(actions)))
    sent = [mail["X-GetAnswers-Action"] for mail in room.sent()]
    assert sent == [str(action.id) for action in actions]


async def test_one_is_under_way_at_a_time(room: Mailroom) -> None:
    actions = await approved(room, 5)
    most = 0

    async def watch(method: str) -> None:
        nonlocal most
        rows = [await room.row(action) for action in actions]
        most = max(most, sum(row.state == ActionState.EXECUTING for row in rows))

    room.on_call = watch
    await asyncio.gather(*(room.execute(action) for action in actions))
    assert most == 1
    assert len(room.sent()) == 5


async def test_a_reply_does_not_wait_for_what_is_put_away(room: Mailroom) -> None:
    stuck = await room.propose_one(ArchivePayload(), act())
    room.deaths.append(Death("messages.modify", after=False))
    await room.execute(stuck)
    waiting = await room.propose_one(ArchivePayload(), act())
    [reply] = await approved(room, 1)
    await room.execute(waiting)
    await room.execute(reply)
    assert (await room.row(reply)).state == ActionState.DONE
    assert (await room.row(waiting)).state == ActionState.APPROVED
    room.now += LEASE + SECOND  # what the dead worker held comes first, and then what waited for it
    await room.execute(waiting)
    assert (await room.row(stuck)).state == (await room.row(waiting)).state == ActionState.DONE


async def test_a_lost_job_is_found_by_the_sweeper_and_by_whoever_works_in_the_lane(room: Mailroom) -> None:
    first, second = await approved(room, 2)
    await room.execute(second)
    assert (await room.row(first)).state == (await room.row(second)).state == ActionState.DONE
    async with room.database.transaction(SYSTEM) as session:
        assert await stuck_actions(session, room.now + LEASE, 10) == []
