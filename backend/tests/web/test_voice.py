from http import HTTPStatus

from app.db.models import VoiceNote
from app.db.session import SYSTEM
from tests.doors.house import ANA, House
from tests.factories import NOON, add_user

MINE = "Hey Erik,\n\nyes, you can have the drawings on Friday, and I will send them to you.\n\nCheers"


async def _fill(house: House) -> VoiceNote:
    for _ in range(3):
        await house.message(text=MINE, direction="out", state="ignored", sender_address=ANA)
    note = VoiceNote(
        user_id=house.ana.id,
        scope="sender",
        scope_value="erik@example.com",
        kind="greeting",
        text="Begin with “Hello,”.",
        seen=2,
        updated_at=NOON,
    )
    async with house.database.transaction(SYSTEM) as session:
        session.add(note)
    return note


async def test_voice_is_seen_learnt_and_forgotten(house: House) -> None:
    await _fill(house)
    browser, csrf = await house.signed_in()
    assert "Too little of your own mail is known yet." in (await browser.get("/settings/voice")).text
    await browser.post("/settings/voice/learn", data={"csrf_token": csrf})
    page = (await browser.get("/settings/voice")).text
    assert "begins with “Hey &lt;name&gt;,”" in page
    assert "For mail from erik@example.com, learnt 2 times" in page
    assert (await browser.post("/settings/voice/forget")).status_code == HTTPStatus.FORBIDDEN
    await browser.post("/settings/voice/forget", data={"csrf_token": csrf})
    page = (await browser.get("/settings/voice")).text
    assert "Nothing is learnt: you have switched it off." in page
    assert "Begin with" not in page


async def test_a_note_is_deleted_by_its_owner_only(house: House) -> None:
    note = await _fill(house)
    async with house.database.transaction(SYSTEM) as session:
        other = await add_user(session)
    stranger, token = await house.signed_in(other)
    path = f"/settings/voice/notes/{note.id}/delete"
    assert (await stranger.post(path, data={"csrf_token": token})).status_code == HTTPStatus.NOT_FOUND
    browser, csrf = await house.signed_in()
    assert (await browser.post(path, data={"csrf_token": csrf})).is_redirect
    assert (await browser.get("/api/voice")).json()["notes"] == []


async def test_the_same_by_json(house: House) -> None:
    note = await _fill(house)
    browser, csrf = await house.signed_in()
    headers = {"X-CSRF-Token": csrf}
    learnt = (await browser.post("/api/voice/learn", headers=headers)).json()
    assert learnt["voice"]["habits"][0]["greeting"] == "Hey {name},"
    assert [one["id"] for one in learnt["notes"]] == [str(note.id)]
    gone = await browser.delete(f"/api/voice/notes/{note.id}", headers=headers)
    assert gone.status_code == HTTPStatus.NO_CONTENT
    assert (await browser.delete("/api/voice", headers=headers)).status_code == HTTPStatus.NO_CONTENT
    assert (await browser.get("/api/voice")).json() == {
        "enabled": False,
        "voice": {"messages": 0, "habits": []},
        "notes": [],
    }
