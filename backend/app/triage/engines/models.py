"""Builds the language models that the settings name: the usual one, the larger one, and those to fall back on."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel, AnthropicModelSettings
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from app.errors import UserError
from app.settings import Settings

LOCAL_OLLAMA: Final = "http://127.0.0.1:11434/v1"
NO_KEY: Final = "no-key"
"""Local servers ask for none, their client for some."""
CACHE_KEY: Final = "getanswers"
"""Calls with the same key reach the same cache of OpenAI's; the instructions are the same for everybody."""
ANTHROPIC: Final = "anthropic"
OPENAI: Final = "openai"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that may be asked."""

    label: str
    """provider:name"""
    model: Model
    settings: ModelSettings


@dataclass(frozen=True, slots=True)
class Candidates:
    usual: tuple[Candidate, ...]
    """The model of the settings, then those to fall back on."""
    large: Candidate | None


@dataclass(frozen=True, slots=True)
class _Access:
    """How to reach one provider."""

    label: str
    address: str
    key: str

    @property
    def required_key(self) -> str:
        # The libraries would take a key from variables of their own; the settings alone read the environment.
        if self.key:
            return self.key
        raise UserError(
            f"{self.label} needs a key: set MODEL_API_KEY, the key for MODEL's provider, or name it in MODEL_API_KEYS."
        )


def build_candidates(settings: Settings) -> Candidates:
    """Raise UserError when a provider is unknown, or a key, an address or a library is missing."""
    fallbacks = [one.strip() for one in settings.model_fallbacks.split(",") if one.strip()]
    named = {settings.model.strip(): "MODEL"}
    for one in fallbacks:
        named.setdefault(one, "MODEL_FALLBACKS")
    large = settings.model_large.strip()
    return Candidates(
        usual=tuple(_candidate(label, setting, settings) for label, setting in named.items()),
        large=_candidate(large, "MODEL_LARGE", settings) if large else None,
    )


def _candidate(label: str, setting: str, settings: Settings) -> Candidate:
    try:
        provider, name = split_label(label)
        access = _access(label, provider, settings)
        return Candidate(label, _model(provider, name, access), _settings(provider, access))
    except UserError as error:
        raise UserError(f"{setting}={label}: {error}") from error


def split_label(label: str) -> tuple[str, str]:
    provider, separator, name = label.partition(":")
    if not separator or not name.strip():
        raise UserError(f"{label} does not name a model. Write offline, or provider:name, e.g. openai:gpt-5-mini.")
    return provider.strip().lower(), name.strip()


def _model(provider: str, name: str, access: _Access) -> Model:
    match provider:
        case "anthropic":
            return AnthropicModel(
                name, provider=AnthropicProvider(api_key=access.required_key, base_url=access.address or None)
            )
        case "openai":
            return OpenAIChatModel(name, provider=_openai(access))
        case "google":
            return _google(name, access)
        case "ollama":
            return OpenAIChatModel(
                name, provider=OllamaProvider(base_url=access.address or LOCAL_OLLAMA, api_key=access.key or NO_KEY)
            )
        case other if access.address:
            compatible = OpenAICompatibleProvider(other, base_url=access.address, api_key=access.key or NO_KEY)
            return OpenAIChatModel(name, provider=compatible)
        case other:
            raise UserError(
                f"{access.label} names the unknown provider {other}. Known are anthropic, openai, google and ollama; "
                "for any other server that speaks OpenAI's protocol also set MODEL_BASE_URL."
            )


def _openai(access: _Access) -> OpenAIProvider:
    if access.address:
        return OpenAIProvider(base_url=access.address, api_key=access.key or NO_KEY)
    return OpenAIProvider(api_key=access.required_key)


def _google(name: str, access: _Access) -> Model:
    """Loaded by name: its library is large, and only this provider asks for it."""
    models, providers = import_module("pydantic_ai.models.google"), import_module("pydantic_ai.providers.google")
    provider = providers.GoogleProvider(api_key=access.required_key, base_url=access.address or None)
    model: Model = models.GoogleModel(name, provider=provider)
    return model


def _settings(provider: str, access: _Access) -> ModelSettings:
    """Prompt caching, as each provider offers it: the instructions and the schema come first and never change."""
    if provider == ANTHROPIC:
        return AnthropicModelSettings(anthropic_cache_instructions=True, anthropic_cache_tool_definitions=True)
    if provider == OPENAI and not access.address:  # other servers may refuse what they do not know
        return OpenAIChatModelSettings(openai_prompt_cache_key=CACHE_KEY)
    return ModelSettings()


def _access(label: str, provider: str, settings: Settings) -> _Access:
    """MODEL_BASE_URL and MODEL_API_KEY belong to MODEL's provider; the others have theirs by name."""
    usual = settings.model.partition(":")[0].strip().lower() == provider
    addresses = dict(_by_provider(settings.model_base_urls, "MODEL_BASE_URLS"))
    keys = dict(_by_provider(settings.model_api_keys.get_secret_value(), "MODEL_API_KEYS"))
    address = settings.model_base_url.strip() if usual else ""
    key = settings.model_api_key.get_secret_value().strip() if usual else ""
    return _Access(label, addresses.get(provider, address), keys.get(provider, key))


def _by_provider(value: str, setting: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, map(str.strip, value.split(","))):
        provider, separator, given = part.partition("=")
        if not separator or not given.strip():  # the part itself may be a key: it is not repeated
            raise UserError(f"{setting} is not in the form provider=value, provider=value.")
        yield provider.strip().lower(), given.strip()
