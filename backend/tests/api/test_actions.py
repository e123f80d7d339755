"""What a program may do about actions, mailboxes and the installation."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from app.accounts import installation
from app.actions.waiting import SAVED_INSTEAD
from app.db.models import Action, ActionState, AuditEntry, Mailbox, User
from app.db.session import SYSTEM
from app.jobs import Job, TaskName
from tests.doors.house import House
from tests.factories import add_action, add_mailbox, add_message, add_user

DONE: dict[str, Any] = {
    "state": "done",
    "decision": "act",
    "decided_by": "policy",
    "undo": {"add": ["INBOX"], "remove": ["L"]},
}


async def action_of(house: House, user: User | None = None, **over: Any) -> Action:
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, user or house.ana, address=f"{uuid4().hex}@example.org")
        return await add_action(session, await add_message(session, mailbox), **over)


async def post(browser: httpx.AsyncClient, csrf: str, action: Action, verb: str, **body: object) -> httpx.Response:
    return await browser.post(f"/api/actions/{action.id}/{verb}", json=body, headers={"X-CSRF-Token": csrf})


async def test_undoing_retrying_settling_and_putting_off(house: House) -> None:
    browser, csrf = await house.signed_in()
    done = await action_of(house, **DONE)
    assert (await post(browser, csrf, done, "undo")).json()["state"] == "undoing"
    failed = await action_of(house, state="failed", error="It failed.")
    assert (await post(browser, csrf, failed, "retry")).json()["state"] == "approved"
    unknown = await action_of(house, state="unknown", error="Who knows.")
    assert (await post(browser, csrf, unknown, "settle", happened=False)).json()["state"] == "failed"
    waiting = await action_of(house)
    until = (house.clock() + timedelta(days=2)).isoformat()
    assert (await post(browser, csrf, waiting, "postpone", until=until)).json()["not_before"] is not None
    assert (await browser.get("/api/queue")).json() == []
    assert (await post(browser, csrf, waiting, "escalate")).json()["escalated_at"] is not None
    assert [item["action"]["id"] for item in (await browser.get("/api/queue")).json()] == [str(waiting.id)]


async def test_a_reply_is_saved_as_a_draft_once(house: House, published: list[Job]) -> None:
    reply = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    seen = reply.content_hash.hex()
    assert (
        await post(browser, "wrong", reply, "save-as-draft", expected_hash=seen)
    ).status_code == HTTPStatus.FORBIDDEN
    old = await post(browser, csrf, reply, "save-as-draft", expected_hash="0" * 64)
    assert (old.status_code, "changed since" in old.json()["detail"]) == (HTTPStatus.CONFLICT, True)
    first, second = [(await post(browser, csrf, reply, "save-as-draft", expected_hash=seen)).json() for _ in range(2)]
    assert first == second
    assert (first["kind"], first["state"], first["payload"]) == ("draft", "approved", reply.payload)
    assert published == [Job(TaskName.EXECUTE_ACTION, (house.ana.id, UUID(first["id"])))]
    late = await post(browser, csrf, reply, "approve", expected_hash=seen)
    assert (late.status_code, late.json()["detail"]) == (HTTPStatus.CONFLICT, SAVED_INSTEAD)


async def test_what_was_decided_meanwhile_is_not_saved_as_a_draft(house: House) -> None:
    reply = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    await post(browser, csrf, reply, "reject")
    late = await post(browser, csrf, reply, "save-as-draft", expected_hash=reply.content_hash.hex())
    assert (late.status_code, late.json()["detail"]) == (HTTPStatus.CONFLICT, "This was already rejected.")


async def test_what_can_be_undone_says_so(house: House) -> None:
    browser, _ = await house.signed_in()
    cases: list[tuple[dict[str, Any], bool]] = [(DONE, True), ({"state": "done", "kind": "reply"}, False), ({}, False)]
    for over, reversible in cases:
        action = await action_of(house, **over)
        [shown] = (await browser.get(f"/api/messages/{action.message_id}")).json()["actions"]
        assert shown["reversible"] is reversible


async def test_another_s_actions_and_mailboxes_are_not_there(house: House) -> None:
    async with house.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    action = await action_of(house, stranger, **DONE)
    browser, csrf = await house.signed_in()
    bodies: dict[str, dict[str, Any]] = {
        "settle": {"happened": True},
        "postpone": {"until": (house.clock() + timedelta(days=1)).isoformat()},
        "save-as-draft": {"expected_hash": action.content_hash.hex()},
    }
    for verb in ("undo", "retry", "settle", "postpone", "escalate", "save-as-draft"):
        answer = await post(browser, csrf, action, verb, **bodies.get(verb, {}))
        assert answer.status_code == HTTPStatus.NOT_FOUND, verb
        assert (await post(browser, "wrong", action, verb, **bodies.get(verb, {}))).status_code == HTTPStatus.FORBIDDEN
    url, headers = f"/api/mailboxes/{action.mailbox_id}/live", {"X-CSRF-Token": csrf}
    answer = await browser.put(url, json={"live_kinds": ["archive"]}, headers=headers)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert (await house.action(action.id)).state == ActionState.DONE


async def test_a_mailbox_is_switched(house: House) -> None:
    action = await action_of(house)
    browser, csrf = await house.signed_in()
    url, headers = f"/api/mailboxes/{action.mailbox_id}/live", {"X-CSRF-Token": csrf}
    assert (await browser.put(url, json={"live_kinds": ["label"]}, headers=headers)).is_success
    async with house.database.transaction(SYSTEM) as session:
        assert (await session.get_one(Mailbox, action.mailbox_id)).live_kinds == ["label"]
    assert (await browser.put(url, json={"live_kinds": []})).status_code == HTTPStatus.FORBIDDEN
    never = await browser.put(url, json={"live_kinds": ["draft"]}, headers=headers)
    assert (never.status_code, "never happen unasked" in never.text) == (HTTPStatus.BAD_REQUEST, True)


async def test_only_operators_stop_the_installation(house: House) -> None:
    browser, csrf = await house.signed_in()
    headers = {"X-CSRF-Token": csrf}
    refused = await browser.post("/api/installation/pause", headers=headers)
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert (await browser.get("/api/installation")).json() == {"effects_paused": False}
    async with house.database.transaction(SYSTEM) as session:
        (await session.get_one(User, house.ana.id)).is_operator = True
    assert (await browser.post("/api/installation/pause")).status_code == HTTPStatus.FORBIDDEN
    for verb, paused in (("pause", True), ("resume", False)):
        answer = await browser.post(f"/api/installation/{verb}", headers=headers)
        assert answer.json() == {"effects_paused": paused}
        async with house.database.transaction(house.ana.id) as session:
            assert await installation.is_paused(session) is paused
            assert ("The operator has paused" in (await browser.get("/queue")).text) is paused
    async with house.database.transaction(SYSTEM) as session:
        events = set(await session.scalars(select(AuditEntry.event).where(AuditEntry.user_id == house.ana.id)))
    assert {"installation.paused", "installation.resumed"} <= events
