"""The button that saves a waiting reply as a draft instead."""

from http import HTTPStatus

import httpx
import pytest
from sqlalchemy import select

from app.db.models import Action, ActionState
from app.db.session import SYSTEM
from app.jobs import Job, TaskName
from tests.doors.house import House
from tests.factories import add_user


async def save(browser: httpx.AsyncClient, action: Action, csrf: str, **form: str) -> httpx.Response:
    data = {"csrf_token": csrf, "expected_hash": action.content_hash.hex(), **form}
    return await browser.post(f"/actions/{action.id}/save-as-draft", data=data)


async def drafts(house: House) -> list[Action]:
    async with house.database.transaction(SYSTEM) as session:
        return list(await session.scalars(select(Action).where(Action.kind == "draft")))


@pytest.mark.parametrize("back_to", ["queue", "message"])
async def test_it_is_offered_done_once_and_shown(house: House, published: list[Job], back_to: str) -> None:
    reply = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    path = {"queue": "/queue", "message": f"/messages/{reply.message_id}"}[back_to]
    assert f'action="/actions/{reply.id}/save-as-draft"' in (await browser.get(path)).text
    for _ in range(2):
        answer = await save(browser, reply, csrf, back_to=back_to)
        assert (answer.status_code, answer.headers["location"]) == (HTTPStatus.SEE_OTHER, path)
    [draft] = await drafts(house)
    assert published == [Job(TaskName.EXECUTE_ACTION, (house.ana.id, draft.id))]
    assert "It is saved as a draft in Gmail in a moment." in (await browser.get(path)).text
    page = (await browser.get(f"/messages/{reply.message_id}")).text
    assert "You had this saved as a draft in Gmail instead." in page
    assert "Save this draft in Gmail" in page
    assert "/save-as-draft" not in page


async def test_an_old_view_a_missing_token_and_a_stranger_save_nothing(house: House) -> None:
    async with house.database.transaction(SYSTEM) as session:
        stranger = await add_user(session)
    reply = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    old = await save(browser, reply, csrf, expected_hash="0" * 64)
    assert (old.status_code, "changed since you looked" in old.text) == (HTTPStatus.CONFLICT, True)
    assert (await save(browser, reply, "wrong")).status_code == HTTPStatus.FORBIDDEN
    other, other_csrf = await house.signed_in(stranger)
    assert (await save(other, reply, other_csrf)).status_code == HTTPStatus.NOT_FOUND
    assert (await house.action(reply.id)).state == ActionState.PROPOSED
    await browser.post(f"/actions/{reply.id}/reject", data={"csrf_token": csrf})
    late = await save(browser, reply, csrf)
    assert (late.status_code, "already rejected" in late.text) == (HTTPStatus.CONFLICT, True)
    assert await drafts(house) == []
