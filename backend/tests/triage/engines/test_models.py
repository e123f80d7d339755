from datetime import timedelta
from typing import Any

import pytest

from app.errors import UserError
from app.settings import Settings
from app.triage.engines import build_engine
from app.triage.engines.language_model import LanguageModelEngine
from app.triage.engines.models import LOCAL_OLLAMA, build_candidates
from app.triage.engines.offline import OfflineEngine


def settings(**over: Any) -> Settings:
    values: dict[str, Any] = {
        "database_url": "postgresql://nobody@127.0.0.1/none",
        "redis_url": "redis://127.0.0.1/0",
        "encryption_keys": "k1:unused",
    }
    return Settings(**(values | over))


@pytest.mark.parametrize("model", ["offline", " offline "])
def test_offline_needs_no_model(model: str) -> None:
    assert isinstance(build_engine(settings(model=model)), OfflineEngine)


@pytest.mark.parametrize(
    ("over", "address"),
    [
        ({"model": "openai:gpt-5-mini", "model_api_key": "key"}, "https://api.openai.com/v1/"),
        ({"model": "openai:gpt-5-mini", "model_base_url": "http://127.0.0.1:9/v1"}, "http://127.0.0.1:9/v1/"),
        ({"model": "anthropic:claude-haiku-4-5", "model_api_key": "key"}, "https://api.anthropic.com"),
        ({"model": "google:gemini-2.5-flash", "model_api_key": "key"}, "https://generativelanguage.googleapis.com/"),
        ({"model": "ollama:qwen3"}, f"{LOCAL_OLLAMA}/"),
        ({"model": "vllm:some/model", "model_base_url": "http://127.0.0.1:9/v1"}, "http://127.0.0.1:9/v1/"),
    ],
)
def test_a_model_is_built_from_the_settings(over: dict[str, Any], address: str) -> None:
    [candidate] = build_candidates(settings(**over)).usual
    assert candidate.model.base_url == address


def test_the_engine_is_called_as_the_settings_say() -> None:
    engine = build_engine(settings(model="openai:gpt-5-mini", model_api_key="key", model_timeout_seconds=5))

    assert isinstance(engine, LanguageModelEngine)
    assert engine.name == "openai:gpt-5-mini"
    assert engine.lease > timedelta(seconds=5)


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"model": "gpt-5"}, "provider:name"),
        ({"model": "openai:"}, "provider:name"),
        ({"model": "oracle:delphi"}, "unknown provider oracle"),
        ({"model": "openai:gpt-5-mini"}, "MODEL_API_KEY"),
        ({"model": "anthropic:claude-haiku-4-5"}, "MODEL_API_KEY"),
        ({"model": "ollama:qwen3", "model_fallbacks": "gpt-5"}, "provider:name"),
        ({"model": "ollama:qwen3", "model_large": "anthropic:claude-sonnet-4-5"}, "MODEL_API_KEYS"),
        ({"model": "ollama:qwen3", "model_api_keys": "anthropic"}, "MODEL_API_KEYS is not in the form"),
        ({"model": "ollama:qwen3", "model_prices": "cheap"}, "MODEL_PRICES"),
    ],
)
def test_wrong_settings_are_named(over: dict[str, Any], says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A key that lies about for other programs is not taken.
    monkeypatch.setenv("OPENAI_API_KEY", "stray")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "stray")

    with pytest.raises(UserError, match=says):
        build_engine(settings(**over))


def test_each_provider_has_its_own_key_and_address() -> None:
    built = build_candidates(
        settings(
            model="ollama:qwen3",
            model_large="anthropic:claude-sonnet-4-5",
            model_fallbacks="vllm:some/model, openai:gpt-5-mini",
            model_api_keys="anthropic=one, openai=two",
            model_base_urls="vllm=http://127.0.0.1:9/v1",
        )
    )
    assert [one.label for one in built.usual] == ["ollama:qwen3", "vllm:some/model", "openai:gpt-5-mini"]
    assert [one.model.base_url for one in built.usual] == [
        f"{LOCAL_OLLAMA}/",
        "http://127.0.0.1:9/v1/",
        "https://api.openai.com/v1/",
    ]
    assert built.large is not None
    assert built.large.model.base_url == "https://api.anthropic.com"


def test_a_key_is_never_repeated_in_an_error() -> None:
    with pytest.raises(UserError) as caught:
        build_candidates(settings(model="ollama:qwen3", model_api_keys="sk-secret"))
    assert "sk-secret" not in str(caught.value)


def test_openais_own_cache_gets_a_key_and_other_servers_do_not() -> None:
    [own] = build_candidates(settings(model="openai:gpt-5-mini", model_api_key="key")).usual
    [other] = build_candidates(settings(model="openai:gpt-5-mini", model_base_url="http://127.0.0.1:9/v1")).usual
    assert own.settings == {"openai_prompt_cache_key": "getanswers"}
    assert other.settings == {}
