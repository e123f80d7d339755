import re
from datetime import timedelta
from http import HTTPStatus

import httpx
import pytest

from app.db.models import Action, ActionState, User
from app.db.session import SYSTEM
from app.jobs import Job, TaskName
from tests.doors.house import ERIK, House
from tests.factories import add_mailbox, add_message, add_user

VERBS = ("approve", "edit", "reject")


async def _decide(browser: httpx.AsyncClient, action: Action, verb: str, csrf: str, **form: str) -> httpx.Response:
    data = {"csrf_token": csrf, "expected_hash": action.content_hash.hex(), **form}
    return await browser.post(f"/actions/{action.id}/{verb}", data=data)


async def _stranger(house: House) -> User:
    async with house.database.transaction(SYSTEM) as session:
        return await add_user(session)


async def test_a_card_tells_what_happens_to_whom_and_why(house: House) -> None:
    action = await house.waiting_reply()
    browser, _ = await house.signed_in()
    text = (await browser.get("/queue")).text
    for part in (
        "Erik Berg &lt;erik@example.com&gt;",
        "Send this reply",
        "Yes, on Friday.",
        "erik@example.com",
        "cc@example.net",
        "Re: The offer",
        "He asks for an answer by Friday.",
        "Medium risk",
        "Fairly sure, 80 %",
        action.content_hash.hex(),
    ):
        assert part in text


async def test_approving_from_the_page_lets_exactly_that_happen(house: House, published: list[Job]) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    page = (await browser.get("/queue")).text
    shown = re.search(r'name="expected_hash" value="([0-9a-f]+)"', page)
    assert shown is not None
    answer = await _decide(browser, action, "approve", csrf, expected_hash=shown[1])
    assert (answer.status_code, answer.headers["location"]) == (HTTPStatus.SEE_OTHER, "/queue")
    assert (await house.action(action.id)).state == ActionState.APPROVED
    assert published == [Job(TaskName.EXECUTE_ACTION, (house.ana.id, action.id))]
    after = (await browser.get("/queue")).text
    assert "The reply goes out in a moment." in after
    assert "Nothing waits for you" in after
    assert "goes out in a moment" not in (await browser.get("/queue")).text


async def test_what_has_changed_since_it_was_shown_is_not_approved(house: House, published: list[Job]) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    answer = await _decide(browser, action, "approve", csrf, expected_hash="0" * 64)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Look again" in answer.text
    assert (await house.action(action.id)).state == ActionState.PROPOSED
    assert published == []


@pytest.mark.parametrize("missing", [{}, {"expected_hash": ""}, {"expected_hash": "zz"}])
async def test_without_saying_what_was_seen_nothing_is_approved(house: House, missing: dict[str, str]) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    answer = await browser.post(f"/actions/{action.id}/approve", data={"csrf_token": csrf, **missing})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (await house.action(action.id)).state == ActionState.PROPOSED


async def test_an_edited_text_is_what_is_approved(house: House) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    answer = await _decide(browser, action, "edit", csrf, body="No.\r\nNot this week.\r\n")
    assert answer.headers["location"] == f"/messages/{action.message_id}"
    after = await house.action(action.id)
    assert after.payload["body"] == "No.\nNot this week.\n"
    assert after.payload["to"] == [ERIK]
    assert after.state == ActionState.APPROVED
    assert after.content_hash != action.content_hash


@pytest.mark.parametrize(("back_to", "page"), [("queue", "/queue"), ("message", "/messages/{}")])
async def test_an_edited_text_may_wait_on(house: House, published: list[Job], back_to: str, page: str) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    answer = await _decide(browser, action, "edit", csrf, body="Not this week.", keep="true", back_to=back_to)
    assert answer.headers["location"] == f"{page.format(action.message_id)}#action-{action.id}"
    assert published == []
    text = (await browser.get(page.format(action.message_id))).text
    for part in ("Kept. It waits with your text", "Edited by you", "Not this week.", f"/actions/{action.id}/approve"):
        assert part in text
    after = await house.action(action.id)
    assert after.state == ActionState.EDITED
    assert (await _decide(browser, action, "approve", csrf)).status_code == HTTPStatus.CONFLICT
    assert (await _decide(browser, after, "approve", csrf)).status_code == HTTPStatus.SEE_OTHER
    assert (await house.action(action.id)).state == ActionState.APPROVED


@pytest.mark.parametrize("body", ["", "  \n", "x" * 20_001])
async def test_a_text_that_cannot_be_sent_changes_nothing(house: House, body: str) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    answer = await _decide(browser, action, "edit", csrf, body=body)
    assert answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    after = await house.action(action.id)
    assert (after.state, after.payload["body"]) == (ActionState.PROPOSED, "Yes, on Friday.")


async def test_rejecting_closes_it(house: House, published: list[Job]) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    answer = await _decide(browser, action, "reject", csrf, back_to="message")
    assert answer.headers["location"] == f"/messages/{action.message_id}"
    assert (await house.action(action.id)).state == ActionState.REJECTED
    assert published == []


async def test_a_second_decision_meets_a_sentence_not_a_crash(house: House) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    await _decide(browser, action, "reject", csrf)
    answer = await _decide(browser, action, "approve", csrf)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "already rejected" in answer.text


async def test_a_newer_message_in_the_conversation_voids_the_approval(house: House, published: list[Job]) -> None:
    action = await house.waiting_reply()
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana, address="second@example.org")
        await add_message(
            session,
            mailbox,
            conversation_id=action.conversation_id,
            received_at=house.clock() + timedelta(minutes=1),
        )
    browser, csrf = await house.signed_in()
    answer = await _decide(browser, action, "approve", csrf)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert published == []


async def test_nothing_is_approved_while_everything_is_paused(house: House, published: list[Job]) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    await browser.post("/settings/pause", data={"csrf_token": csrf, "paused": "true"})
    assert "Everything is paused" in (await browser.get("/queue")).text
    answer = await _decide(browser, action, "approve", csrf)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert published == []


async def test_what_has_expired_is_not_shown(house: House) -> None:
    action = await house.waiting_reply()
    house.clock.now = action.expires_at
    browser, _ = await house.signed_in()
    assert "Nothing waits for you" in (await browser.get("/queue")).text


async def test_a_form_without_the_token_of_the_session_is_refused(house: House) -> None:
    action = await house.waiting_reply()
    browser, _ = await house.signed_in()
    form = {"expected_hash": action.content_hash.hex(), "body": "Anything."}
    for verb in VERBS:
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "wrong"}):
            answer = await browser.post(f"/actions/{action.id}/{verb}", data=form | token)
            assert answer.status_code == HTTPStatus.FORBIDDEN
    assert (await house.action(action.id)).state == ActionState.PROPOSED


async def test_the_token_of_another_session_does_not_count(house: House) -> None:
    action = await house.waiting_reply()
    browser, _ = await house.signed_in()
    _, other_csrf = await house.signed_in()
    assert (await _decide(browser, action, "approve", other_csrf)).status_code == HTTPStatus.FORBIDDEN


async def test_the_action_of_somebody_else_is_not_there(house: House) -> None:
    action = await house.waiting_reply(user=await _stranger(house))
    browser, csrf = await house.signed_in()
    for verb in VERBS:
        answer = await _decide(browser, action, verb, csrf, body="Mine now.")
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert (await house.action(action.id)).state == ActionState.PROPOSED


async def test_decisions_need_a_session_and_are_never_made_by_opening_a_link(house: House) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    query = {"csrf_token": csrf, "expected_hash": action.content_hash.hex()}
    for verb in VERBS:
        assert (await _decide(house.browser(), action, verb, "", body="Hi.")).headers["location"] == "/sign-in"
        opened = await browser.get(f"/actions/{action.id}/{verb}", params=query)
        assert opened.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert (await house.action(action.id)).state == ActionState.PROPOSED


async def test_the_form_decides_where_it_leads_only_among_our_own_pages(house: House) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    answer = await _decide(browser, action, "reject", csrf, back_to="https://evil.example")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "location" not in answer.headers
