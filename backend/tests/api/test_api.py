from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import httpx

from app.accounts.google import SCOPES, Access
from app.db.models import Action, ActionState
from app.db.session import SYSTEM, Database
from app.embedded.servers import EmbeddedServers
from app.jobs import Job, TaskName
from tests.doors.house import ANA, House, open_house
from tests.factories import add_mailbox, add_message, add_units, add_user, add_verdict

READS = ("/api/queue", "/api/mailboxes", "/api/messages", f"/api/messages/{uuid4()}", "/api/auth/session")


async def _decide(
    browser: httpx.AsyncClient, action: Action, verb: str, csrf: str, **over: str | bool
) -> httpx.Response:
    return await browser.post(
        f"/api/actions/{action.id}/{verb}",
        json={"expected_hash": action.content_hash.hex(), "body": "Mine.", **over},
        headers={"X-CSRF-Token": csrf},
    )


async def test_signing_in_and_out_by_json(house: House) -> None:
    browser = house.browser()
    asked = await browser.post("/api/auth/magic-link", json={"email": ANA})
    assert asked.status_code == HTTPStatus.ACCEPTED
    session = (await browser.post("/api/auth/session", json={"token": await house.mailed_token()})).json()
    assert session["email"] == ANA
    assert (await browser.get("/api/auth/session")).json() == session
    refused = await browser.delete("/api/auth/session")
    assert refused.status_code == HTTPStatus.FORBIDDEN
    out = await browser.delete("/api/auth/session", headers={"X-CSRF-Token": session["csrf_token"]})
    assert out.status_code == HTTPStatus.NO_CONTENT
    assert (await browser.get("/api/auth/session")).status_code == HTTPStatus.UNAUTHORIZED


async def test_the_answer_to_a_link_request_is_the_same_for_every_address(house: House) -> None:
    known = await house.browser().post("/api/auth/magic-link", json={"email": ANA})
    unknown = await house.browser().post("/api/auth/magic-link", json={"email": "nobody@example.org"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())


async def test_a_token_from_another_browser_is_refused(house: House) -> None:
    await house.browser().post("/api/auth/magic-link", json={"email": ANA})
    answer = await house.browser().post("/api/auth/session", json={"token": await house.mailed_token()})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "set-cookie" not in answer.headers


async def test_without_a_session_nothing_is_told(house: House) -> None:
    for path in READS:
        answer = await house.browser().get(path)
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
        assert answer.json() == {"detail": "Sign in first."}


async def test_the_queue_tells_what_why_and_how_sure(house: House) -> None:
    action = await house.waiting_reply()
    browser, _ = await house.signed_in()
    (item,) = (await browser.get("/api/queue")).json()
    assert item["action"]["id"] == str(action.id)
    assert item["action"]["content_hash"] == action.content_hash.hex()
    assert item["action"]["payload"]["body"] == "Yes, on Friday."
    assert (item["action"]["risk"], item["action"]["confidence"]) == ("medium", 0.8)
    assert item["action"]["reasons"]
    assert item["message"]["subject"] == "The offer"
    assert item["message"]["verdict"]["category"] == "personal"


async def test_a_message_tells_everything_about_it(house: House) -> None:
    action = await house.waiting_reply(quoted_text="> earlier", hidden_characters=3)
    browser, _ = await house.signed_in()
    message = (await browser.get(f"/api/messages/{action.message_id}")).json()
    assert message["text"].startswith("Hi Ana")
    assert message["quoted_text"] == "> earlier"
    assert message["hidden_characters"] == 3
    assert [one["kind"] for one in message["actions"]] == ["reply"]


async def test_messages_come_in_pages_newest_first_and_by_state(house: House) -> None:
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana)
        for number in range(5):
            await add_message(
                session,
                mailbox,
                subject=f"{number}",
                received_at=house.clock() + timedelta(minutes=number // 2),
                state="quarantined" if number == 0 else "pending",
            )
        await add_verdict(session, await add_message(session, mailbox, subject="last", state="triaged"))
    browser, _ = await house.signed_in()
    seen, before = list[str](), None
    while True:
        page = (await browser.get("/api/messages", params={"limit": 2} | ({"before": before} if before else {}))).json()
        seen += [message["subject"] for message in page["messages"]]
        before = page["next"]
        if before is None:
            break
    assert len(seen) == len(set(seen)) == 6
    assert set(seen[:1]) == {"4"}
    quarantined = (await browser.get("/api/messages", params={"state": "quarantined"})).json()
    assert [message["subject"] for message in quarantined["messages"]] == ["0"]


async def test_a_question_that_makes_no_sense_is_answered_with_where(house: House) -> None:
    browser, _ = await house.signed_in()
    for query in ("state=lost", "limit=0", "limit=1000", "before=x"):
        answer = await browser.get(f"/api/messages?{query}")
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert answer.json()["problems"][0]["where"][1] == query.partition("=")[0]


async def test_approving_lets_it_happen(house: House, published: list[Job]) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    answer = await _decide(browser, action, "approve", csrf)
    assert answer.json()["state"] == "approved"
    assert published == [Job(TaskName.EXECUTE_ACTION, (house.ana.id, action.id))]
    assert (await _decide(browser, action, "approve", csrf)).status_code == HTTPStatus.OK
    assert len(published) == 1


async def test_editing_replaces_the_text(house: House) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    answer = (await _decide(browser, action, "edit", csrf, body="Not this week.")).json()
    assert (answer["state"], answer["payload"]["body"]) == ("approved", "Not this week.")
    assert answer["content_hash"] != action.content_hash.hex()


async def test_an_edited_text_may_wait_on(house: House, published: list[Job]) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    kept = (await _decide(browser, action, "edit", csrf, body="Not this week.", approve=False)).json()
    assert (kept["state"], kept["payload"]["body"]) == ("edited", "Not this week.")
    again = await _decide(browser, action, "edit", csrf, body="Not this week.", approve=False)
    assert again.json() == kept, "the same again"
    [waiting] = (await browser.get("/api/queue")).json()
    assert waiting["action"] == kept
    assert (await _decide(browser, action, "approve", csrf)).status_code == HTTPStatus.CONFLICT
    assert published == []
    seen = {"expected_hash": kept["content_hash"]}
    assert (await _decide(browser, action, "approve", csrf, **seen)).json()["state"] == "approved"


async def test_rejecting_closes_it(house: House) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    assert (await _decide(browser, action, "reject", csrf)).json()["state"] == "rejected"
    conflict = await _decide(browser, action, "approve", csrf)
    assert conflict.status_code == HTTPStatus.CONFLICT
    assert "already rejected" in conflict.json()["detail"]


async def test_what_has_changed_is_a_conflict(house: House) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    answer = await _decide(browser, action, "approve", csrf, expected_hash="0" * 64)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert (await house.action(action.id)).state == ActionState.PROPOSED


async def test_a_cookie_alone_changes_nothing(house: House) -> None:
    action = await house.waiting_reply()
    browser, _ = await house.signed_in()
    seen = {"expected_hash": action.content_hash.hex(), "body": "Mine."}
    for verb in ("approve", "edit", "reject"):
        for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "wrong"}):
            answer = await browser.post(f"/api/actions/{action.id}/{verb}", json=seen, headers=headers)
            assert answer.status_code == HTTPStatus.FORBIDDEN
    assert (await house.action(action.id)).state == ActionState.PROPOSED


async def test_another_tenants_things_are_not_there(house: House) -> None:
    async with house.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    action = await house.waiting_reply(user=stranger, text="secret")
    browser, csrf = await house.signed_in()
    for verb in ("approve", "edit", "reject"):
        assert (await _decide(browser, action, verb, csrf)).status_code == HTTPStatus.NOT_FOUND
    message = await browser.get(f"/api/messages/{action.message_id}")
    assert message.status_code == HTTPStatus.NOT_FOUND
    assert (await browser.get("/api/queue")).json() == []
    assert (await browser.get("/api/messages")).json() == {"messages": [], "next": None}
    leaked = await browser.get("/api/messages", params={"before": str(action.message_id)})
    assert leaked.json()["messages"] == []
    assert (await house.action(action.id)).state == ActionState.PROPOSED


async def test_an_address_that_is_not_there_is_answered_in_json(house: House) -> None:
    answer = await house.browser().get("/api/nowhere")
    assert (answer.status_code, answer.json()) == (
        HTTPStatus.NOT_FOUND,
        {"detail": "There is nothing at this address."},
    )


async def test_a_token_that_is_too_long_is_not_repeated_in_the_answer(house: House) -> None:
    answer = await house.browser().post("/api/auth/session", json={"token": "secret" * 100})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "secret" not in answer.text


async def test_health_tells_which_part_is_out_of_reach(house: House) -> None:
    answer = await house.browser().get("/api/health")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.json() == {"ok": False, "database": True, "broker": False}


async def test_health_is_good_when_both_answer(database: Database, embedded_servers: EmbeddedServers) -> None:
    async with open_house(database, redis_url=embedded_servers.redis_url) as house:
        answer = await house.browser().get("/api/health")
    assert (answer.status_code, answer.json()["ok"]) == (HTTPStatus.OK, True)


async def test_the_mailboxes_tell_their_state_and_what_they_spent(house: House) -> None:
    browser, _ = await house.signed_in()
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana, granted_scopes=[SCOPES[Access.READ]])
        stranger = await add_mailbox(session, await add_user(session))
        await add_units(session, mailbox, "messages.get", calls=3, units=60)
        await add_units(session, mailbox, "history.list", calls=5, units=10)
        await add_units(session, stranger, "messages.get", calls=1, units=20)
    [told] = (await browser.get("/api/mailboxes")).json()
    assert (told["address"], told["state"], told["can_act"]) == (mailbox.address, "active", False)
    assert told["units_today"] == 70
    assert list(told["spent_today"].items()) == [
        ("messages.get", {"calls": 3, "units": 60}),
        ("history.list", {"calls": 5, "units": 10}),
    ]
