from datetime import date

from app.db.models import ModelDay, ModelUsage
from app.db.session import SYSTEM
from tests.doors.house import House
from tests.factories import NOON, add_user


async def _spend(house: House, *, tokens: int = 1_100) -> None:
    message = await house.message()
    async with house.database.transaction(SYSTEM) as session:
        session.add(
            ModelUsage(
                user_id=house.ana.id,
                message_id=message.id,
                engine="anthropic:claude-haiku-4-5",
                purpose="judge",
                input_tokens=1_000,
                output_tokens=100,
                cached_tokens=900,
                cost_microdollars=690,
                created_at=NOON,
            )
        )
        session.add(
            ModelDay(user_id=house.ana.id, day=date(2026, 11, 20), spent_tokens=tokens, spent_microdollars=690, calls=1)
        )


async def test_what_models_cost_is_shown_on_its_page_on_the_message_and_in_json(house: House) -> None:
    await _spend(house)
    browser, _ = await house.signed_in()
    page = (await browser.get("/settings/usage")).text
    assert "anthropic:claude-haiku-4-5" in page
    assert "1,100 of 500,000" in page
    assert "$0.0007 of $1.00" in page
    [listed] = (await browser.get("/api/messages")).json()["messages"]
    assert "1,000 tokens read, 100 written, $0.0007" in (await browser.get(f"/messages/{listed['id']}")).text
    whole = (await browser.get(f"/api/messages/{listed['id']}")).json()
    assert [(one["engine"], one["cost_microdollars"]) for one in whole["usage"]] == [
        ("anthropic:claude-haiku-4-5", 690)
    ]
    usage = (await browser.get("/api/usage")).json()
    assert usage["today"] == {"day": "2026-11-20", "calls": 1, "spent": {"tokens": 1100, "microdollars": 690}}
    assert usage["limits"] == {"tokens": 500_000, "microdollars": 1_000_000}
    assert [(one["engine"], one["calls"], one["cached_tokens"]) for one in usage["models"]] == [
        ("anthropic:claude-haiku-4-5", 1, 900)
    ]


async def test_nobody_sees_anothers_usage(house: House) -> None:
    await _spend(house)
    async with house.database.transaction(SYSTEM) as session:
        other = await add_user(session)
    browser, _ = await house.signed_in(other)
    assert (await browser.get("/api/usage")).json()["models"] == []
    assert "No model was asked" in (await browser.get("/settings/usage")).text


async def test_a_budget_that_is_nearly_or_wholly_spent_is_told(house: House) -> None:
    await _spend(house, tokens=420_000)
    browser, _ = await house.signed_in()
    assert "only the smaller model is asked" in (await browser.get("/settings/usage")).text
    async with house.database.transaction(SYSTEM) as session:
        user = await session.get_one(type(house.ana), house.ana.id)
        user.daily_model_tokens = 1_000
    assert "budget is spent" in (await browser.get("/settings/usage")).text
