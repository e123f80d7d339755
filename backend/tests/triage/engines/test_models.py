from typing import Any

import pytest

from app.errors import UserError
from app.settings import Settings
from app.triage.engines import build_engine
from app.triage.engines.language_model import LanguageModelEngine
from app.triage.engines.models import LOCAL_OLLAMA, build_model
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
        ({"model": "ollama:qwen3"}, f"{LOCAL_OLLAMA}/"),
        ({"model": "vllm:some/model", "model_base_url": "http://127.0.0.1:9/v1"}, "http://127.0.0.1:9/v1/"),
    ],
)
def test_a_model_is_built_from_the_settings(over: dict[str, Any], address: str) -> None:
    assert build_model(settings(**over)).base_url == address


def test_the_engine_is_called_as_the_settings_say() -> None:
    engine = build_engine(settings(model="openai:gpt-5-mini", model_api_key="key", model_timeout_seconds=5))

    assert isinstance(engine, LanguageModelEngine)
    assert engine.name == "openai:gpt-5-mini"
    assert engine.lease > engine.timeout


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"model": "gpt-5"}, "provider:name"),
        ({"model": "openai:"}, "provider:name"),
        ({"model": "oracle:delphi"}, "unknown provider oracle"),
        ({"model": "openai:gpt-5-mini"}, "MODEL_API_KEY"),
        ({"model": "anthropic:claude-haiku-4-5"}, "MODEL_API_KEY"),
    ],
)
def test_wrong_settings_are_named(over: dict[str, Any], says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A key that lies about for other programs is not taken.
    monkeypatch.setenv("OPENAI_API_KEY", "stray")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "stray")

    with pytest.raises(UserError, match=says):
        build_engine(settings(**over))
