"""How much may happen unasked in numbers, for a program."""

from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import select

from app.db.models import AuditEntry, User
from app.db.session import SYSTEM
from tests.doors.house import House

URL = "/api/limits"
WANTED: dict[str, Any] = {
    "autonomy_by_kind": {"archive": "high", "reply": "low"},
    "send_delay_seconds": 120,
    "daily_sends": 3,
    "daily_changes": 40,
    "changes_at_once": 7,
}


async def test_they_are_told_set_and_told_again(house: House) -> None:
    browser, csrf = await house.signed_in()
    before = (await browser.get(URL)).json()
    assert (before["autonomy_by_kind"], before.keys()) == ({}, WANTED.keys())
    answer = await browser.put(URL, json=WANTED, headers={"X-CSRF-Token": csrf})
    assert (answer.status_code, answer.json()) == (HTTPStatus.OK, WANTED)
    assert (await browser.get(URL)).json() == WANTED
    async with house.database.transaction(SYSTEM) as session:
        user = await session.get_one(User, house.ana.id)
        assert {name: getattr(user, name) for name in WANTED} == WANTED
        assert "limits.changed" in set(await session.scalars(select(AuditEntry.event)))


@pytest.mark.parametrize(
    "over",
    [
        {"send_delay_seconds": 3601},
        {"daily_sends": -1},
        {"daily_changes": 1_000_001},
        {"autonomy_by_kind": {"archive": "total"}},
        {"autonomy_by_kind": {"draft": "high"}},
        {"autonomy_by_kind": {"forward": "high"}},
        {"effects_paused": False},
    ],
    ids=str,
)
async def test_what_makes_no_sense_changes_nothing(house: House, over: dict[str, Any]) -> None:
    browser, csrf = await house.signed_in()
    before = (await browser.get(URL)).json()
    answer = await browser.put(URL, json=WANTED | over, headers={"X-CSRF-Token": csrf})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    part = {name: value for name, value in WANTED.items() if name != "daily_sends"}
    assert (await browser.put(URL, json=part, headers={"X-CSRF-Token": csrf})).is_client_error
    assert (await browser.get(URL)).json() == before


async def test_the_session_and_the_token_are_needed(house: House) -> None:
    browser, _ = await house.signed_in()
    assert (await browser.put(URL, json=WANTED)).status_code == HTTPStatus.FORBIDDEN
    assert (await house.browser().get(URL)).status_code == HTTPStatus.UNAUTHORIZED
    assert (await browser.get(URL)).json()["autonomy_by_kind"] == {}
