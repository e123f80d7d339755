"""How far an engine can be trusted, by the user's own decisions: on the page and in JSON."""

from app.db.session import SYSTEM
from tests.doors.house import House
from tests.factories import add_action, add_user


async def _decided(house: House, count: int, *, state: str = "done", engine: str = "some:model") -> None:
    for _ in range(count):
        message = await house.message(verdict={"engine": engine, "prompt_version": "judge-1"}, state="triaged")
        async with house.database.transaction(SYSTEM) as session:
            await add_action(session, message, state=state, decided_by="user", confidence=0.9)


async def test_the_record_is_shown_with_its_figures_or_says_how_many_are_missing(house: House) -> None:
    await _decided(house, 19)
    await _decided(house, 1, state="rejected")
    await _decided(house, 7, engine="another:model")
    browser, _ = await house.signed_in()
    page = " ".join((await browser.get("/settings/record")).text.split())
    assert "Archive, judged by some:model" in page
    assert "Proven: 19 of your latest 20 decisions approved it as it was." in page
    assert "5.0 %: so far its confidence and the truth lie apart on average" in page
    assert "<dt>At most 5% wrong</dt><dd>100 % could be left to it" in page
    assert "<dt>At most 1% wrong</dt><dd>0 % could be left to it" in page
    assert "Not enough yet: 7 of 20 decisions." in page

    found = (await browser.get("/api/record")).json()
    by_engine = {one["engine"]: one for one in found["kinds"]}
    assert found["enough_outcomes"] == 20
    assert by_engine["some:model"]["automatable"] == {"1%": 0.0, "2%": 0.0, "5%": 1.0}
    assert by_engine["some:model"]["proven"]
    assert by_engine["another:model"]["automatable"] is None
    assert not by_engine["another:model"]["proven"]


async def test_nobody_sees_anothers_record(house: House) -> None:
    await _decided(house, 3)
    async with house.database.transaction(SYSTEM) as session:
        other = await add_user(session)
    stranger, _ = await house.signed_in(other)
    assert (await stranger.get("/api/record")).json()["kinds"] == []
    assert "You have decided about none" in (await stranger.get("/settings/record")).text


async def test_json_says_how_sure_in_a_word_and_a_number(house: House) -> None:
    await house.waiting_reply()
    browser, _ = await house.signed_in()
    [item] = (await browser.get("/api/queue")).json()
    assert (item["action"]["confidence"], item["action"]["sureness"]) == (0.8, "fairly sure")
    assert item["message"]["verdict"]["sureness"] == "fairly sure"
