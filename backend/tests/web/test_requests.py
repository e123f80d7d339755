"""The forms beside a message: each wish once, for its owner alone, and every mistake in one plain sentence."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus

import httpx
import pytest
from sqlalchemy import select

from app.actions.closing import expire_due
from app.db.models import Action, ActionState, Message
from app.db.session import SYSTEM
from tests.doors.house import House
from tests.doors.wishes import EVERYTHING, OVER, WISHES, Wish
from tests.factories import add_mailbox, add_message, add_user

EACH = pytest.mark.parametrize("wish", WISHES, ids=[wish.verb for wish in WISHES])


async def ask(
    browser: httpx.AsyncClient, message: Message, verb: str, csrf: str, form: dict[str, str]
) -> httpx.Response:
    return await browser.post(f"/messages/{message.id}/{verb}", data={"csrf_token": csrf, **form})


async def of_kind(house: House, message: Message, kind: str) -> Sequence[Action]:
    async with house.database.transaction(SYSTEM) as session:
        query = select(Action).where(Action.message_id == message.id, Action.kind == kind)
        return (await session.scalars(query)).all()


async def everything(house: House) -> Sequence[Action]:
    async with house.database.transaction(SYSTEM) as session:
        return (await session.scalars(select(Action))).all()


@EACH
async def test_what_is_asked_for_stands_beside_the_message(house: House, wish: Wish) -> None:
    message = await house.message(**EVERYTHING)
    browser, csrf = await house.signed_in()
    assert f'action="/messages/{message.id}/{wish.verb}"' in (await browser.get(f"/messages/{message.id}")).text
    answer = await ask(browser, message, wish.verb, csrf, wish.form)
    [action] = await of_kind(house, message, wish.verb)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert answer.headers["location"] == f"/messages/{message.id}#action-{action.id}"
    assert (action.state, action.requested) == (wish.state, True)
    page = (await browser.get(f"/messages/{message.id}")).text
    assert f'id="action-{action.id}"' in page
    assert ("Prepared. Look at it" in page) is (wish.state == "proposed")


@EACH
async def test_a_form_sent_twice_is_one_wish(house: House, wish: Wish) -> None:
    message = await house.message(**EVERYTHING)
    browser, csrf = await house.signed_in()
    answers = await asyncio.gather(*(ask(browser, message, wish.verb, csrf, wish.form) for _ in range(3)))
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(await of_kind(house, message, wish.verb)) == 1


@EACH
async def test_nothing_is_asked_on_another_s_message_nor_without_the_token(house: House, wish: Wish) -> None:
    async with house.database.transaction(SYSTEM) as session:
        theirs = await add_message(session, await add_mailbox(session, await add_user(session)), **EVERYTHING)
    own = await house.message(**EVERYTHING)
    browser, csrf = await house.signed_in()
    refused = await ask(browser, theirs, wish.verb, csrf, wish.form)
    assert (refused.status_code, "There is no such message." in refused.text) == (HTTPStatus.NOT_FOUND, True)
    assert (await ask(browser, own, wish.verb, "wrong", wish.form)).status_code == HTTPStatus.FORBIDDEN
    assert (await ask(house.browser(), own, wish.verb, csrf, wish.form)).headers["location"] == "/sign-in"
    assert await everything(house) == []


NO_TIME = "This is no time that can be read."
NOT_NOW = "Choose a time in the future, within a year."


@pytest.mark.parametrize(
    ("verb", "form", "sentence"),
    [
        ("snooze", {}, NO_TIME),
        ("snooze", {"until": "soon"}, NO_TIME),
        ("snooze", {"until": "x" * 5_000}, NO_TIME),
        ("snooze", {"until": "2026-12-01T08:00+14:00"}, NO_TIME),
        ("snooze", {"until": "2020-01-01T08:00"}, NOT_NOW),
        ("remind", {"at": ""}, NO_TIME),
        ("forward", {}, "Name between one and 10 addresses."),
        ("forward", {"to": " ; ,"}, "Name between one and 10 addresses."),
        ("forward", {"to": "bo"}, "is not a mail address that can be written to"),
        ("forward", {"to": "bo@example.net\r\nBcc: cy@example.net"}, "is not a mail address that can be written to"),
        ("forward", {"to": ",".join(f"a{i}@example.net" for i in range(11))}, "Name between one and 10 addresses."),
        ("forward", {"to": "bo@example.net", "note": "x" * 5_001}, "A note has at most 5,000 characters."),
        ("rsvp", {"answer": "perhaps"}, "not in the form that was expected"),
        ("rsvp", {"answer": "accepted"}, "no invitation to you"),
        ("unsubscribe", {}, "names no way to unsubscribe"),
    ],
)
async def test_a_mistake_is_said_in_one_sentence_with_the_way_back(
    house: House, verb: str, form: dict[str, str], sentence: str
) -> None:
    message = await house.message()
    browser, csrf = await house.signed_in()
    answer = await ask(browser, message, verb, csrf, form)
    assert answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert sentence in answer.text
    assert f'<a href="/messages/{message.id}">Back to the message</a>' in answer.text
    assert await everything(house) == []


async def test_a_form_that_could_only_fail_is_not_offered(house: House) -> None:
    to_another = EVERYTHING["calendar"].replace("ana@example.org", "bo@example.org")
    message = await house.message(calendar=to_another, headers={"list-unsubscribe": ["<http://list.example.net>"]})
    browser, _ = await house.signed_in()
    page = (await browser.get(f"/messages/{message.id}")).text
    assert f"/messages/{message.id}/rsvp" not in page
    assert f"/messages/{message.id}/unsubscribe" not in page
    assert f"/messages/{message.id}/snooze" in page


async def test_a_meeting_that_is_over_cannot_be_answered(house: House) -> None:
    message = await house.message(calendar=OVER)
    browser, csrf = await house.signed_in()
    assert f"/messages/{message.id}/rsvp" not in (await browser.get(f"/messages/{message.id}")).text
    answer = await ask(browser, message, "rsvp", csrf, {"answer": "accepted"})
    assert (answer.status_code, "This meeting is over" in answer.text) == (HTTPStatus.CONFLICT, True)
    assert await everything(house) == []


async def test_the_time_is_read_on_the_person_s_own_clock(house: House) -> None:
    message = await house.message()
    browser, csrf = await house.signed_in()
    await browser.post("/settings", data={"csrf_token": csrf, "autonomy": "medium", "timezone": "Asia/Tokyo"})
    page = (await browser.get(f"/messages/{message.id}")).text
    assert 'value="2026-11-21T08:00"' in page
    assert "by the clock of Asia/Tokyo" in page
    await ask(browser, message, "snooze", csrf, {"until": "2026-11-21T08:00"})
    [snooze] = await of_kind(house, message, "snooze")
    assert snooze.payload["until"].startswith("2026-11-20T23:00")


@pytest.mark.parametrize(
    ("timezone", "moment"), [("Asia/Tokyo", "0001-01-01T00:00"), ("Pacific/Honolulu", "9999-12-31T23:59")]
)
async def test_a_time_beyond_the_calendar_is_refused_too(house: House, timezone: str, moment: str) -> None:
    message = await house.message()
    browser, csrf = await house.signed_in()
    await browser.post("/settings", data={"csrf_token": csrf, "autonomy": "medium", "timezone": timezone})
    answer = await ask(browser, message, "remind", csrf, {"at": moment})
    assert (answer.status_code, NO_TIME in answer.text) == (HTTPStatus.BAD_REQUEST, True)


async def waiting_wish(house: House, wish: Wish) -> Action:
    """A wish that still waits for the person; also of a kind that is otherwise done at once."""
    message = await house.message(**EVERYTHING)
    browser, csrf = await house.signed_in()
    await ask(browser, message, wish.verb, csrf, wish.form)
    [made] = await of_kind(house, message, wish.verb)
    async with house.database.transaction(SYSTEM) as session:
        (await session.get_one(Action, made.id)).state = ActionState.PROPOSED
    return made


@EACH
@pytest.mark.parametrize("swept", [True, False], ids=["swept", "not swept yet"])
async def test_what_has_expired_says_so_cannot_be_approved_and_can_be_asked_again(
    house: House, wish: Wish, *, swept: bool
) -> None:
    action = await waiting_wish(house, wish)
    house.clock.now = action.expires_at
    if swept:
        async with house.database.transaction(SYSTEM) as session:
            await expire_due(session, now=house.clock())
    browser, csrf = await house.signed_in()
    page = (await browser.get(f"/messages/{action.message_id}")).text
    assert "Expired, nothing was done" in page
    assert "You can ask for it again below." in page
    assert f"/actions/{action.id}/approve" not in page
    assert str(action.id) not in (await browser.get("/queue")).text
    refused = await browser.post(
        f"/actions/{action.id}/approve", data={"csrf_token": csrf, "expected_hash": action.content_hash.hex()}
    )
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "This has expired; nothing was done. Ask for it again beside the message" in refused.text
    assert (await house.action(action.id)).state == ActionState.EXPIRED
    message = await house.shown_message(action.message_id)
    form = {name: _later(house) if name in {"until", "at"} else value for name, value in wish.form.items()}
    assert (await ask(browser, message, wish.verb, csrf, form)).status_code == HTTPStatus.SEE_OTHER
    again = [each for each in await of_kind(house, message, wish.verb) if each.id != action.id]
    assert [each.state for each in again] == [wish.state]


@EACH
async def test_asked_again_before_the_sweeper_came_the_old_one_is_over(house: House, wish: Wish) -> None:
    action = await waiting_wish(house, wish)
    house.clock.now = action.expires_at
    browser, csrf = await house.signed_in()
    message = await house.shown_message(action.message_id)
    form = {name: _later(house) if name in {"until", "at"} else value for name, value in wish.form.items()}
    await ask(browser, message, wish.verb, csrf, form)
    states = {each.id: each.state for each in await of_kind(house, message, wish.verb)}
    assert states.pop(action.id) == (ActionState.EXPIRED if wish.state == "proposed" else ActionState.PROPOSED)
    assert list(states.values()) == [wish.state]


def _later(house: House) -> str:
    return f"{house.clock() + timedelta(days=2):%Y-%m-%dT%H:%M}"
