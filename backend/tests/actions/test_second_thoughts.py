"""Put off, raised, tried again, settled: what people do besides approving and rejecting."""

from datetime import timedelta
from typing import Any

import pytest

from app.actions import closing, lifecycle, repository
from app.actions.kinds import ArchivePayload
from app.db.models import Action, ActionState, Notice
from app.db.session import SYSTEM
from app.errors import ConflictError, UserError
from app.jobs import Job, TaskName
from app.review.repository import waiting
from app.simulator.faults import Fault, FaultKind
from tests.actions.mailroom import ANA, Death, Mailroom, act, ask

DAY = timedelta(days=1)


def mine(room: Mailroom, action: Action) -> dict[str, Any]:
    return {"user_id": room.user.id, "action_id": action.id, "clock": room.clock}


async def approved(room: Mailroom) -> Action:
    action = await room.propose_one()
    return await lifecycle.approve(room.database, **mine(room, action))


async def shown(room: Mailroom) -> list[Action]:
    async with room.database.transaction(room.user.id) as session:
        return [each.action for each in await waiting(session, room.user.id, now=room.now)]


async def test_what_is_put_off_is_asked_again_when_it_is_time(room: Mailroom) -> None:
    action = await room.propose_one()
    later = await lifecycle.postpone(room.database, until=room.now + 6 * DAY, **mine(room, action))
    assert later.state == ActionState.PROPOSED
    assert await shown(room) == []
    room.now += 6 * DAY
    assert [each.id for each in await shown(room)] == [action.id]
    room.now += 2 * DAY  # by its first expiry it would be void by now
    done = await lifecycle.approve(room.database, **mine(room, action))
    assert (done.state, done.not_before) == (ActionState.APPROVED, None)
    assert (await room.history(action))[:2] == [("action.proposed", "worker"), ("action.postponed", "user")]


@pytest.mark.parametrize("until", [timedelta(0), timedelta(days=-1), lifecycle.LONGEST_POSTPONEMENT + DAY])
async def test_a_time_that_makes_no_sense_is_refused(room: Mailroom, until: timedelta) -> None:
    action = await room.propose_one()
    with pytest.raises(UserError):
        await lifecycle.postpone(room.database, until=room.now + until, **mine(room, action))


async def test_what_was_decided_can_no_longer_be_put_off_or_raised(room: Mailroom) -> None:
    action = await approved(room)
    with pytest.raises(ConflictError):
        await lifecycle.postpone(room.database, until=room.now + DAY, **mine(room, action))
    with pytest.raises(ConflictError):
        await lifecycle.escalate(room.database, **mine(room, action))


async def test_what_is_raised_stands_at_the_top_and_is_told_once(room: Mailroom, published: list[Job]) -> None:
    first, second = await room.propose_one(), await room.propose_one()
    published.clear()
    for _ in range(2):
        await lifecycle.escalate(room.database, **mine(room, first))
    assert [each.id for each in await shown(room)] == [first.id, second.id]
    assert published == [Job(TaskName.SEND_ACTION_NOTIFICATION, (room.user.id, first.id))]
    assert (await room.history(first))[-1] == ("action.escalated", "user")


async def test_what_was_told_and_still_waits_is_raised_the_day_before_it_expires(room: Mailroom) -> None:
    told, quiet = await room.propose_one(), await room.propose_one()
    async with room.database.transaction(SYSTEM) as session:
        session.add(
            Notice(user_id=told.user_id, kind="action", subject_id=told.id, state="sent", mail_message_id="<n@x>")
        )
        assert await closing.escalate_due(session, now=room.now) == 0
    room.now = told.expires_at - timedelta(hours=23)
    async with room.database.transaction(SYSTEM) as session:
        assert await closing.escalate_due(session, now=room.now) == 1
    async with room.database.transaction(SYSTEM) as session:
        assert await closing.escalate_due(session, now=room.now) == 0
    assert (await room.row(told)).escalated_at == room.now
    assert (await room.row(quiet)).escalated_at is None


async def test_a_failed_action_is_tried_again_and_happens_once(room: Mailroom) -> None:
    action = await approved(room)
    room.simulator.faults.add(
        Fault(FaultKind.ERROR, method="drafts.create", status=403, reason="insufficientPermissions")
    )
    assert (await room.settle(action)).state == ActionState.FAILED
    again = await lifecycle.retry(room.database, **mine(room, action))
    assert (again.state, again.decided_by, again.error) == (ActionState.APPROVED, "user", None)
    assert (await lifecycle.retry(room.database, **mine(room, action))).state == ActionState.APPROVED
    assert (await room.settle(action)).state == ActionState.DONE
    assert len(room.sent()) == 1
    with pytest.raises(ConflictError):
        await lifecycle.retry(room.database, **mine(room, action))


async def test_after_many_failures_a_person_gets_as_many_again(room: Mailroom) -> None:
    action = await room.propose_one(ArchivePayload(), act())
    broken = Fault(FaultKind.ERROR, method="messages.modify", status=500, reason="backendError", times=0)
    room.simulator.faults.add(broken)
    assert (await room.settle(action)).state == ActionState.FAILED
    room.simulator.faults.clear()
    await lifecycle.retry(room.database, **mine(room, action))
    assert (await room.settle(action)).state == ActionState.DONE


async def test_a_reply_that_no_longer_fits_is_not_tried_again(room: Mailroom) -> None:
    action = await approved(room)
    room.simulator.faults.add(
        Fault(FaultKind.ERROR, method="drafts.create", status=403, reason="insufficientPermissions")
    )
    await room.settle(action)
    room.now += DAY
    await room.arrive(conversation_id=action.conversation_id)
    with pytest.raises(ConflictError, match="gone on"):
        await lifecycle.retry(room.database, **mine(room, action))


async def unknown(room: Mailroom) -> Action:
    """The draft went away between two attempts: nobody can know whether it was sent."""
    action = await approved(room)
    room.deaths.append(Death("drafts.send", after=False))
    await room.execute(action)
    mailbox = room.simulator.mailbox(ANA)
    mailbox.remove_draft(next(iter(mailbox.drafts)))
    assert (await room.settle(action)).state == ActionState.UNKNOWN
    return action


async def test_the_person_is_told_of_what_is_not_known(room: Mailroom, published: list[Job]) -> None:
    action = await unknown(room)
    assert published[-1] == Job(TaskName.SEND_ACTION_NOTIFICATION, (room.user.id, action.id))


async def test_the_person_says_that_it_happened(room: Mailroom) -> None:
    action = await unknown(room)
    for _ in range(2):
        settled = await lifecycle.settle(room.database, happened=True, **mine(room, action))
        assert (settled.state, settled.error) == (ActionState.DONE, None)
    with pytest.raises(ConflictError):
        await lifecycle.settle(room.database, happened=False, **mine(room, action))
    assert (await room.history(action))[-1] == ("action.done", "user")


async def test_the_person_says_that_it_did_not_happen_and_has_it_tried_again(room: Mailroom) -> None:
    action = await unknown(room)
    await lifecycle.settle(room.database, happened=False, **mine(room, action))
    await lifecycle.retry(room.database, **mine(room, action))
    assert (await room.settle(action)).state == ActionState.DONE
    assert len(room.sent()) == 1


async def test_only_what_is_not_known_can_be_settled(room: Mailroom) -> None:
    action = await room.propose_one(decision=ask())
    with pytest.raises(ConflictError):
        await lifecycle.settle(room.database, happened=True, **mine(room, action))
    async with room.database.transaction(room.user.id) as session:
        assert (await repository.counts(session, room.user.id)) == {ActionState.PROPOSED: 1}
