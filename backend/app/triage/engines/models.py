"""Builds the language model that the settings name."""

from typing import Final

from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from app.errors import UserError
from app.settings import Settings

LOCAL_OLLAMA: Final = "http://127.0.0.1:11434/v1"
NO_KEY: Final = "no-key"
"""Local servers ask for none, their client for some."""


def build_model(settings: Settings) -> Model:
    """Raise UserError when the provider is unknown, or a key or an address is missing."""
    provider, separator, name = settings.model.strip().partition(":")
    if not separator or not name.strip():
        raise UserError(
            f"MODEL={settings.model} does not name a model. Write offline, or provider:name, e.g. openai:gpt-5-mini."
        )
    name = name.strip()
    match provider.strip().lower():
        case "anthropic":
            return AnthropicModel(name, provider=_anthropic(settings))
        case "openai":
            return OpenAIChatModel(name, provider=_openai(settings))
        case "ollama":
            address = settings.model_base_url or LOCAL_OLLAMA
            return OpenAIChatModel(name, provider=OllamaProvider(base_url=address, api_key=_key(settings) or NO_KEY))
        case other if settings.model_base_url:
            compatible = OpenAICompatibleProvider(
                other, base_url=settings.model_base_url, api_key=_key(settings) or NO_KEY
            )
            return OpenAIChatModel(name, provider=compatible)
        case other:
            raise UserError(
                f"MODEL={settings.model} names the unknown provider {other}. Known are anthropic, openai and ollama; "
                "for any other server that speaks OpenAI's protocol also set MODEL_BASE_URL."
            )


def _anthropic(settings: Settings) -> AnthropicProvider:
    return AnthropicProvider(api_key=_required_key(settings), base_url=settings.model_base_url or None)


def _openai(settings: Settings) -> OpenAIProvider:
    if settings.model_base_url:
        return OpenAIProvider(base_url=settings.model_base_url, api_key=_key(settings) or NO_KEY)
    return OpenAIProvider(api_key=_required_key(settings))


def _key(settings: Settings) -> str:
    return settings.model_api_key.get_secret_value().strip()


def _required_key(settings: Settings) -> str:
    # The libraries would take a key from variables of their own; the settings are the only reader of the environment.
    if key := _key(settings):
        return key
    raise UserError(f"MODEL={settings.model} needs MODEL_API_KEY, the key for that provider.")
