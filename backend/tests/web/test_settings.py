import re
from http import HTTPStatus

from sqlalchemy import select

from app.accounts.google import CALLBACK_PATH, SCOPES, Access
from app.db.models import Autonomy, Mailbox, User
from app.db.session import SYSTEM
from tests.doors.house import House
from tests.factories import add_mailbox, add_units


async def test_settings_are_shown_changed_and_shown_again(house: House) -> None:
    browser, csrf = await house.signed_in()
    form = {"csrf_token": csrf, "autonomy": "low", "timezone": "Europe/Stockholm", "digest": "true"}
    assert (await browser.post("/settings", data=form)).is_redirect
    async with house.database.transaction(SYSTEM) as session:
        user = await session.get_one(User, house.ana.id)
    assert (user.autonomy, user.timezone) == (Autonomy.LOW, "Europe/Stockholm")
    assert (user.notices_enabled, user.digest_enabled) == (False, True)
    page = (await browser.get("/settings")).text
    assert "Settings saved." in page
    assert re.search(r'value="low"\s+checked', page)
    assert "<option selected>Europe/Stockholm</option>" in page


async def test_a_settings_form_that_asks_for_the_impossible_is_refused(house: House) -> None:
    browser, csrf = await house.signed_in()
    form = {"csrf_token": csrf, "autonomy": "total", "timezone": "UTC"}
    assert (await browser.post("/settings", data=form)).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    mars = await browser.post("/settings", data={**form, "autonomy": "high", "timezone": "Mars"})
    assert mars.status_code == HTTPStatus.BAD_REQUEST
    assert "no such time zone" in mars.text


async def test_consent_that_was_refused_at_google_is_told(house: House) -> None:
    browser, _ = await house.signed_in()
    answer = await browser.get(CALLBACK_PATH, params={"state": "s", "error": "access_denied"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "consent was not given" in answer.text
    forged = await browser.get(CALLBACK_PATH, params={"state": "forged", "code": "code"})
    assert forged.status_code == HTTPStatus.BAD_REQUEST
    assert "does not belong to this session" in forged.text
    async with house.database.transaction(SYSTEM) as session:
        assert (await session.scalars(select(Mailbox))).all() == []


async def test_a_mailbox_can_be_disconnected_and_is_named_when_it_needs_the_person(house: House) -> None:
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana, state="needs_reconnect", state_reason="The grant is dead.")
    browser, csrf = await house.signed_in()
    assert "is no longer connected" in (await browser.get("/queue")).text
    assert "The grant is dead." in (await browser.get("/settings")).text
    await browser.post(f"/mailboxes/{mailbox.id}/disconnect", data={"csrf_token": csrf})
    page = (await browser.get("/settings")).text
    assert "Mailbox disconnected" in page
    assert "You disconnected this mailbox." in page


async def test_a_mailbox_tells_what_it_spends_and_that_it_only_reads(house: House) -> None:
    browser, _ = await house.signed_in()
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana, granted_scopes=[SCOPES[Access.ACT]])
        await add_units(session, mailbox, "messages.get", calls=60, units=1200)
        await add_units(session, mailbox, "history.list", calls=1, units=2)
    page = (await browser.get("/settings")).text
    assert "1,202 units of Gmail’s quota used today" in page
    assert "messages.get: 1,200 units, 60 calls" in page
    assert "history.list: 2 units, 1 call<" in page
    assert "for reading only" not in page
    async with house.database.transaction(SYSTEM) as session:
        (await session.get_one(Mailbox, mailbox.id)).granted_scopes = [SCOPES[Access.READ]]
    assert "for reading only" in (await browser.get("/settings")).text
