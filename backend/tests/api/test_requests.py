"""What a program may ask for on a message: each wish once, for its owner alone."""

import asyncio
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from app.actions.closing import expire_due
from app.db.models import Action, ActionState, Message
from app.db.session import SYSTEM
from tests.doors.house import House
from tests.doors.wishes import EVERYTHING, LATER, OVER, WISHES, Wish
from tests.factories import add_mailbox, add_message, add_user

EACH = pytest.mark.parametrize("wish", WISHES, ids=[wish.verb for wish in WISHES])
IDENTITIES = [
    {"address": "ana@example.org", "name": "Ana", "signature": ""},
    {"address": "sales@example.org", "name": "The shop", "signature": "The shop"},
]


async def ask(
    browser: httpx.AsyncClient, message: Message, verb: str, csrf: str, body: dict[str, Any]
) -> httpx.Response:
    return await browser.post(f"/api/messages/{message.id}/{verb}", json=body, headers={"X-CSRF-Token": csrf})


@EACH
async def test_what_is_asked_for_comes_back_and_the_same_again_is_the_same(house: House, wish: Wish) -> None:
    message = await house.message(**EVERYTHING)
    browser, csrf = await house.signed_in()
    answers = await asyncio.gather(*(ask(browser, message, wish.verb, csrf, wish.body) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [HTTPStatus.OK] * 3
    [(kind, state, _)] = {(made["kind"], made["state"], made["id"]) for made in (each.json() for each in answers)}
    assert (kind, state) == (wish.verb, wish.state)


@EACH
async def test_another_s_message_is_not_there_and_the_token_is_needed(house: House, wish: Wish) -> None:
    async with house.database.transaction(SYSTEM) as session:
        theirs = await add_message(session, await add_mailbox(session, await add_user(session)), **EVERYTHING)
    own = await house.message(**EVERYTHING)
    browser, csrf = await house.signed_in()
    assert (await ask(browser, theirs, wish.verb, csrf, wish.body)).status_code == HTTPStatus.NOT_FOUND
    assert (await ask(browser, own, wish.verb, "wrong", wish.body)).status_code == HTTPStatus.FORBIDDEN
    assert (await ask(house.browser(), own, wish.verb, csrf, wish.body)).status_code == HTTPStatus.UNAUTHORIZED
    async with house.database.transaction(SYSTEM) as session:
        assert (await session.scalars(select(Action))).all() == []


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("snooze", {}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ("snooze", {"until": "2026-12-01T08:00"}, HTTPStatus.UNPROCESSABLE_ENTITY),  # whose eight o'clock?
        ("snooze", {"until": "9999-12-31T23:59:59-12:00"}, HTTPStatus.BAD_REQUEST),
        ("remind", {"at": "0001-01-01T00:00:00+14:00"}, HTTPStatus.BAD_REQUEST),
        ("forward", {"to": []}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ("forward", {"to": ["a@example.net"] * 11}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ("forward", {"to": ["bo@example.net\nBcc: cy@example.net"]}, HTTPStatus.BAD_REQUEST),
        ("forward", {"to": ["bo@example.net"], "note": "x" * 5_001}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ("rsvp", {"answer": "perhaps"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ("rsvp", {"answer": "accepted"}, HTTPStatus.BAD_REQUEST),
        ("unsubscribe", {}, HTTPStatus.BAD_REQUEST),
    ],
)
async def test_rubbish_makes_nothing(house: House, verb: str, body: dict[str, Any], status: HTTPStatus) -> None:
    message = await house.message()
    browser, csrf = await house.signed_in()
    assert (await ask(browser, message, verb, csrf, body)).status_code == status
    assert (await browser.get(f"/api/messages/{message.id}")).json()["actions"] == []


async def test_a_meeting_that_is_over_cannot_be_answered(house: House) -> None:
    message = await house.message(calendar=OVER)
    browser, csrf = await house.signed_in()
    answer = await ask(browser, message, "rsvp", csrf, {"answer": "accepted"})
    assert (answer.status_code, "This meeting is over" in answer.json()["detail"]) == (HTTPStatus.CONFLICT, True)
    assert (await browser.get(f"/api/messages/{message.id}")).json()["actions"] == []


@pytest.mark.parametrize(
    ("send_as", "addressed", "sender"),
    [
        (IDENTITIES, "sales@example.org", "sales@example.org"),
        (IDENTITIES[:1], "sales@example.org", "ana@example.org"),  # taken away since
        (IDENTITIES, "stranger@example.com", "ana@example.org"),  # never was the user's
    ],
)
async def test_it_leaves_only_from_an_address_that_is_still_the_user_s(
    house: House, send_as: list[dict[str, str]], addressed: str, sender: str
) -> None:
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana, send_as=send_as)
        message = await add_message(session, mailbox, to=[addressed], recipients=[addressed])
    browser, csrf = await house.signed_in()
    made = (await ask(browser, message, "forward", csrf, {"to": ["bo@example.net"]})).json()
    assert (made["state"], made["payload"]["sender"]) == ("proposed", sender)


async def test_nothing_is_begun_while_everything_is_paused(house: House) -> None:
    message = await house.message()
    browser, csrf = await house.signed_in()
    async with house.database.transaction(SYSTEM) as session:
        (await session.get_one(type(house.ana), house.ana.id)).effects_paused = True
    answer = await ask(browser, message, "snooze", csrf, {"until": LATER.isoformat()})
    assert (answer.status_code, "paused" in answer.text) == (HTTPStatus.CONFLICT, True)


@EACH
@pytest.mark.parametrize("swept", [True, False], ids=["swept", "not swept yet"])
async def test_what_has_expired_says_so_cannot_be_approved_and_can_be_asked_again(
    house: House, wish: Wish, *, swept: bool
) -> None:
    message = await house.message(**EVERYTHING)
    browser, csrf = await house.signed_in()
    made = (await ask(browser, message, wish.verb, csrf, wish.body)).json()
    async with house.database.transaction(SYSTEM) as session:
        action = await session.get_one(Action, UUID(made["id"]))
        action.state = ActionState.PROPOSED
    house.clock.now = action.expires_at
    if swept:
        async with house.database.transaction(SYSTEM) as session:
            await expire_due(session, now=house.clock())
    browser, csrf = await house.signed_in()
    shown = (await browser.get(f"/api/messages/{message.id}")).json()["actions"]
    assert [each["state"] for each in shown if each["id"] == made["id"]] == ["expired"]
    assert made["id"] not in (await browser.get("/api/queue")).text
    refused = await browser.post(
        f"/api/actions/{made['id']}/approve",
        json={"expected_hash": made["content_hash"]},
        headers={"X-CSRF-Token": csrf},
    )
    assert (refused.status_code, refused.json()["detail"]) == (
        HTTPStatus.CONFLICT,
        "This has expired; nothing was done. Ask for it again beside the message, if you still want it.",
    )
    later = (house.clock() + timedelta(days=2)).isoformat()
    body = {name: later if name in {"until", "at"} else value for name, value in wish.body.items()}
    again = (await ask(browser, message, wish.verb, csrf, body)).json()
    assert again["state"] == wish.state
    assert again["id"] != made["id"]


@pytest.mark.parametrize("verb", ["postpone", "escalate"])
async def test_what_has_expired_is_neither_put_off_nor_raised(house: House, verb: str) -> None:
    message = await house.message(**EVERYTHING)
    browser, csrf = await house.signed_in()
    made = (await ask(browser, message, "forward", csrf, {"to": ["bo@example.net"]})).json()
    house.clock.now = datetime.fromisoformat(made["expires_at"])
    browser, csrf = await house.signed_in()
    answer = await browser.post(
        f"/api/actions/{made['id']}/{verb}",
        json={"until": (house.clock() + timedelta(days=1)).isoformat()},
        headers={"X-CSRF-Token": csrf},
    )
    assert (answer.status_code, "has expired" in answer.text) == (HTTPStatus.CONFLICT, True)
