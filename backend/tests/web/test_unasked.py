"""The pages about what happens by itself: shadow mode, what goes out, undoing, and what did not go as it should."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from app.db.models import Action, ActionState, Mailbox, User
from app.db.session import SYSTEM
from app.jobs import Job, TaskName
from app.policy.decide import LEFT_BUT_SHOWN
from app.policy.general_rules import SHADOW
from tests.doors.house import House
from tests.factories import add_action, add_mailbox, add_message


async def acted(house: House, *, live_kinds: tuple[str, ...] = ("archive",), **over: Any) -> Action:
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana, live_kinds=list(live_kinds))
        values: dict[str, Any] = {
            "state": "done",
            "decision": "act",
            "decided_by": "policy",
            "decided_at": house.clock(),
        }
        return await add_action(session, await add_message(session, mailbox), **(values | over))


async def mailbox_of(house: House, action: Action) -> Mailbox:
    async with house.database.transaction(SYSTEM) as session:
        return await session.get_one(Mailbox, action.mailbox_id)


async def test_what_was_done_unasked_can_be_undone_from_the_history(house: House, published: list[Job]) -> None:
    action = await acted(house, undo={"add": ["INBOX"], "remove": ["Label_1"]})
    browser, csrf = await house.signed_in()
    page = (await browser.get("/history")).text
    assert f'action="/actions/{action.id}/undo"' in page
    answer = await browser.post(f"/actions/{action.id}/undo", data={"csrf_token": csrf, "back_to": "history"})
    assert answer.headers["location"] == "/history"
    after = (await browser.get("/history")).text
    assert "It is being undone." in after
    assert "Being undone" in after
    assert published == [Job(TaskName.EXECUTE_ACTION, (house.ana.id, action.id))]


async def test_what_cannot_be_undone_offers_no_undo(house: House) -> None:
    action = await acted(house, kind="reply", payload={"to": ["erik@example.com"], "body": "x", "subject": "x"})
    browser, csrf = await house.signed_in()
    assert "/undo" not in (await browser.get("/history")).text
    answer = await browser.post(f"/actions/{action.id}/undo", data={"csrf_token": csrf})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "cannot be taken back" in answer.text


async def test_what_goes_out_by_itself_is_at_the_top_and_can_be_stopped(house: House) -> None:
    payload = {"to": ["erik@example.com"], "cc": [], "body": "Friday is fine.", "subject": "Re: The offer"}
    soon = house.clock() + timedelta(seconds=60)
    action = await acted(house, kind="reply", state="approved", payload=payload, not_before=soon)
    browser, csrf = await house.signed_in()
    page = (await browser.get("/queue")).text
    assert "Going out by itself" in page
    assert "Friday is fine." in page
    assert (await browser.post(f"/actions/{action.id}/stop", data={"csrf_token": csrf})).is_redirect
    assert (await house.action(action.id)).state == ActionState.REJECTED
    after = (await browser.get("/queue")).text
    assert "Stopped. It will not be sent." in after
    assert "Going out by itself" not in after


async def test_shadow_mode_shows_what_would_have_been_done_apart_from_what_waits(house: House) -> None:
    action = await acted(house, live_kinds=(), state="proposed", decided_by=None, decided_at=None, rule=SHADOW)
    browser, csrf = await house.signed_in()
    queue = (await browser.get("/queue")).text
    assert "1 step would have been done unasked" in queue
    assert "Nothing waits for you" in queue
    shadow = (await browser.get("/history?chapter=shadow")).text
    assert "Would have archived it" in shadow
    data = {"csrf_token": csrf, "expected_hash": action.content_hash.hex(), "back_to": "history"}
    assert (await browser.post(f"/actions/{action.id}/approve", data=data)).headers["location"] == "/history"
    assert (await house.action(action.id)).state == ActionState.APPROVED


async def test_shadow_mode_shows_small_steps_too_that_would_have_been_left(house: House) -> None:
    await acted(house, live_kinds=(), state="proposed", decided_by=None, decided_at=None, rule=LEFT_BUT_SHOWN)
    browser, _ = await house.signed_in()
    queue = (await browser.get("/queue")).text
    assert "would have been done unasked" not in queue
    assert "Nothing waits for you" in queue
    assert "Would have been left undone" in (await browser.get("/history?chapter=shadow")).text


async def test_switching_on_explains_asks_and_can_be_partial(house: House) -> None:
    action = await acted(house, live_kinds=(), state="proposed", decided_by=None, decided_at=None, rule=SHADOW)
    browser, csrf = await house.signed_in()
    assert "Shadow mode" in (await browser.get("/settings")).text
    path = f"/mailboxes/{action.mailbox_id}/unasked"
    page = (await browser.get(path)).text
    assert "is in shadow mode" in page
    assert "Until now it would have been done once" in page
    form = {"csrf_token": csrf, "kinds": ["archive", "label"]}
    refused = await browser.post(path, data=form)
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert (await mailbox_of(house, action)).live_kinds == []
    assert (await browser.post(path, data=form | {"confirmed": "true"})).is_redirect
    assert (await mailbox_of(house, action)).live_kinds == ["archive", "label"]
    assert "archive, labels" in (await browser.get("/settings")).text
    assert (await browser.post(path, data={"csrf_token": csrf})).is_redirect
    assert (await mailbox_of(house, action)).live_kinds == []


async def test_what_can_never_happen_unasked_is_not_offered(house: House) -> None:
    action = await acted(house)
    browser, _ = await house.signed_in()
    for path in (f"/mailboxes/{action.mailbox_id}/unasked", "/settings/limits"):
        page = (await browser.get(path)).text
        assert ("archive" in page, "draft" in page) == (True, False), path


async def test_limits_are_changed_and_shown_again(house: House) -> None:
    browser, csrf = await house.signed_in()
    form = {"send_delay_seconds": "120", "daily_sends": "3", "daily_changes": "40", "changes_at_once": "7"}
    levels = {"autonomy_archive": "high", "autonomy_reply": "low", "autonomy_label": "total"}
    assert (await browser.post("/settings/limits", data={"csrf_token": csrf, **form, **levels})).is_redirect
    async with house.database.transaction(SYSTEM) as session:
        user = await session.get_one(User, house.ana.id)
    assert (user.send_delay_seconds, user.daily_sends, user.daily_changes, user.changes_at_once) == (120, 3, 40, 7)
    assert user.autonomy_by_kind == {"archive": "high", "reply": "low"}
    assert 'value="120"' in (await browser.get("/settings/limits")).text
    too_long = await browser.post("/settings/limits", data={"csrf_token": csrf, **form, "send_delay_seconds": "9999"})
    assert too_long.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


async def test_what_failed_can_be_tried_again_and_what_is_not_known_be_settled(house: House) -> None:
    failed = await acted(house, kind="archive", state="failed", error="Gmail refused it.")
    browser, csrf = await house.signed_in()
    page = (await browser.get(f"/messages/{failed.message_id}")).text
    assert "Try again" in page
    assert (await browser.post(f"/actions/{failed.id}/retry", data={"csrf_token": csrf})).is_redirect
    assert (await house.action(failed.id)).state == ActionState.APPROVED
    async with house.database.transaction(SYSTEM) as session:
        row = await session.get_one(Action, failed.id)
        row.state = ActionState.UNKNOWN
    assert "It did not happen" in (await browser.get(f"/messages/{failed.message_id}")).text
    data = {"csrf_token": csrf, "happened": "true"}
    assert (await browser.post(f"/actions/{failed.id}/settle", data=data)).is_redirect
    assert (await house.action(failed.id)).state == ActionState.DONE


async def test_what_waits_can_be_put_off_and_raised(house: House) -> None:
    action = await house.waiting_reply()
    browser, csrf = await house.signed_in()
    await browser.post(f"/actions/{action.id}/escalate", data={"csrf_token": csrf})
    assert "Raised" in (await browser.get("/queue")).text
    await browser.post(f"/actions/{action.id}/postpone", data={"csrf_token": csrf, "days": "3"})
    assert "Nothing waits for you" in (await browser.get("/queue")).text
    house.clock.advance(timedelta(days=3))
    assert "Yes, on Friday." in (await browser.get("/queue")).text


async def test_without_the_token_none_of_it_happens(house: House) -> None:
    action = await acted(house, undo={"add": ["INBOX"], "remove": []})
    browser, _ = await house.signed_in()
    for verb in ("undo", "retry", "settle", "postpone", "escalate", "stop"):
        data = {"happened": "true", "days": "1"}
        answer = await browser.post(f"/actions/{action.id}/{verb}", data=data)
        assert answer.status_code == HTTPStatus.FORBIDDEN, verb
    numbers = {"send_delay_seconds": "1", "daily_sends": "1", "daily_changes": "1", "changes_at_once": "1"}
    for path, form in ((f"/mailboxes/{action.mailbox_id}/unasked", {}), ("/settings/limits", numbers)):
        assert (await browser.post(path, data=form)).status_code == HTTPStatus.FORBIDDEN, path
    assert (await house.action(action.id)).state == ActionState.DONE
