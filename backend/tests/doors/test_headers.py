import re
from http import HTTPStatus

import httpx
import pytest

from app.db.session import Database
from app.doors.cookies import Cookie
from app.web.pages import STATIC_FILES
from tests.doors.house import ANA, House, open_house

PATHS = (
    "/",
    "/sign-in",
    "/sign-in/link?token=t",
    "/queue",
    "/history",
    "/history/set-aside",
    "/settings",
    "/messages/{message}",
    "/messages/{message}/original",
    "/messages/{message}/original/frame",
    "/nowhere",
    "/api/queue",
    "/api/messages",
    "/api/nowhere",
    "/api/openapi.json",
    "/static/style.css",
    "/static/nowhere.css",
)


def _assert_hardened(answer: httpx.Response) -> None:
    headers = answer.headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "base-uri 'none'" in policy
    assert "frame-ancestors 'none'" in policy or answer.url.path.endswith("/frame")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    if not answer.url.path.startswith("/static/"):
        assert headers["cache-control"] == "no-store"


async def test_every_answer_has_its_headers(house: House) -> None:
    message = await house.message(html="<p>Hi</p>")
    browser, _ = await house.signed_in()
    for path in PATHS:
        _assert_hardened(await browser.get(path.format(message=message.id)))
        _assert_hardened(await house.browser().get(path.format(message=message.id)))


async def test_refusals_have_them_too(house: House) -> None:
    browser = house.browser()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Content-Length": "9999999"}):
        answer = await browser.post("/sign-in", data={"email": ANA}, headers=headers)
        assert answer.is_client_error
        _assert_hardened(answer)


async def test_no_page_has_a_script_an_inline_style_or_anything_from_elsewhere(house: House) -> None:
    message = await house.message(html="<p>Hi</p>", quoted_text="Earlier")
    await house.waiting_reply()
    browser, _ = await house.signed_in()
    for path in PATHS[:10]:
        page = (await browser.get(path.format(message=message.id))).text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page), path
        assert not re.search(r'<(?:link|img|iframe|source)[^>]+(?:href|src)="(?!/)', page), path


async def test_static_files_are_kept_and_change_their_address_with_their_content(house: House) -> None:
    page = (await house.browser().get("/sign-in")).text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        answer = await house.browser().get(address)
        assert answer.status_code == HTTPStatus.OK
        assert "max-age=31536000" in answer.headers["cache-control"]
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
    assert {path.suffix for path in STATIC_FILES.iterdir()} <= {".css", ".svg"}


async def test_over_https_cookies_are_bound_to_the_host_and_transport(database: Database) -> None:
    async with open_house(database, base_url="https://answers.example.org") as house:
        browser = house.browser()
        asked = await browser.post("/sign-in", data={"email": ANA})
        pressed = await browser.post("/sign-in/link", data={"token": await house.mailed_token()})
    cookies = asked.headers.get_list("set-cookie") + pressed.headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {f"__Host-{Cookie.BROWSER}", f"__Host-{Cookie.SESSION}"}
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")}
        assert {"httponly", "secure", "samesite=lax", "path=/"} <= attributes
        assert not any(part.startswith("domain") for part in attributes)
    assert "max-age=31536000" in asked.headers["strict-transport-security"]


async def test_over_plain_http_there_is_no_strict_transport(house: House) -> None:
    asked = await house.browser().post("/sign-in", data={"email": ANA})
    assert "strict-transport-security" not in asked.headers
    assert "secure" not in asked.headers["set-cookie"].lower()
    assert "httponly" in asked.headers["set-cookie"].lower()


async def test_the_settings_page_may_lead_to_the_consent_page_and_others_may_not(house: House) -> None:
    browser, _ = await house.signed_in()
    settings = (await browser.get("/settings")).headers["content-security-policy"]
    assert settings.endswith("form-action 'self' https://accounts.google.com")
    assert (await browser.get("/queue")).headers["content-security-policy"].endswith("form-action 'self'")


@pytest.mark.parametrize("scheme_host", ["http://127.0.0.1:8000"])
async def test_redirects_stay_here(house: House, scheme_host: str) -> None:
    browser = house.browser()
    for path in ("/", "//evil.example", "/queue?next=https://evil.example"):
        location = (await browser.get(scheme_host + path)).headers.get("location", "/")
        assert location.startswith("/")
        assert not location.startswith("//")
