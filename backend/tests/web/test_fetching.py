"""How fetching stands is shown to its owner alone, in HTML and JSON, and older mail can be asked for."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from app.accounts.google import SCOPES, Access
from app.db.models import MailboxState, WalkKind
from app.db.session import SYSTEM, Database
from app.jobs import Job, TaskName
from app.mail.progress import duration
from tests.doors.house import House, open_house
from tests.factories import NOON, add_user
from tests.web.fetching_rows import FAILED, add_failure, add_walk, connected, walks_of

TOPIC = "projects/example/topics/gmail"


async def test_a_first_sync_shows_how_far_it_is_and_how_long_it_takes(house: House) -> None:
    mailbox = await connected(house, units_spent=1234)
    started = NOON - timedelta(minutes=10)
    await add_walk(house, mailbox, WalkKind.FIRST, done=250, expected=1000, units_left=900, created_at=started)
    browser, _ = await house.signed_in()
    page = (await browser.get(f"/mailboxes/{mailbox.id}/fetching")).text
    assert "250 of 1,000 messages; about 30 minutes left" in page
    assert "1,234 units" in page
    [way] = (await browser.get(f"/api/mailboxes/{mailbox.id}/fetching")).json()["under_way"]
    assert way == {"kind": "first", "done": 250, "expected": 1000, "units_left": 900, "seconds_left": 1800}


async def test_no_pace_no_guess_and_never_faster_than_the_quota(house: House) -> None:
    mailbox = await connected(house)
    await add_walk(house, mailbox, WalkKind.FIRST, created_at=NOON)
    await add_walk(house, mailbox, WalkKind.BACKFILL, done=1, expected=2, units_left=60_000, created_at=NOON)
    browser, _ = await house.signed_in()
    page = (await browser.get(f"/mailboxes/{mailbox.id}/fetching")).text
    assert "just begun; Gmail has not said yet how many messages there are" in page
    assert "about 10 minutes left" in page


async def test_what_is_missing_is_a_figure_and_what_failed_is_tried_again(house: House, published: list[Job]) -> None:
    mailbox = await connected(house)
    await add_walk(house, mailbox, WalkKind.RECONCILE, done=4321, missing=0, finished_at=NOON)
    await add_failure(house, mailbox)
    browser, csrf = await house.signed_in()
    path = f"/mailboxes/{mailbox.id}/fetching"
    page = (await browser.get(path)).text
    assert "<strong>0 missing</strong> of 4,321" in page
    assert "Gmail gave a &lt;broken&gt; answer." in page
    found = (await browser.get(f"/api{path}")).json()
    assert (found["compared"]["missing"], found["compared"]["listed"], found["failures"]) == (0, 4321, 1)
    assert found["next_failures"][0]["attempts"] == 3

    answer = await browser.post(f"{path}/again", data={"csrf_token": csrf})
    assert answer.headers["location"] == path
    found = (await browser.get(f"/api{path}")).json()
    assert found["next_failures"][0]["not_before"] == NOON.isoformat().replace("+00:00", "Z")
    assert published == [Job(TaskName.SYNC_USER_EMAILS, (house.ana.id,))]


async def test_older_mail_is_asked_for_on_the_page_and_in_json(house: House, published: list[Job]) -> None:
    mailbox = await connected(house)
    await add_walk(house, mailbox, WalkKind.FIRST, after=NOON - timedelta(days=30), finished_at=NOON)
    browser, csrf = await house.signed_in()
    path = f"/mailboxes/{mailbox.id}/fetching"
    assert (await browser.post(f"{path}/older", data={"csrf_token": csrf, "days": "90"})).is_redirect
    assert "Older mail is being fetched" in (await browser.get(path)).text
    [way] = [one for one in await walks_of(house, mailbox) if one.kind == WalkKind.BACKFILL]
    assert way.after == NOON - timedelta(days=90)
    json = {"days": None}
    answer = await browser.post(f"/api/mailboxes/{mailbox.id}/older", json=json, headers={"x-csrf-token": csrf})
    assert answer.status_code == HTTPStatus.ACCEPTED
    [way] = [one for one in await walks_of(house, mailbox) if one.kind == WalkKind.BACKFILL]
    assert way.after is None
    assert published == [Job(TaskName.SYNC_USER_EMAILS, (house.ana.id,))] * 2


async def test_the_window_is_set_and_shown(house: House) -> None:
    mailbox = await connected(house)
    browser, csrf = await house.signed_in()
    path = f"/mailboxes/{mailbox.id}/fetching"
    form = {"csrf_token": csrf, "days": "14", "messages": ""}
    assert (await browser.post(f"{path}/window", data=form)).is_redirect
    found = (await browser.get(f"/api{path}")).json()
    assert (found["window_days"], found["window_messages"]) == (14, None)
    wanted = {"days": None, "messages": 500}
    await browser.put(f"/api/mailboxes/{mailbox.id}/window", json=wanted, headers={"x-csrf-token": csrf})
    page = (await browser.get(path)).text
    assert 'value="500"' in page
    assert 'value="14"' not in page


@pytest.mark.parametrize("days", ["0", "-3", "36501", "many", "9" * 12, "1.5"])
async def test_rubbish_is_one_sentence_and_changes_nothing(house: House, days: str, published: list[Job]) -> None:
    mailbox = await connected(house)
    browser, csrf = await house.signed_in()
    for form in ("older", "window"):
        answer = await browser.post(f"/mailboxes/{mailbox.id}/fetching/{form}", data={"csrf_token": csrf, "days": days})
        assert answer.status_code == HTTPStatus.BAD_REQUEST
        assert "days" in answer.text or "whole number" in answer.text
    assert published == []


async def test_nobody_sees_or_changes_anothers_mailbox(house: House, published: list[Job]) -> None:
    mailbox = await connected(house)
    async with house.database.transaction(SYSTEM) as session:
        other = await add_user(session)
    browser, csrf = await house.signed_in(other)
    path = f"/mailboxes/{mailbox.id}/fetching"
    asked = [await browser.get(path), await browser.get(f"/api{path}")]
    await add_failure(house, mailbox)
    for form in ("older", "older/stop", "again", "window", f"failures/{FAILED}/retry", f"failures/{FAILED}/leave"):
        asked.append(await browser.post(f"{path}/{form}", data={"csrf_token": csrf, "days": "90"}))
        assert (await browser.post(f"{path}/{form}", data={"days": "90"})).status_code == HTTPStatus.FORBIDDEN
    assert {answer.status_code for answer in asked} == {HTTPStatus.NOT_FOUND}
    assert published == []


API_CHANGES: tuple[tuple[str, str, dict[str, int]], ...] = (
    ("POST", "older", {"days": 90}),
    ("DELETE", "older", {}),
    ("POST", "failures/retry", {}),
    ("POST", f"failures/{FAILED}/retry", {}),
    ("POST", f"failures/{FAILED}/leave", {}),
    ("PUT", "window", {"days": 9, "messages": 9}),
)


@pytest.mark.parametrize(("method", "path", "json"), API_CHANGES)
async def test_json_changes_nothing_of_anothers_mailbox_nor_without_the_token(
    house: House, method: str, path: str, json: dict[str, int], published: list[Job]
) -> None:
    mailbox = await connected(house)
    await add_failure(house, mailbox)
    async with house.database.transaction(SYSTEM) as session:
        other = await add_user(session)
    owner, _ = await house.signed_in()
    stranger, csrf = await house.signed_in(other)
    path = f"/api/mailboxes/{mailbox.id}/{path}"
    assert (await owner.request(method, path, json=json)).status_code == HTTPStatus.FORBIDDEN
    answer = await stranger.request(method, path, json=json, headers={"x-csrf-token": csrf})
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert await walks_of(house, mailbox) == []
    assert published == []


async def test_how_often_gmail_told_of_changes_is_shown(house: House) -> None:
    mailbox = await connected(house, push_count=37, pushed_at=NOON - timedelta(hours=1))
    silent = await connected(house, address="silent@example.org")
    browser, _ = await house.signed_in()
    path = f"/mailboxes/{mailbox.id}/fetching"
    assert "told of 37 changes, last on" in (await browser.get(path)).text
    assert (await browser.get(f"/api{path}")).json()["push_count"] == 37
    assert "told of" not in (await browser.get(f"/mailboxes/{silent.id}/fetching")).text


async def test_why_gmail_does_not_tell_of_new_mail_is_shown(house: House) -> None:
    mailbox = await connected(house, watch_error="The topic does not exist.")
    browser, _ = await house.signed_in()
    page = (await browser.get(f"/mailboxes/{mailbox.id}/fetching")).text
    assert "The topic does not exist." in page
    assert "asked every 5 minutes" in page


PUSHED: dict[str, Any] = {"watch_topic": TOPIC, "watch_expires_at": NOON + timedelta(days=5)}
QUIET: dict[str, Any] = {"news_at": NOON - timedelta(days=9)}


@pytest.mark.parametrize(
    ("over", "seconds", "reason", "said"),
    [
        ({}, 300, "default", "every 5 minutes: as all mailboxes here"),
        (PUSHED, 3600, "push", "every 60 minutes: Gmail tells of new mail at once"),
        (QUIET, 86_400 / 2, "idle", "every 12 hours: nothing has come for a week"),
    ],
)
async def test_when_and_how_often_it_is_looked_at_and_why(
    database: Database, over: dict[str, Any], seconds: int, reason: str, said: str
) -> None:
    wishes: dict[str, Any] = (
        {"gmail_push_topic": TOPIC, "push_poll_minutes": 60, "idle_poll_minutes": 720} if over else {}
    )
    async with open_house(database, **wishes) as house:
        mailbox = await connected(house, next_sync_at=NOON + timedelta(minutes=3), **over)
        browser, _ = await house.signed_in()
        path = f"/mailboxes/{mailbox.id}/fetching"
        found = (await browser.get(f"/api{path}")).json()
        assert (found["poll_seconds"], found["poll_reason"]) == (seconds, reason)
        assert found["due_at"] == (NOON + timedelta(minutes=3)).isoformat().replace("+00:00", "Z")
        page = (await browser.get(path)).text
        assert said in page
        assert f'Looked at next</dt><dd><time datetime="{(NOON + timedelta(minutes=3)).isoformat()}"' in page


async def test_patience_puts_off_the_next_look_and_a_dead_grant_ends_it(house: House) -> None:
    mailbox = await connected(house, next_sync_at=NOON, not_before=NOON + timedelta(hours=1))
    dead = await connected(house, address="dead@example.org", state=MailboxState.NEEDS_RECONNECT)
    browser, _ = await house.signed_in()
    found = (await browser.get(f"/api/mailboxes/{mailbox.id}/fetching")).json()
    assert found["due_at"] == (NOON + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert (await browser.get(f"/api/mailboxes/{dead.id}/fetching")).json()["due_at"] is None
    assert "not until it is connected again" in (await browser.get(f"/mailboxes/{dead.id}/fetching")).text


@pytest.mark.parametrize(("access", "read_only"), [(Access.READ, True), (Access.ACT, False)])
async def test_a_grant_to_read_only_is_said_and_explained(house: House, access: Access, *, read_only: bool) -> None:
    mailbox = await connected(house, granted_scopes=[SCOPES[access]])
    browser, _ = await house.signed_in()
    path = f"/mailboxes/{mailbox.id}/fetching"
    assert (await browser.get(f"/api{path}")).json()["read_only"] is read_only
    assert ("nothing can be done in Gmail" in (await browser.get(path)).text) is read_only


def test_durations_read_as_a_person_says_them() -> None:
    said = {30: "a minute", 150: "2 minutes", 3 * 3600: "3 hours", 5 * 86400: "5 days", 3600: "60 minutes"}
    assert {seconds: duration(timedelta(seconds=seconds)) for seconds in said} == said
