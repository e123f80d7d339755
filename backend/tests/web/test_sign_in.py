from datetime import timedelta
from email import message_from_bytes
from http import HTTPStatus

import httpx
import pytest

from app.accounts import magic_links
from app.accounts.magic_links import LIFETIME
from app.accounts.own_mail import is_own_mail
from app.doors.cookies import Cookie
from app.main import TRIES, TRIES_WINDOW
from tests.doors.house import ANA, House


async def _ask(browser: httpx.AsyncClient, email: str = ANA) -> httpx.Response:
    return await browser.post("/sign-in", data={"email": email})


async def _press(browser: httpx.AsyncClient, token: str) -> httpx.Response:
    return await browser.post("/sign-in/link", data={"token": token})


async def test_from_the_address_to_the_queue(house: House) -> None:
    browser = house.browser()
    assert (await browser.get("/")).headers["location"] == "/sign-in"
    assert "Look at your mail" in (await _ask(browser)).text
    token = await house.mailed_token()
    assert f'value="{token}"' in (await browser.get("/sign-in/link", params={"token": token})).text
    pressed = await _press(browser, token)
    assert (pressed.status_code, pressed.headers["location"]) == (HTTPStatus.SEE_OTHER, "/queue")
    assert (await browser.get("/queue")).status_code == HTTPStatus.OK
    assert (await browser.get("/sign-in")).headers["location"] == "/queue"


async def test_opening_the_link_any_number_of_times_does_not_use_it_up(house: House) -> None:
    browser, scanner = house.browser(), house.browser()
    await _ask(browser)
    token = await house.mailed_token()
    for _ in range(3):
        opened = await scanner.get("/sign-in/link", params={"token": token})
        assert opened.status_code == HTTPStatus.OK
        assert "set-cookie" not in opened.headers
    await scanner.head("/sign-in/link", params={"token": token})
    assert (await _press(browser, token)).status_code == HTTPStatus.SEE_OTHER


async def test_a_scanner_that_presses_the_button_gets_nothing(house: House) -> None:
    browser, scanner = house.browser(), house.browser()
    await _ask(browser)
    token = await house.mailed_token()
    pressed = await _press(scanner, token)
    assert pressed.status_code == HTTPStatus.FORBIDDEN
    assert "another browser" in pressed.text
    assert Cookie.SESSION not in scanner.cookies
    assert (await _press(browser, token)).status_code == HTTPStatus.SEE_OTHER


async def test_a_link_works_once(house: House) -> None:
    browser = house.browser()
    await _ask(browser)
    token = await house.mailed_token()
    await _press(browser, token)
    assert (await _press(browser, token)).status_code == HTTPStatus.FORBIDDEN


async def test_a_link_is_void_after_its_time(house: House) -> None:
    browser = house.browser()
    await _ask(browser)
    token = await house.mailed_token()
    house.clock.advance(LIFETIME + timedelta(seconds=1))
    assert (await _press(browser, token)).status_code == HTTPStatus.FORBIDDEN


async def test_the_link_of_the_command_line_needs_the_button_too(house: House) -> None:
    token = await magic_links.issue(house.database, user_id=house.ana.id, browser_token=None, clock=house.clock)
    browser = house.browser()
    await browser.get("/sign-in/link", params={"token": token})
    assert (await browser.get("/queue")).headers["location"] == "/sign-in"
    await _press(browser, token)
    assert (await browser.get("/queue")).status_code == HTTPStatus.OK


async def test_the_answer_is_the_same_whether_the_address_exists(house: House) -> None:
    known, unknown = await _ask(house.browser()), await _ask(house.browser(), "nobody@example.org")
    assert known.status_code == unknown.status_code
    assert known.text == unknown.text
    assert set(known.headers) == set(unknown.headers)
    assert len(await house.sink.wait_for(1)) == 1


@pytest.mark.parametrize("email", ["", "not an address", "a" * 400, "eve@example.org\r\nBcc: ana@example.org"])
async def test_what_is_no_address_of_a_user_sends_nothing(house: House, email: str) -> None:
    await _ask(house.browser(), email)
    assert house.sink.messages() == []


async def test_the_mail_is_known_as_our_own(house: House) -> None:
    await _ask(house.browser())
    mail = message_from_bytes((await house.sink.wait_for(1))[0].raw)
    assert is_own_mail(house.app.state.resources.vault, mail["Message-ID"])


async def test_one_source_is_stopped_after_too_many_tries_and_another_is_not(house: House) -> None:
    browser = house.browser()
    for _ in range(TRIES):
        assert (await _press(browser, "guess")).status_code == HTTPStatus.FORBIDDEN
    stopped = await _ask(browser)
    assert stopped.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert stopped.headers["retry-after"]
    assert "quarter of an hour" in stopped.text
    assert (await _ask(house.browser(client=("198.51.100.7", 1)))).status_code == HTTPStatus.OK
    house.clock.advance(TRIES_WINDOW)
    assert (await _ask(browser)).status_code == HTTPStatus.OK


async def test_signing_in_again_ends_the_session_before(house: House) -> None:
    browser, _ = await house.signed_in()
    old = browser.cookies[Cookie.SESSION]
    token = await magic_links.issue(house.database, user_id=house.ana.id, browser_token=None, clock=house.clock)
    await _press(browser, token)
    other = house.browser()
    other.cookies.set(Cookie.SESSION, old)
    assert (await other.get("/queue")).headers["location"] == "/sign-in"


async def test_signing_out_ends_the_session_on_the_server(house: House) -> None:
    browser, csrf = await house.signed_in()
    stolen = house.browser()
    stolen.cookies.set(Cookie.SESSION, browser.cookies[Cookie.SESSION])
    out = await browser.post("/sign-out", data={"csrf_token": csrf})
    assert out.headers["location"] == "/sign-in"
    assert "You are signed out." in (await browser.get("/sign-in")).text
    assert (await stolen.get("/queue")).headers["location"] == "/sign-in"


async def test_signing_out_everywhere_ends_the_other_sessions_too(house: House) -> None:
    here, csrf = await house.signed_in()
    there, _ = await house.signed_in()
    await here.post("/sign-out/everywhere", data={"csrf_token": csrf})
    assert (await there.get("/queue")).headers["location"] == "/sign-in"
