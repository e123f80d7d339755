from typing import Any

import pytest

from app.errors import UserError
from app.triage.spending.prices import SOURCE, Prices
from tests.triage.engines.test_models import settings

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("model", "dollars"),
    [("anthropic:claude-haiku-4-5", 6.0), ("openai:gpt-5-mini", 2.25), ("google:gemini-2.5-flash", 2.8)],
)
def test_known_models_have_a_price(model: str, dollars: float) -> None:
    assert Prices().microdollars(model, input_tokens=MILLION, output_tokens=MILLION) == round(dollars * MILLION)


def test_what_comes_from_a_cache_costs_less() -> None:
    fresh, cached = (
        Prices().microdollars("anthropic:claude-haiku-4-5", input_tokens=1000, output_tokens=0, cached_tokens=one)
        for one in (0, 900)
    )
    assert (fresh, cached) == (1000, 190)


@pytest.mark.parametrize("model", ["ollama:qwen3", "anthropic:no-such-model", "offline"])
def test_an_unknown_price_is_said_to_be_unknown(model: str) -> None:
    assert Prices().microdollars(model, input_tokens=1, output_tokens=1) is None


def test_the_table_is_named_and_dated_by_its_version() -> None:
    assert SOURCE.startswith("genai-prices ")


@pytest.mark.parametrize(
    "price", ["vllm:qwen3", "vllm:qwen3=1", "qwen3=1/2", "vllm:qwen3=a/b", "vllm:x=-1/2", "vllm:x=nan/1"]
)
def test_a_wrong_price_is_one_clear_sentence(price: str) -> None:
    values: dict[str, Any] = {"model_prices": price}
    with pytest.raises(UserError, match="is no price"):
        Prices.from_settings(settings(**values))
