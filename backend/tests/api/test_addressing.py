"""Whom a waiting reply goes to and from which address, for a program."""

from http import HTTPStatus
from typing import Any

import httpx
import pytest

from app.db.models import Action, ActionState
from app.db.session import SYSTEM
from tests.doors.house import ANA, ERIK, House
from tests.doors.replies import BO, CIA, IDENTITIES, SALES, reply_among_several
from tests.factories import add_action, add_mailbox, add_message, add_user


async def post(
    browser: httpx.AsyncClient, csrf: str, action: Action, path: str = "addressing", **body: Any
) -> httpx.Response:
    seen = {"expected_hash": action.content_hash.hex()}
    return await browser.post(f"/api/actions/{action.id}/{path}", json=seen | body, headers={"X-CSRF-Token": csrf})


async def test_the_choices_are_told(house: House) -> None:
    action = await reply_among_several(house)
    browser, _ = await house.signed_in()
    assert (await browser.get(f"/api/actions/{action.id}/addressing")).json() == {
        "sender_only": {"to": [ERIK], "cc": []},
        "everyone": {"to": [ERIK], "cc": [BO, CIA]},
        "identities": IDENTITIES,
        "answers_everyone": None,
        "sender": ANA,
    }


async def test_it_is_changed_shown_and_still_waits(house: House) -> None:
    action = await reply_among_several(house)
    browser, csrf = await house.signed_in()
    changed = (await post(browser, csrf, action, everyone=True, sender=SALES)).json()
    assert (changed["state"], changed["payload"]["cc"]) == ("edited", [BO, CIA])
    assert (changed["payload"]["sender"], changed["payload"]["signature"]) == (SALES, IDENTITIES[1]["signature"])
    assert "It would go to 3 addresses." in changed["reasons"]
    assert (await post(browser, csrf, action, everyone=True, sender=SALES)).json() == changed, "the same again"
    told = (await browser.get(f"/api/actions/{action.id}/addressing")).json()
    assert (told["answers_everyone"], told["sender"]) == (True, SALES)
    refused = await post(browser, csrf, action, "approve")
    assert (refused.status_code, "changed since you looked" in refused.text) == (HTTPStatus.CONFLICT, True)
    approved = await post(browser, csrf, action, "approve", expected_hash=changed["content_hash"])
    assert approved.json()["state"] == "approved"
    late = await post(browser, csrf, action, everyone=False, expected_hash=changed["content_hash"])
    assert (late.status_code, late.json()["detail"]) == (HTTPStatus.CONFLICT, "This was already approved.")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"sender": "eve@evil.example"}, HTTPStatus.BAD_REQUEST),
        ({"to": ["eve@evil.example"]}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"cc": ["eve@evil.example"], "everyone": True}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"everyone": "all of them"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"expected_hash": "zz"}, HTTPStatus.UNPROCESSABLE_ENTITY),
    ],
    ids=str,
)
async def test_no_address_can_be_named(house: House, body: dict[str, Any], status: HTTPStatus) -> None:
    action = await reply_among_several(house)
    browser, csrf = await house.signed_in()
    assert (await post(browser, csrf, action, **body)).status_code == status
    assert (await house.action(action.id)).payload == action.payload


async def test_only_its_owner_with_the_token_sees_and_changes_it(house: House) -> None:
    async with house.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
        mailbox = await add_mailbox(session, house.ana)
        archive = await add_action(session, await add_message(session, mailbox))
    action = await reply_among_several(house)
    browser, csrf = await house.signed_in()
    assert (await post(browser, "wrong", action, everyone=True)).status_code == HTTPStatus.FORBIDDEN
    assert (await post(browser, csrf, archive, everyone=True)).status_code == HTTPStatus.BAD_REQUEST
    assert (await browser.get(f"/api/actions/{archive.id}/addressing")).status_code == HTTPStatus.BAD_REQUEST
    other, other_csrf = await house.signed_in(stranger)
    assert (await post(other, other_csrf, action, everyone=True)).status_code == HTTPStatus.NOT_FOUND
    assert (await other.get(f"/api/actions/{action.id}/addressing")).status_code == HTTPStatus.NOT_FOUND
    assert (await house.action(action.id)).state == ActionState.PROPOSED
