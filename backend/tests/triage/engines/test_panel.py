"""Which model is asked, what happens when one fails, and that no budget is overrun."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.models import ModelDay, User
from app.db.session import SYSTEM, Database
from app.simulator.language_model import INPUT_TOKENS, OUTPUT_TOKENS, Answer
from app.triage.engines.language_model import LanguageModelEngine
from app.triage.engines.offline import judge
from app.triage.engines.resting import FAILURES, REST
from app.triage.signals import read_signals
from app.triage.spending.ledger import Amount, DailyLedger
from app.triage.verdict import Danger, Verdict
from tests.factories import add_user
from tests.triage.engines.desk import MAIL, Desk, opened_desk
from tests.triage.engines.test_judgement import VALID
from tests.triage.mails import ANA, snapshot

LONG = MAIL + "\n" + "There is more to say about the wall. " * 100
SMALL, LARGE, OTHER = "openai:gpt-5-mini", "openai:gpt-5", "openai:gpt-5-nano"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ONE_CALL = INPUT_TOKENS + OUTPUT_TOKENS


@pytest.fixture
async def ana(database: Database) -> User:
    async with database.transaction(SYSTEM) as session:
        return await add_user(session)


def _ledger(database: Database, *, tokens: int = 1_000_000, microdollars: int = 10_000_000) -> DailyLedger:
    return DailyLedger(database, lambda: NOW, Amount(tokens, microdollars))


async def _day(database: Database) -> ModelDay | None:
    async with database.transaction(SYSTEM) as session:
        return await session.scalar(select(ModelDay))


async def _judge(desk: Desk, user_id: UUID | None = None, **over: Any) -> Verdict:
    values: dict[str, Any] = {"text": MAIL, "reader": replace(ANA, id=user_id)} | over
    return await desk.judge(**values)


# A model that is late is waited for this long, and even a machine with much else to do is asked before it is over.
PATIENCE = 2
LATE = Answer(delay=PATIENCE + 2)


@pytest.mark.parametrize(
    "failure", [Answer(status=500), Answer(status=429), Answer(status=401), Answer(refuses=True), LATE]
)
async def test_the_next_model_is_asked_when_one_fails(failure: Answer) -> None:
    patience = PATIENCE if failure is LATE else 60
    async with opened_desk(failure, VALID, model_fallbacks=f"{OTHER}, {SMALL}", model_timeout_seconds=patience) as desk:
        found = await _judge(desk)
    assert desk.model.asked_models() == ["gpt-5-mini", "gpt-5-nano"]
    assert found.engine == OTHER
    assert found.draft == VALID["reply"]
    assert {one.model for one in found.usage} <= {SMALL, OTHER}
    assert found.usage[-1].model == OTHER


@pytest.mark.parametrize("model", [SMALL, "anthropic:claude-haiku-4-5"])
async def test_a_refusal_leaves_it_to_the_rules_and_to_a_person(model: str) -> None:
    async with opened_desk(Answer(refuses=True), model=model) as desk:
        found = await _judge(desk)
    assert found.engine == "offline"
    assert found.reasons[0] == "The language model was not used: it refused to answer"
    assert found.danger is Danger.MEDIUM
    assert len(desk.model.requests) == 1


async def test_a_server_that_fails_again_and_again_is_left_alone_for_a_while() -> None:
    now = 0.0
    async with opened_desk(Answer(status=500), Answer(status=500), Answer(status=500), VALID) as desk:
        assert isinstance(desk.engine, LanguageModelEngine)
        desk.engine.panel.resting.clock = lambda: now
        *_, found = [await _judge(desk) for _ in range(5)]
        assert len(desk.model.requests) == FAILURES
        assert found.reasons[0] == "The language model was not used: its server failed several times a moment ago"
        now = REST.total_seconds() + 1
        assert (await _judge(desk)).engine == SMALL
        assert not desk.engine.panel.resting.rests(SMALL)


async def test_refusals_and_broken_answers_are_no_fault_of_the_server() -> None:
    async with opened_desk(Answer(refuses=True), Answer(refuses=True), Answer(refuses=True), VALID) as desk:
        for _ in range(3):
            await _judge(desk)
        assert (await _judge(desk)).engine == SMALL


async def test_a_broken_schema_is_asked_about_once_more_and_no_other_model_is() -> None:
    async with opened_desk({"category": "nonsense"}, model_fallbacks=OTHER) as desk:
        found = await _judge(desk)
    assert desk.model.asked_models() == ["gpt-5-mini", "gpt-5-mini"]
    assert found.engine == "offline"
    assert found.danger is Danger.MEDIUM
    assert [(one.model, one.input_tokens) for one in found.usage] == [(SMALL, 2 * INPUT_TOKENS)]


@pytest.mark.parametrize(
    ("over", "asked"),
    [
        ({}, "gpt-5-mini"),
        ({"text": LONG}, "gpt-5"),
        ({"text": "Which colour? Which size? How many do you want? When shall we come?"}, "gpt-5"),
    ],
)
async def test_the_large_model_is_asked_only_for_replies_that_need_care(over: Mapping[str, Any], asked: str) -> None:
    async with opened_desk(VALID, model_large=LARGE) as desk:
        await _judge(desk, **over)
    assert desk.model.asked_models() == [asked]


async def test_the_small_model_answers_when_the_large_one_fails() -> None:
    async with opened_desk(Answer(status=503), VALID, model_large=LARGE) as desk:
        found = await _judge(desk, text=LONG)
    assert desk.model.asked_models() == ["gpt-5", "gpt-5-mini"]
    assert found.engine == SMALL


async def test_what_was_used_is_written_to_the_day(database: Database, ana: User) -> None:
    async with opened_desk(Answer(VALID, cached=900), ledger=_ledger(database)) as desk:
        found = await _judge(desk, ana.id)
    day = await _day(database)
    assert day is not None
    assert (day.spent_tokens, day.calls) == (ONE_CALL, 1)
    assert (day.reserved_tokens, day.reserved_microdollars) == (0, 0)
    assert found.usage[0].cached_tokens == 900
    assert day.spent_microdollars == found.usage[0].cost_microdollars
    # $0.25 and $2 a million: 100 fresh tokens, 900 from the cache at a tenth, 100 of answer
    assert day.spent_microdollars in range(240, 260)


async def test_what_timed_out_counts_as_spent(database: Database, ana: User) -> None:
    async with opened_desk(LATE, ledger=_ledger(database), model_timeout_seconds=PATIENCE) as desk:
        await _judge(desk, ana.id)
    day = await _day(database)
    assert day is not None
    assert day.reserved_tokens == 0
    assert day.spent_tokens > ONE_CALL


async def test_a_server_that_fails_costs_nothing(database: Database, ana: User) -> None:
    async with opened_desk(Answer(status=500), ledger=_ledger(database)) as desk:
        await _judge(desk, ana.id)
    day = await _day(database)
    assert day is not None
    assert (day.spent_tokens, day.reserved_tokens) == (0, 0)


@pytest.mark.parametrize("limit", [{"tokens": 0}, {"microdollars": 0}])
async def test_at_the_limit_the_rules_judge_and_a_person_decides(
    database: Database, ana: User, limit: dict[str, int]
) -> None:
    one = snapshot(text=MAIL)
    async with opened_desk(VALID, ledger=_ledger(database, **limit), model_fallbacks=OTHER) as desk:
        found = await _judge(desk, ana.id)
    by_rules = judge(one, read_signals(one))
    assert desk.model.requests == []
    assert found.engine == "offline"
    assert found.reasons[0] == "The language model was not used: today's budget for language models is spent"
    assert found.danger is Danger.MEDIUM
    assert found.draft == by_rules.draft


async def test_near_the_limit_only_the_small_model_is_asked(database: Database, ana: User) -> None:
    ledger = _ledger(database, tokens=20_000)
    spent = await ledger.reserve(ana.id, Amount())
    assert spent is not None
    await ledger.settle(spent, Amount(tokens=12_500))
    async with opened_desk(VALID, ledger=ledger, model_large=LARGE) as desk:
        await _judge(desk, ana.id, text=LONG)
    assert desk.model.asked_models() == ["gpt-5-mini"]


async def test_a_users_own_limit_stands_above_the_settings(database: Database, ana: User) -> None:
    async with database.transaction(SYSTEM) as session:
        (await session.get_one(User, ana.id)).daily_model_tokens = 10
    assert await _ledger(database).reserve(ana.id, Amount(tokens=11)) is None


async def test_a_new_day_has_a_new_budget(database: Database, ana: User) -> None:
    ledger = _ledger(database, tokens=100)
    assert await ledger.reserve(ana.id, Amount(tokens=100)) is not None
    assert await ledger.reserve(ana.id, Amount(tokens=1)) is None
    tomorrow = replace(ledger, clock=lambda: NOW + timedelta(days=1))
    assert await tomorrow.reserve(ana.id, Amount(tokens=100)) is not None


async def test_many_workers_cannot_reserve_more_than_there_is(database: Database, ana: User) -> None:
    ledger = _ledger(database, tokens=1_000)
    reserved = await asyncio.gather(*(ledger.reserve(ana.id, Amount(tokens=150)) for _ in range(20)))
    assert sum(one is not None for one in reserved) == 6
    day = await _day(database)
    assert day is not None
    assert day.reserved_tokens == 900


async def test_many_messages_at_once_stay_within_the_budget(database: Database, ana: User) -> None:
    async with opened_desk(Answer(VALID, delay=0.05), ledger=_ledger(database, tokens=15_000)) as desk:
        await asyncio.gather(*(_judge(desk, ana.id) for _ in range(20)))
    day = await _day(database)
    assert day is not None
    assert 0 < day.calls == len(desk.model.requests) < 20
    assert day.spent_tokens <= 15_000


async def test_the_price_that_the_operator_sets_counts(database: Database, ana: User) -> None:
    prices = "local:thing=1/10"
    async with opened_desk(VALID, model="local:thing", model_prices=prices, ledger=_ledger(database)) as desk:
        found = await _judge(desk, ana.id)
    assert found.usage[0].cost_microdollars == INPUT_TOKENS + 10 * OUTPUT_TOKENS


async def test_a_price_that_nobody_knows_counts_tokens_only(database: Database, ana: User) -> None:
    async with opened_desk(VALID, model="local:thing", ledger=_ledger(database)) as desk:
        found = await _judge(desk, ana.id)
    assert found.usage[0].cost_microdollars is None
    day = await _day(database)
    assert day is not None
    assert (day.spent_tokens, day.spent_microdollars) == (ONE_CALL, 0)


async def test_anthropic_is_asked_to_cache_what_never_changes() -> None:
    async with opened_desk(VALID, model="anthropic:claude-haiku-4-5") as desk:
        await _judge(desk)
        await _judge(desk, text="Another question: when do we meet?")
    first, second = desk.model.requests
    assert first["system"][-1]["cache_control"]["type"] == "ephemeral"
    assert first["tools"][-1]["cache_control"]["type"] == "ephemeral"
    assert (first["system"], first["tools"]) == (second["system"], second["tools"])
    assert "cache_control" not in str(first["messages"])
