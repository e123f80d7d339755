import re
from http import HTTPStatus

from sqlalchemy import select

from app.db.models import UserRule
from app.db.session import SYSTEM
from tests.doors.house import House
from tests.factories import add_user


async def test_a_rule_is_shown_tried_switched_on_off_and_deleted(house: House) -> None:
    await house.waiting_reply()
    browser, csrf = await house.signed_in()
    form = {"csrf_token": csrf, "text": "Never answer <b>mail</b> from example.com"}
    assert "was not understood" not in (await browser.get("/settings/rules")).text
    answer = await browser.post("/settings/rules", data={**form, "text": "Never answer mail from example.com"})
    assert answer.is_redirect
    where = answer.headers["location"]
    page = (await browser.get(where)).text
    assert "anybody at example.com" in page
    assert "no reply is prepared or sent" in page
    assert "It is about 1 of them" in page
    assert "No reply would have been prepared." in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    await browser.post(f"{where}/on", data={"csrf_token": csrf, "version": version[1]})
    assert "The rule is on." in (await browser.get("/settings/rules")).text
    await browser.post(f"{where}/off", data={"csrf_token": csrf})
    assert "The rule is off." in (await browser.get("/settings/rules")).text
    await browser.post(where, data=form)
    assert "&lt;b&gt;mail&lt;/b&gt;" in (await browser.get("/settings/rules")).text
    await browser.post(f"{where}/delete", data={"csrf_token": csrf})
    assert "You have no rules yet." in (await browser.get("/settings/rules")).text


async def test_a_change_needs_the_token_and_the_owner(house: House) -> None:
    browser, csrf = await house.signed_in()
    bare = await browser.post("/settings/rules", data={"text": "Archive newsletters"})
    assert bare.status_code == HTTPStatus.FORBIDDEN
    made = await browser.post("/settings/rules", data={"csrf_token": csrf, "text": "Archive newsletters"})
    async with house.database.transaction(SYSTEM) as session:
        other = await add_user(session)
    stranger, token = await house.signed_in(other)
    assert (await stranger.get(made.headers["location"])).status_code == HTTPStatus.NOT_FOUND
    gone = await stranger.post(f"{made.headers['location']}/delete", data={"csrf_token": token})
    assert gone.status_code == HTTPStatus.NOT_FOUND
    empty = await browser.post("/settings/rules", data={"csrf_token": csrf, "text": "   "})
    assert empty.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    async with house.database.transaction(SYSTEM) as session:
        assert len((await session.scalars(select(UserRule))).all()) == 1


async def test_the_same_by_json(house: House) -> None:
    await house.waiting_reply()
    browser, csrf = await house.signed_in()
    headers = {"X-CSRF-Token": csrf}
    text = "Invoices go to Accounting and to Ana for approval"
    assert (await browser.post("/api/rules", json={"text": text})).status_code == HTTPStatus.FORBIDDEN
    made = (await browser.post("/api/rules", json={"text": text}, headers=headers)).json()
    assert (made["state"], made["usable"], made["version"]) == ("draft", True, 1)
    assert "never forwards" in made["not_understood"][0]
    path = f"/api/rules/{made['rule_id']}"
    tried = (await browser.get(f"{path}/trial")).json()
    assert (tried["looked_at"], tried["matched"]) == (1, 0)
    assert made["trial"] == tried, "who writes a rule gets to know what it would have done"
    late = await browser.post(f"{path}/switch", json={"on": True, "version": 2}, headers=headers)
    assert late.status_code == HTTPStatus.CONFLICT
    on = await browser.post(f"{path}/switch", json={"on": True, "version": 1}, headers=headers)
    assert on.json()["state"] == "on"
    again = (await browser.put(path, json={"text": "Archive ads"}, headers=headers)).json()
    assert (again["version"], again["state"]) == (2, "draft")
    assert again["trial"]["looked_at"] == 1
    assert (await browser.delete(path, headers=headers)).status_code == HTTPStatus.NO_CONTENT
    assert (await browser.get("/api/rules")).json() == []
