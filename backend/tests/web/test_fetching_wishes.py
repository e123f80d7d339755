"""What a person may say of fetching: try one message, leave one, stop the older mail, and see what a window lacks."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.db.models import FetchFailure, Mailbox, WalkKind
from app.db.session import SYSTEM
from app.jobs import Job, TaskName
from tests.doors.house import House
from tests.factories import NOON
from tests.web.fetching_rows import FAILED, add_failure, add_walk, connected, walks_of

OTHER = "18c0ffef"


async def failure(house: House, provider_message_id: str = FAILED) -> FetchFailure:
    async with house.database.transaction(SYSTEM) as session:
        rows = select(FetchFailure).where(FetchFailure.provider_message_id == provider_message_id)
        return (await session.scalars(rows)).one()


async def said(browser: httpx.AsyncClient, mailbox: Mailbox) -> tuple[str, dict[str, Any]]:
    """The page and the JSON."""
    path = f"/mailboxes/{mailbox.id}/fetching"
    return (await browser.get(path)).text, (await browser.get(f"/api{path}")).json()


@pytest.mark.parametrize("door", ["page", "json"])
async def test_one_message_is_left_out_and_wanted_again(house: House, door: str, published: list[Job]) -> None:
    mailbox = await connected(house)
    await add_failure(house, mailbox)
    browser, csrf = await house.signed_in()

    async def say(wish: str) -> httpx.Response:
        if door == "page":
            path = f"/mailboxes/{mailbox.id}/fetching/failures/{FAILED}/{wish}"
            return await browser.post(path, data={"csrf_token": csrf})
        path = f"/api/mailboxes/{mailbox.id}/failures/{FAILED}/{wish}"
        return await browser.post(path, headers={"x-csrf-token": csrf})

    assert (await say("leave")).status_code in {HTTPStatus.SEE_OTHER, HTTPStatus.NO_CONTENT}
    page, found = await said(browser, mailbox)
    assert "1 left out by you" in page
    assert "you said to leave it; never fetched" in page
    assert "No message waits for another try." in page
    assert (found["failures"], found["next_failures"], found["left_out"]) == (0, [], 1)
    assert found["last_left_out"][0]["provider_message_id"] == FAILED
    assert published == []

    assert (await say("retry")).status_code in {HTTPStatus.SEE_OTHER, HTTPStatus.ACCEPTED}
    page, found = await said(browser, mailbox)
    assert "left out" not in page.replace("Leave it out", "")
    assert (found["failures"], found["left_out"]) == (1, 0)
    assert (await failure(house)).not_before == NOON
    assert published == [Job(TaskName.SYNC_USER_EMAILS, (house.ana.id,))]


async def test_each_message_has_its_own_buttons_and_the_longest_wait_is_said(house: House) -> None:
    mailbox = await connected(house)
    await add_failure(house, mailbox)
    await add_failure(house, mailbox, OTHER)
    browser, csrf = await house.signed_in()
    page, found = await said(browser, mailbox)
    for one in (FAILED, OTHER):
        for wish in ("retry", "leave"):
            assert f'action="/mailboxes/{mailbox.id}/fetching/failures/{one}/{wish}"' in page
    assert "12 hours later at most" in page
    assert found["longest_wait_seconds"] == 12 * 3600
    await browser.post(f"/mailboxes/{mailbox.id}/fetching/failures/{OTHER}/retry", data={"csrf_token": csrf})
    assert (await failure(house, OTHER)).not_before == NOON
    assert (await failure(house)).not_before == NOON + timedelta(hours=2)


@pytest.mark.parametrize("message", ["18c0ffff", "%00", "a%20b", "x" * 101])
async def test_a_message_that_did_not_fail_is_told_apart(house: House, message: str, published: list[Job]) -> None:
    mailbox = await connected(house)
    await add_failure(house, mailbox)
    browser, csrf = await house.signed_in()
    for wish in ("retry", "leave"):
        path = f"/mailboxes/{mailbox.id}/fetching/failures/{message}/{wish}"
        answers = [
            await browser.post(path, data={"csrf_token": csrf}),
            await browser.post(
                f"/api/mailboxes/{mailbox.id}/failures/{message}/{wish}", headers={"x-csrf-token": csrf}
            ),
        ]
        assert {one.status_code for one in answers} <= {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert published == []


@pytest.mark.parametrize("door", ["page", "json"])
async def test_older_mail_is_stopped(house: House, door: str) -> None:
    mailbox = await connected(house, walk_at=NOON)
    await add_walk(house, mailbox, WalkKind.FIRST, finished_at=NOON)
    await add_walk(house, mailbox, WalkKind.RECONCILE, finished_at=NOON - timedelta(days=1))
    await add_walk(house, mailbox, WalkKind.BACKFILL, done=3, expected=9)
    browser, csrf = await house.signed_in()
    page, _ = await said(browser, mailbox)
    assert "Stop fetching older mail" in page
    if door == "page":
        path = f"/mailboxes/{mailbox.id}/fetching/older/stop"
        assert (await browser.post(path, data={"csrf_token": csrf})).is_redirect
        assert "No more older mail is fetched." in (await browser.get(f"/mailboxes/{mailbox.id}/fetching")).text
    else:
        answer = await browser.delete(f"/api/mailboxes/{mailbox.id}/older", headers={"x-csrf-token": csrf})
        assert answer.status_code == HTTPStatus.NO_CONTENT
    page, found = await said(browser, mailbox)
    assert "Stop fetching older mail" not in page
    assert found["under_way"] == []
    assert {walk.kind for walk in await walks_of(house, mailbox)} == {WalkKind.FIRST, WalkKind.RECONCILE}


async def test_a_wider_window_says_that_it_fetches_nothing_older_and_offers_it(house: House) -> None:
    mailbox = await connected(house, first_sync_done_at=NOON, sync_window_days=30)
    await add_walk(house, mailbox, WalkKind.FIRST, after=NOON - timedelta(days=30), finished_at=NOON)
    browser, csrf = await house.signed_in()
    page, found = await said(browser, mailbox)
    assert "The first sync is over" not in page
    assert found["window_shortfall"] is None
    answer = await browser.put(
        f"/api/mailboxes/{mailbox.id}/window", json={"days": 90, "messages": None}, headers={"x-csrf-token": csrf}
    )
    assert answer.json()["shortfall"]["days"] == 90
    assert "fetches no older mail" in answer.json()["shortfall"]["in_words"]
    page, found = await said(browser, mailbox)
    assert found["window_shortfall"] == answer.json()["shortfall"]
    assert '<input type="hidden" name="days" value="90">' in page
    assert "Fetch the mail of 90 days" in page
    await browser.post(f"/mailboxes/{mailbox.id}/fetching/older", data={"csrf_token": csrf, "days": "90"})
    assert (await said(browser, mailbox))[1]["window_shortfall"] is None


async def test_a_window_without_a_bound_offers_all_there_is(house: House) -> None:
    mailbox = await connected(house, first_sync_done_at=NOON)
    await add_walk(house, mailbox, WalkKind.FIRST, after=NOON - timedelta(days=30), finished_at=NOON)
    browser, _ = await house.signed_in()
    page, found = await said(browser, mailbox)
    assert found["window_shortfall"]["days"] is None
    assert "Fetch all older mail" in page
    assert '<input type="hidden" name="days" value="">' in page


async def test_a_window_set_during_a_first_sync_reaches_it(house: House) -> None:
    mailbox = await connected(house, sync_window_days=30)
    await add_walk(house, mailbox, WalkKind.FIRST, created_at=NOON, after=NOON - timedelta(days=30), page="2", passed=9)
    browser, csrf = await house.signed_in()
    form = {"csrf_token": csrf, "days": "90", "messages": "500"}
    assert (await browser.post(f"/mailboxes/{mailbox.id}/fetching/window", data=form)).is_redirect
    [way] = await walks_of(house, mailbox)
    assert (way.after, way.most) == (NOON - timedelta(days=90), 500)
    assert (way.page, way.passed) == (None, 0)
    assert (await said(browser, mailbox))[1]["window_shortfall"] is None
