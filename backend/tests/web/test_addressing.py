"""The form under a waiting reply: to whom and from which address; the result is shown, and waits."""

import re
from http import HTTPStatus

import httpx
import pytest

from app.db.models import Action, ActionState, Mailbox, User
from app.db.session import SYSTEM
from app.jobs import Job
from tests.doors.house import ANA, ERIK, House
from tests.doors.replies import BO, CIA, SALES, reply_among_several
from tests.factories import add_user


async def change(
    browser: httpx.AsyncClient, action: Action, csrf: str, path: str = "addressing", **form: str
) -> httpx.Response:
    data = {"csrf_token": csrf, "expected_hash": action.content_hash.hex(), **form}
    return await browser.post(f"/actions/{action.id}/{path}", data=data)


def envelope(page: str) -> str:
    found = re.search(r'<div class="letter">\s*<dl class="envelope">(.*?)</dl>', page, re.DOTALL)
    assert found is not None
    return " ".join(re.sub("<[^>]*>", " ", found[1]).split())


@pytest.mark.parametrize("page", ["/queue", "/messages/{}"])
async def test_the_form_offers_what_code_found_and_no_field_to_type_in(house: House, page: str) -> None:
    action = await reply_among_several(house)
    browser, _ = await house.signed_in()
    text = (await browser.get(page.format(action.message_id))).text
    form = re.search(rf'<form method="post" action="/actions/{action.id}/addressing".*?</form>', text, re.DOTALL)
    assert form is not None
    for part in (ERIK, f"{ERIK}; Cc {BO}, {CIA}", f'value="{SALES}"', "The shop &lt;sales@example.org&gt;"):
        assert part in form[0]
    assert not re.search(r'<textarea|<input(?! type="(?:hidden|radio)")', form[0])


async def test_what_comes_of_it_is_shown_before_it_is_approved(house: House, published: list[Job]) -> None:
    action = await reply_among_several(house)
    browser, csrf = await house.signed_in()
    answer = await change(browser, action, csrf, everyone="true", sender=SALES)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert answer.headers["location"] == f"/messages/{action.message_id}#action-{action.id}"
    page = (await browser.get(f"/messages/{action.message_id}")).text
    assert envelope(page).startswith(f"From The shop &lt;{SALES}&gt; To {ERIK} Cc {BO}, {CIA} Subject")
    assert "The shop, open from nine" in page
    assert "It would go to 3 addresses." in page
    assert "Changed. Look at whom it goes to" in page
    after = await house.action(action.id)
    assert after.content_hash.hex() in page
    assert (after.state, published) == (ActionState.EDITED, [])
    assert "Edited by you" in page


async def test_the_view_of_before_approves_nothing(house: House, published: list[Job]) -> None:
    action = await reply_among_several(house)
    browser, csrf = await house.signed_in()
    await change(browser, action, csrf, everyone="true")
    answer = await change(browser, action, csrf, "approve")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "This has changed since you looked at it." in answer.text
    assert published == []
    seen = await house.action(action.id)
    assert (await change(browser, seen, csrf, "approve")).status_code == HTTPStatus.SEE_OTHER
    assert (await house.action(action.id)).state == ActionState.APPROVED


async def test_after_the_approval_it_is_too_late(house: House) -> None:
    action = await reply_among_several(house)
    browser, csrf = await house.signed_in()
    await change(browser, action, csrf, "approve")
    answer = await change(browser, action, csrf, everyone="true")
    assert (answer.status_code, "already approved" in answer.text) == (HTTPStatus.CONFLICT, True)
    assert (await house.action(action.id)).payload == action.payload
    assert f"/actions/{action.id}/addressing" not in (await browser.get(f"/messages/{action.message_id}")).text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"sender": "eve@evil.example"}, HTTPStatus.BAD_REQUEST),
        ({"sender": "x" * 300}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"everyone": "eve@evil.example"}, HTTPStatus.UNPROCESSABLE_ENTITY),
    ],
)
async def test_nothing_can_be_typed_in(house: House, form: dict[str, str], status: HTTPStatus) -> None:
    action = await reply_among_several(house)
    browser, csrf = await house.signed_in()
    assert (await change(browser, action, csrf, **form)).status_code == status
    assert (await change(browser, action, csrf, to="eve@evil.example", cc="eve@evil.example")).is_redirect
    assert (await house.action(action.id)).payload == action.payload


async def test_only_its_owner_with_the_token_changes_it(house: House) -> None:
    async with house.database.transaction(SYSTEM) as session:
        stranger: User = await add_user(session)
    action = await reply_among_several(house)
    browser, _ = await house.signed_in()
    assert (await change(browser, action, "wrong", everyone="true")).status_code == HTTPStatus.FORBIDDEN
    other, other_csrf = await house.signed_in(stranger)
    assert (await change(other, action, other_csrf, everyone="true")).status_code == HTTPStatus.NOT_FOUND
    assert (await house.action(action.id)).payload == action.payload


async def test_an_address_that_was_taken_away_can_be_replaced_by_the_only_one_left(house: House) -> None:
    action = await reply_among_several(house)
    browser, csrf = await house.signed_in()
    await change(browser, action, csrf, sender=SALES)
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await session.get_one(Mailbox, action.mailbox_id)
        mailbox.send_as = mailbox.send_as[:1]
    seen = await house.action(action.id)
    refused = await change(browser, seen, csrf, "approve")
    assert (refused.status_code, "no longer lists" in refused.text) == (HTTPStatus.CONFLICT, True)
    assert f'value="{ANA}"' in (await browser.get("/queue")).text
    await change(browser, seen, csrf, sender=ANA)
    seen = await house.action(action.id)
    assert (await change(browser, seen, csrf, "approve")).status_code == HTTPStatus.SEE_OTHER


async def test_where_there_is_nothing_to_choose_nothing_is_offered(house: House) -> None:
    action = await house.waiting_reply()
    browser, _ = await house.signed_in()
    assert f"/actions/{action.id}/addressing" not in (await browser.get("/queue")).text
