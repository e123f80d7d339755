"""An answer to an invitation that comes too late: it is not sent, whenever that shows, and the person is told why."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from app.actions import lifecycle, requesting
from app.actions.meetings import IS_OVER
from app.db.models import Action, ActionState, Message
from app.errors import ConflictError
from app.mail.invitations import Answer
from app.simulator.faults import Fault, FaultKind
from app.simulator.model import EffectKind
from tests.actions.mailroom import ANA, ERIK, LONG_ENOUGH, Death, Mailroom
from tests.doors.house import open_house

ONCE = "DTSTART;TZID=Europe/Stockholm:20261121T100000\r\nDTEND;TZID=Europe/Stockholm:20261121T110000"
ENDED = datetime(2026, 11, 21, 10, tzinfo=UTC)
WEEKLY = "DTSTART:20261102T090000Z\r\nDTEND:20261102T100000Z\r\nRRULE:FREQ=WEEKLY"
SECOND = timedelta(seconds=1)


def invitation(times: str = ONCE) -> str:
    return (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:m1@example.com\r\nDTSTAMP:20261101T080000Z\r\n"
        f"{times}\r\nSUMMARY:The offer\r\nORGANIZER:mailto:{ERIK}\r\nATTENDEE:mailto:{ANA}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def mine(room: Mailroom, action: Action) -> dict[str, Any]:
    return {"user_id": room.user.id, "action_id": action.id, "clock": room.clock}


async def ask(room: Mailroom, message: Message) -> Action:
    ids: dict[str, Any] = {"user_id": room.user.id, "message_id": message.id, "clock": room.clock}
    return await requesting.rsvp(room.database, answer=Answer.ACCEPTED, **ids)


async def asked(room: Mailroom, times: str = ONCE) -> Action:
    return await ask(room, await room.arrive(calendar=invitation(times)))


async def approved(room: Mailroom, times: str = ONCE) -> Action:
    action = await asked(room, times)
    return await lifecycle.approve(room.database, **mine(room, action))


async def test_approved_when_the_meeting_is_over_it_ends_with_the_reason(room: Mailroom) -> None:
    action = await asked(room)
    room.now = ENDED
    for _ in range(2):
        with pytest.raises(ConflictError, match=IS_OVER):
            await lifecycle.approve(room.database, **mine(room, action))
    ended = await room.row(action)
    assert (ended.state, ended.error, ended.resolved_at) == (ActionState.EXPIRED, IS_OVER, ENDED)
    assert (await room.history(action))[-1] == ("action.expired", "worker")


async def test_until_its_last_moment_it_is_answered(room: Mailroom) -> None:
    action = await asked(room)
    room.now = ENDED - SECOND
    await lifecycle.approve(room.database, **mine(room, action))
    assert (await room.settle(action)).state == ActionState.DONE
    assert len(room.sent()) == 1


async def test_approved_in_time_and_reached_too_late_it_is_not_sent(room: Mailroom) -> None:
    action = await approved(room)
    await room.set_user(effects_paused=True)
    await room.execute(action)
    await room.set_user(effects_paused=False)
    room.now = ENDED
    ended = await room.settle(action)
    assert (ended.state, ended.error) == (ActionState.EXPIRED, IS_OVER)
    assert room.sent() == []
    assert room.effects(EffectKind.DRAFT_CREATED) == []


async def test_the_draft_of_an_attempt_that_was_cut_off_is_removed_when_the_meeting_is_over(room: Mailroom) -> None:
    action = await approved(room)
    room.deaths.append(Death("drafts.send", after=False))
    await room.execute(action)
    assert len(room.simulator.mailbox(ANA).drafts) == 1
    room.now = ENDED + LONG_ENOUGH
    ended = await room.settle(action)
    assert (ended.state, ended.error) == (ActionState.EXPIRED, IS_OVER)
    assert (room.sent(), dict(room.simulator.mailbox(ANA).drafts)) == ([], {})


async def test_what_was_sent_in_time_stays_done_though_its_outcome_shows_late(room: Mailroom) -> None:
    action = await approved(room)
    room.deaths.append(Death("drafts.send", after=True))
    await room.execute(action)
    room.now = ENDED + LONG_ENOUGH
    assert (await room.settle(action)).state == ActionState.DONE
    assert len(room.sent()) == 1


async def test_what_failed_is_not_tried_again_afterwards(room: Mailroom) -> None:
    action = await approved(room)
    room.simulator.faults.add(Fault(FaultKind.ERROR, method="drafts.create", status=400, reason="invalid", times=9))
    assert (await room.settle(action)).state == ActionState.FAILED
    room.simulator.faults.clear()
    room.now = ENDED
    with pytest.raises(ConflictError, match=IS_OVER):
        await lifecycle.retry(room.database, **mine(room, action))
    assert (await room.row(action)).state == ActionState.FAILED


@pytest.mark.parametrize(
    ("rule", "open_still"),
    [
        ("", True),
        (";UNTIL=20261130T090000Z", True),
        (";UNTIL=20261116T090000Z", False),
        (";COUNT=4", True),
        (";COUNT=3", False),
        (";COUNT=4\r\nEXDATE:20261123T090000Z", False),
        (";COUNT=3\r\nRDATE:20261124T090000Z", True),
        (";COUNT=1000000000", True),
    ],
)
async def test_a_series_is_answered_as_long_as_it_goes_on(room: Mailroom, rule: str, *, open_still: bool) -> None:
    message = await room.arrive(calendar=invitation(WEEKLY + rule))
    if not open_still:
        with pytest.raises(ConflictError, match=IS_OVER):
            await ask(room, message)
        return
    action = await ask(room, message)
    await lifecycle.approve(room.database, **mine(room, action))
    assert (await room.settle(action)).state == ActionState.DONE
    assert len(room.sent()) == 1


async def test_a_series_that_ends_meanwhile_is_not_answered(room: Mailroom) -> None:
    action = await approved(room, f"{WEEKLY};COUNT=4")
    room.now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert ((await room.settle(action)).state, room.sent()) == (ActionState.EXPIRED, [])


async def test_both_doors_say_why(room: Mailroom) -> None:
    first, second = await asked(room), await asked(room)
    async with open_house(room.database, room.user) as house:
        browser, csrf = await house.signed_in()
        house.clock.now = ENDED
        form = {"csrf_token": csrf, "expected_hash": first.content_hash.hex()}
        page = await browser.post(f"/actions/{first.id}/approve", data=form)
        assert (page.status_code, IS_OVER in page.text) == (HTTPStatus.CONFLICT, True)
        seen = {"expected_hash": second.content_hash.hex()}
        answer = await browser.post(f"/api/actions/{second.id}/approve", json=seen, headers={"X-CSRF-Token": csrf})
        assert (answer.status_code, answer.json()["detail"]) == (HTTPStatus.CONFLICT, IS_OVER)
        told = (await browser.get(f"/api/messages/{second.message_id}")).json()["actions"]
        assert [(each["state"], each["error"]) for each in told] == [("expired", IS_OVER)]
        for path in (f"/messages/{first.message_id}", "/history?chapter=declined"):
            text = (await browser.get(path)).text
            assert "Expired, nothing was done" in text
            assert IS_OVER in text
            assert "You can ask for it again" not in text
