from http import HTTPStatus

import pytest

from app.doors.guard import LARGEST_BODY
from tests.doors.house import ANA, House

FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:9000"},
    {"Origin": "null"},
)
OWN: tuple[dict[str, str], ...] = (
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://127.0.0.1:8000"},
)


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/link", "/api/auth/magic-link"])
async def test_another_site_cannot_ask_for_changes(house: House, path: str) -> None:
    for headers in FOREIGN:
        answer = await house.browser().post(path, data={"email": ANA, "token": "t"}, headers=headers)
        assert answer.status_code == HTTPStatus.FORBIDDEN
    assert house.sink.messages() == []


async def test_our_own_pages_and_programs_can(house: House) -> None:
    for headers in OWN:
        answer = await house.browser().post("/sign-in", data={"email": ANA}, headers=headers)
        assert answer.status_code == HTTPStatus.OK


async def test_a_link_from_another_site_may_be_followed(house: House) -> None:
    answer = await house.browser().get("/sign-in", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == HTTPStatus.OK


async def test_a_body_without_measure_is_not_read(house: House) -> None:
    browser = house.browser()
    large = await browser.post("/sign-in", content=b"x" * (LARGEST_BODY + 1))
    assert large.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    async def endless() -> object:
        raise AssertionError("the body was read")
        yield b""

    unmeasured = await browser.post(
        "/sign-in",
        content=endless(),  # pyright: ignore[reportArgumentType] - it must not be asked for anything
        headers={"Transfer-Encoding": "chunked"},
    )
    assert unmeasured.status_code == HTTPStatus.LENGTH_REQUIRED
