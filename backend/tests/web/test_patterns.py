"""What the user always does, on the pages and in JSON: seen, forgotten, wanted again, switched off, taken back."""

from http import HTTPStatus

from app.db.models import Message, SenderPattern
from app.db.session import SYSTEM
from tests.doors.house import House
from tests.factories import NOON, add_user

REASON = "You put away the last 7 of 7 mails from news@letters.example without opening them. No model was asked."
HOSTILE = '<x.letters.example>"><script>alert(1)</script>'


async def _fill(house: House) -> tuple[SenderPattern, Message]:
    message = await house.message(
        sender_address="news@letters.example",
        subject="The week",
        state="triaged",
        verdict={"engine": "pattern", "category": "newsletter", "needs_reply": False, "reasons": [REASON]},
    )
    values = {"user_id": house.ana.id, "kind": "put_away", "mails": 7, "learned_at": NOON}
    pattern = SenderPattern(sender="news@letters.example", skipped=3, skipped_at=NOON, **values)
    async with house.database.transaction(SYSTEM) as session:
        session.add_all([pattern, SenderPattern(sender="letters.example", list_id=HOSTILE, **values)])
    return pattern, message


async def test_patterns_are_seen_forgotten_wanted_again_and_switched_off(house: House) -> None:
    pattern, message = await _fill(house)
    browser, csrf = await house.signed_in()
    page = (await browser.get("/settings/patterns")).text
    assert "You put away the last 7 of 7 mails from news@letters.example without opening them." in page
    assert "No model was asked 3 times" in page
    assert f'<a href="/messages/{message.id}" dir="auto">The week</a>' in page
    assert "<script>alert" not in page
    path = f"/settings/patterns/{pattern.id}"
    assert (await browser.post(f"{path}/forget")).status_code == HTTPStatus.FORBIDDEN
    await browser.post(f"{path}/forget", data={"csrf_token": csrf})
    page = (await browser.get("/settings/patterns")).text
    assert "You had it forgotten" in page
    await browser.post(f"{path}/learn", data={"csrf_token": csrf})
    await browser.post("/settings/patterns", data={"csrf_token": csrf, "enabled": "false"})
    page = (await browser.get("/settings/patterns")).text
    assert "You had it forgotten" not in page
    assert "Nothing is learnt" in page
    assert "Switched off with all others" in page


async def test_a_skip_says_so_on_its_message_and_is_taken_back_with_one_click(house: House) -> None:
    _, message = await _fill(house)
    browser, csrf = await house.signed_in()
    page = (await browser.get(f"/messages/{message.id}")).text
    assert REASON in page
    assert "the built-in rules, by what you always do" in page
    assert (await browser.post(f"/messages/{message.id}/judge")).status_code == HTTPStatus.FORBIDDEN
    done = await browser.post(f"/messages/{message.id}/judge", data={"csrf_token": csrf})
    assert done.headers["location"] == f"/messages/{message.id}"
    page = (await browser.get(f"/messages/{message.id}")).text
    assert "It is being judged now" in page
    assert "still being looked at" in page
    assert "Judge it again" not in page
    assert "You had it forgotten" in (await browser.get("/settings/patterns")).text
    again = await browser.post(f"/messages/{message.id}/judge", data={"csrf_token": csrf})
    assert again.status_code == HTTPStatus.CONFLICT


async def test_the_same_by_json(house: House) -> None:
    pattern, message = await _fill(house)
    browser, csrf = await house.signed_in()
    headers = {"X-CSRF-Token": csrf}
    found = (await browser.get("/api/patterns")).json()
    assert found["enabled"]
    assert {one["sender"] for one in found["patterns"]} == {"news@letters.example", "letters.example"}
    assert [one["message_id"] for one in found["skips"]] == [str(message.id)]
    path = f"/api/patterns/{pattern.id}"
    assert (await browser.post(f"{path}/forget")).status_code == HTTPStatus.FORBIDDEN
    forgotten = (await browser.post(f"{path}/forget", headers=headers)).json()
    assert (forgotten["state"], forgotten["forgotten_by"], forgotten["skipped"]) == ("forgotten", "user", 3)
    learnt = (await browser.post(f"{path}/learn", headers=headers)).json()
    assert (learnt["state"], learnt["forgotten_by"]) == ("learned", None)
    assert not (await browser.put("/api/patterns", json={"enabled": False}, headers=headers)).json()["enabled"]
    taken_back = await browser.post(f"/api/messages/{message.id}/judge", headers=headers)
    assert taken_back.status_code == HTTPStatus.ACCEPTED
    assert (await browser.get("/api/messages/" + str(message.id))).json()["state"] == "pending"


async def test_anothers_patterns_and_messages_do_not_exist(house: House) -> None:
    pattern, message = await _fill(house)
    async with house.database.transaction(SYSTEM) as session:
        other = await add_user(session)
    stranger, csrf = await house.signed_in(other)
    for path in (f"/settings/patterns/{pattern.id}/forget", f"/messages/{message.id}/judge"):
        assert (await stranger.post(path, data={"csrf_token": csrf})).status_code == HTTPStatus.NOT_FOUND
    assert (await stranger.get("/api/patterns")).json() == {"enabled": True, "patterns": [], "skips": []}
