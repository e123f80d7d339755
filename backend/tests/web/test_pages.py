import re
from http import HTTPStatus
from uuid import uuid4

import httpx
import pytest

from app.db.models import ActionState, MessageState
from app.db.session import SYSTEM
from app.doors.cookies import Cookie
from app.jobs import Job, TaskName
from app.web.notes import Note
from tests.doors.house import House
from tests.factories import add_action, add_mailbox, add_message, add_user, add_verdict

SCRIPT = '<script>alert("1")</script>'
HOSTILE = f'{SCRIPT}"><img src=x onerror=alert(2)> {{{{ 7 * 7 }}}} \u202egnp.exe'
MARKDOWN = "**bold** [click](https://evil.example/a) ![](https://evil.example/p.png) <b>x</b> javascript:alert(1)"


def _assert_harmless(page: str) -> None:
    assert "<script" not in page.lower()
    assert "onerror=alert" not in re.sub(r"&[a-z#0-9]+;.*?&[a-z#0-9]+;", "", page)
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert " 49 " not in page
    assert not re.search(r'(?:href|src|action)="(?!/|#|https://mail\.google\.com/mail/)', page)


async def _hostile(house: House) -> str:
    """A message, verdict and action that are hostile in every field; its id."""
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana)
        message = await add_message(
            session,
            mailbox,
            subject=HOSTILE,
            sender_name=HOSTILE,
            text=HOSTILE + MARKDOWN,
            quoted_text=HOSTILE,
            to=[HOSTILE],
            cc=[HOSTILE],
            reply_to=[HOSTILE],
            html=f"<p>{HOSTILE}</p>",
            attachments=[{"filename": HOSTILE, "mime_type": HOSTILE, "size": 10}],
            error=HOSTILE,
        )
        await add_verdict(session, message, summary=HOSTILE, asks=[HOSTILE], reasons=[HOSTILE], engine=HOSTILE)
        await add_action(
            session,
            message,
            kind="reply",
            payload={"subject": HOSTILE, "body": MARKDOWN + HOSTILE, "to": [HOSTILE], "cc": [HOSTILE]},
            reasons=[HOSTILE],
            error=HOSTILE,
        )
        await add_action(
            session, message, kind="label", payload={"add": [HOSTILE]}, state=ActionState.DONE, decided_by="policy"
        )
        return str(message.id)


async def test_hostile_mail_and_hostile_model_text_stay_text_on_every_page(house: House) -> None:
    message_id = await _hostile(house)
    browser, _ = await house.signed_in()
    for path in ("/queue", f"/messages/{message_id}", "/history", f"/messages/{message_id}/original"):
        page = await browser.get(path)
        assert page.status_code == HTTPStatus.OK, path
        _assert_harmless(page.text)
    page = (await browser.get(f"/messages/{message_id}")).text
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;" in page
    assert "⟨U+202E⟩" in page
    assert "**bold** [click](" in page
    assert "{{ 7 * 7 }}" in page


async def test_links_in_a_proposed_text_are_marked_and_cannot_be_clicked(house: House) -> None:
    await house.waiting_reply(body="See https://evil.example/a?b=1&c=2 or write to eve@evil.example, evil.example.")
    browser, _ = await house.signed_in()
    page = (await browser.get("/queue")).text
    assert "<mark>https://evil.example/a?b=1&amp;c=2</mark>" in page
    assert "<mark>eve@evil.example</mark>" in page
    assert 'href="https://evil' not in page


async def test_the_original_shows_in_a_frame_that_can_do_nothing(house: House) -> None:
    message = await house.message(
        html='<style>p{color:red}</style><p onclick="x()">Hi <a href="https://evil.example">there</a></p>'
        '<img src="https://evil.example/pixel.png" alt="Logo"><form action="https://evil.example"><input></form>'
        '<iframe src="https://evil.example"></iframe><svg onload=alert(1)></svg><meta http-equiv="refresh" content="0">'
        '<table background="https://evil.example/b.png"><tr><td colspan="2">cell</td></tr></table>'
        '<p style="background:url(https://evil.example/c.png)">styled</p><base href="https://evil.example">'
        "<scr<script>ipt>alert(1)</script>",
    )
    browser, _ = await house.signed_in()
    outer = await browser.get(f"/messages/{message.id}/original")
    assert re.search(r"<iframe [^>]*\bsandbox\b(?!=)", outer.text)
    frame = await browser.get(f"/messages/{message.id}/original/frame")
    body = frame.text.partition("<body>")[2]
    assert "evil.example" not in body
    for gone in (
        "<script",
        "<style",
        "<form",
        "<input",
        "<iframe",
        "<svg",
        "<meta",
        "<base",
        "onclick",
        "href",
        "src=",
    ):
        assert gone not in body.lower()
    for kept in ("Hi ", "there", 'alt="Logo"', '<td colspan="2">cell</td>', "styled"):
        assert kept in body
    policy = frame.headers["content-security-policy"]
    assert "sandbox" in policy.split("; ")
    assert "default-src 'none'" in policy
    assert "img-src" not in policy


async def test_a_message_says_what_is_wrong_with_it_in_our_words(house: House) -> None:
    message = await house.message(
        hidden_characters=12,
        sender_address="support@paypa1.example",
        quoted_text="Earlier words",
        verdict={"signals": {"attacks": [{"kind": "look_alike", "weight": 0.9}]}, "reasons": ["The domain is new."]},
    )
    browser, _ = await house.signed_in()
    page = (await browser.get(f"/messages/{message.id}")).text
    assert "looks like one you know, but is another one" in page
    assert "hid text from your eyes" in page
    assert "You have never written to this address" in page
    assert re.search(r"<details[^>]*>(?:(?!</details>).)*Earlier words", page, re.DOTALL)
    assert "The domain is new." in page


async def test_earlier_mail_to_the_sender_is_told(house: House) -> None:
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana)
        earlier = house.clock().replace(hour=1)
        await add_message(
            session, mailbox, direction="out", recipients=["erik@example.com"], received_at=earlier, state="ignored"
        )
        message = await add_message(session, mailbox)
    browser, _ = await house.signed_in()
    assert "You have written to this address once before." in (await browser.get(f"/messages/{message.id}")).text


async def test_the_message_of_somebody_else_is_not_there(house: House) -> None:
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session))
        message = await add_message(session, mailbox, html="<p>secret</p>", text="secret")
    browser, csrf = await house.signed_in()
    for path in ("", "/original", "/original/frame"):
        answer = await browser.get(f"/messages/{message.id}{path}")
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert "secret" not in answer.text
    retried = await browser.post(f"/messages/{message.id}/retry", data={"csrf_token": csrf})
    assert retried.status_code == HTTPStatus.CONFLICT


async def test_history_tells_what_happened_unasked_and_why(house: House) -> None:
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana)
        for number, (state, by, error) in enumerate(
            [("done", "policy", None), ("failed", "user", "Gmail refused it."), ("rejected", "user", None)]
        ):
            message = await add_message(session, mailbox, subject=f"Subject {number}")
            await add_action(session, message, state=state, decided_by=by, error=error, reasons=[f"Reason {number}"])
    browser, _ = await house.signed_in()
    unasked = (await browser.get("/history")).text
    assert "Subject 0" in unasked
    assert "Reason 0" in unasked
    assert "Subject 1" not in unasked
    assert "Gmail refused it." in (await browser.get("/history?chapter=failed")).text
    assert "Subject 2" in (await browser.get("/history?chapter=declined")).text


async def test_history_goes_on_over_pages_without_losing_or_repeating(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.history.PAGE", 2)
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana)
        for number in range(5):
            message = await add_message(session, mailbox, subject=f"Subject {number}")
            await add_action(session, message, state="done", decided_by="policy", updated_at=house.clock())
    browser, _ = await house.signed_in()
    path, seen = "/history", list[str]()
    while path:
        page = (await browser.get(path)).text
        seen += re.findall(r"Subject \d", page)
        older = re.search(r'href="(/history[^"]*before[^"]*)"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert sorted(seen) == [f"Subject {number}" for number in range(5)]


async def test_what_was_set_aside_says_why_and_can_be_tried_again(house: House, published: list[Job]) -> None:
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, house.ana)
        message = await add_message(session, mailbox, state="quarantined", error="The engine gave up.", attempts=4)
        unreadable = await add_message(session, mailbox, state="quarantined", error="It cannot be parsed.")
    browser, csrf = await house.signed_in()
    page = (await browser.get("/history/set-aside")).text
    assert "The engine gave up." in page
    assert "It cannot be parsed." in page
    assert page.count("Try again") == 1
    assert (await browser.post(f"/messages/{message.id}/retry", data={"csrf_token": csrf})).is_redirect
    async with house.database.transaction(SYSTEM) as session:
        await session.refresh(again := await session.merge(message))
    assert (again.state, again.attempts, again.error) == (MessageState.PENDING, 0, None)
    assert published == [Job(TaskName.PROCESS_SINGLE_EMAIL, (message.id,))]
    refused = await browser.post(f"/messages/{unreadable.id}/retry", data={"csrf_token": csrf})
    assert refused.status_code == HTTPStatus.CONFLICT


CHANGES: dict[str, dict[str, str]] = {
    "/settings": {"autonomy": "high", "timezone": "UTC"},
    "/settings/pause": {"paused": "true"},
    "/mailboxes/connect": {"access": "act"},
    "/sign-out": {},
    "/sign-out/everywhere": {},
    f"/mailboxes/{uuid4()}/disconnect": {},
    f"/messages/{uuid4()}/retry": {},
}


async def test_no_change_without_the_token(house: House) -> None:
    browser, _ = await house.signed_in()
    for path, form in CHANGES.items():
        assert (await browser.post(path, data=form)).status_code == HTTPStatus.FORBIDDEN, path
    assert (await browser.get("/queue")).status_code == HTTPStatus.OK


async def test_nobody_can_put_words_into_the_note(house: House) -> None:
    for note in ("<b>forged</b>", "unknown", ""):
        browser = house.browser()
        browser.cookies.set(Cookie.NOTE, note)
        page = await browser.get("/sign-in")
        assert page.status_code == HTTPStatus.OK
        assert 'role="status"' not in page.text


async def test_every_note_has_its_sentence(house: House) -> None:
    for note in Note:
        browser = house.browser()
        browser.cookies.set(Cookie.NOTE, note)
        assert 'role="status"' in (await browser.get("/sign-in")).text


async def test_pages_say_what_is_not_there(house: House) -> None:
    browser, _ = await house.signed_in()
    for path in ("/nowhere", f"/messages/{uuid4()}", "/messages/not-an-id", f"/messages/{uuid4()}/original"):
        answer = await browser.get(path)
        assert answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}, path
        assert "<h1>" in answer.text


async def test_an_unexpected_error_is_a_page_that_gives_nothing_away(house: House) -> None:
    browser, _ = await house.signed_in()
    cookie = browser.cookies[Cookie.SESSION]
    await house.database.close()
    house.app.state.resources.database.engine.sync_engine.pool._creator = _broken
    calm = house.browser(raises=False)
    calm.cookies.set(Cookie.SESSION, cookie)
    answer = await calm.get("/queue")
    _assert_calm(answer)


def _broken(*_: object) -> None:
    raise RuntimeError("secret-host-name")


def _assert_calm(answer: httpx.Response) -> None:
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "Something went wrong" in answer.text
    assert "secret-host-name" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
