"""Every setting of the system, read from the environment in this one place."""

from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import UserError


class WorkerPool(StrEnum):
    THREADS = "threads"
    PREFORK = "prefork"
    SOLO = "solo"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class Sender(StrEnum):
    """How notices and digests leave the house."""

    SMTP = "smtp"
    CONSOLE = "console"


OFFLINE_ENGINE = "offline"
PATTERN_ENGINE = "pattern"
"""Who has judged a message that no model was asked about because of what the user always does."""


class Settings(BaseSettings):
    """One frozen value; names in the environment are the field names in capitals."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    database_url: Annotated[str, Field(description="PostgreSQL, postgresql://user:password@host:port/name")]
    redis_url: Annotated[str, Field(description="Redis or Valkey, redis://:password@host:port/0")]
    broker_url: Annotated[str, Field(description="Another Celery broker, e.g. amqp://…; default REDIS_URL")] = ""

    encryption_keys: Annotated[
        SecretStr, Field(description="id:base64 of 32 bytes, comma separated; the first one encrypts, all decrypt")
    ]
    base_url: Annotated[str, Field(description="Where people reach the review page")] = "http://127.0.0.1:8000"
    api_host: Annotated[str, Field(description="Address the API server listens on")] = "127.0.0.1"
    api_port: Annotated[int, Field(ge=1, le=65535, description="Port the API server listens on")] = 8000

    gmail_api_url: Annotated[str, Field(description="Gmail's address")] = "https://gmail.googleapis.com"
    google_token_url: Annotated[str, Field(description="OAuth token address")] = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, not a secret
    google_revoke_url: Annotated[str, Field(description="OAuth revocation address")] = (
        "https://oauth2.googleapis.com/revoke"
    )
    google_auth_url: Annotated[str, Field(description="OAuth consent page")] = (
        "https://accounts.google.com/o/oauth2/v2/auth"
    )
    google_client_id: Annotated[str, Field(description="OAuth client of your Google project")] = ""
    google_client_secret: Annotated[SecretStr, Field(description="Its secret")] = SecretStr("")

    model: Annotated[
        str,
        Field(description="'offline', or provider:name such as anthropic:claude-haiku-4-5 or openai:gpt-5-mini"),
    ] = OFFLINE_ENGINE
    model_large: Annotated[
        str, Field(description="A larger model, provider:name, for replies that need care; empty: MODEL does all")
    ] = ""
    model_fallbacks: Annotated[
        str, Field(description="Models to ask in turn when one fails, comma separated; the built-in rules come last")
    ] = ""
    model_base_url: Annotated[str, Field(description="Address of an OpenAI-compatible server (Ollama, vLLM, …)")] = ""
    model_api_key: Annotated[SecretStr, Field(description="Key for the model's provider")] = SecretStr("")
    model_base_urls: Annotated[
        str, Field(description="Addresses of other providers' servers, provider=address, comma separated")
    ] = ""
    model_api_keys: Annotated[
        SecretStr, Field(description="Keys for other providers than MODEL's, provider=key, comma separated")
    ] = SecretStr("")
    model_timeout_seconds: Annotated[float, Field(gt=0, le=240, description="Longest wait for one model call")] = 60
    model_prices: Annotated[
        str, Field(description="Prices that are not known, provider:name=input/output, dollars per million tokens")
    ] = ""
    daily_model_dollars: Annotated[float, Field(ge=0, description="What models may cost one user a day")] = 1.0
    daily_model_tokens: Annotated[int, Field(ge=0, description="Tokens models may use for one user a day")] = 500_000

    sender: Annotated[Sender, Field(description="How notices leave: smtp or console")] = Sender.CONSOLE
    smtp_host: Annotated[str, Field(description="Mail server for notices and digests")] = ""
    smtp_port: Annotated[int, Field(ge=1, le=65535, description="Its port")] = 587
    smtp_username: Annotated[str, Field(description="User name there, if it asks for one")] = ""
    smtp_password: Annotated[SecretStr, Field(description="Password there")] = SecretStr("")
    smtp_starttls: Annotated[bool, Field(description="Upgrade the connection with STARTTLS")] = True
    mail_from: Annotated[str, Field(description="Sender address of notices and digests")] = "getanswers@localhost"

    worker_pool: Annotated[WorkerPool, Field(description="Celery pool: threads, prefork or solo")] = WorkerPool.THREADS
    worker_concurrency: Annotated[int, Field(ge=1, le=1000, description="Tasks at once per worker")] = 16
    log_level: Annotated[str, Field(description="debug, info, warning or error")] = "info"
    log_format: Annotated[LogFormat, Field(description="text or json")] = LogFormat.TEXT

    user_units_per_minute: Annotated[int, Field(ge=600, description="Gmail quota of one user, units a minute")] = 6000
    project_units_per_minute: Annotated[
        int, Field(ge=6000, description="Gmail quota of your Google project, units a minute")
    ] = 1_200_000
    project_units_per_day: Annotated[
        int, Field(ge=100_000, description="What your Google project may spend a day; beyond it Google bills you")
    ] = 80_000_000
    sync_window_days: Annotated[int, Field(ge=1, description="How far back the first sync goes")] = 30
    sync_window_messages: Annotated[
        int | None, Field(ge=1, description="How many messages the first sync takes at most, the newest")
    ] = None

    push_poll_minutes: Annotated[
        int, Field(ge=5, le=1440, description="How often a mailbox is polled while Gmail tells of its new mail")
    ] = 60
    idle_poll_minutes: Annotated[
        int, Field(ge=0, le=1440, description="How often one without news for a week is polled; 0: like all others")
    ] = 0
    gmail_push_topic: Annotated[
        str,
        Field(
            pattern=r"^(projects/[^/]+/topics/[^/]+)?$",
            description="Pub/Sub topic that Gmail tells of new mail, projects/…/topics/…; empty: polling only",
        ),
    ] = ""
    gmail_push_subscription: Annotated[
        str,
        Field(
            pattern=r"^(projects/[^/]+/subscriptions/[^/]+)?$",
            description="Pull subscription of that topic, projects/…/subscriptions/…; needs no public address",
        ),
    ] = ""
    pubsub_key_file: Annotated[str, Field(description="JSON key of the service account that reads it")] = ""
    pubsub_token: Annotated[SecretStr, Field(description="An access token instead of that key")] = SecretStr("")
    pubsub_api_url: Annotated[str, Field(description="Pub/Sub's address")] = "https://pubsub.googleapis.com"
    gmail_push_audience: Annotated[
        str, Field(description="Audience of the topic's push subscription; opens BASE_URL/api/push/gmail for it")
    ] = ""
    gmail_push_account: Annotated[str, Field(description="Service account that the push subscription signs as")] = ""
    google_keys_url: Annotated[str, Field(description="Keys that Google signs with")] = (
        "https://www.googleapis.com/oauth2/v1/certs"
    )

    @field_validator("database_url")
    @classmethod
    def _postgresql_only(cls, value: str) -> str:
        if not value.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
            raise ValueError("must start with postgresql://")
        return "postgresql+psycopg://" + value.split("://", 1)[1]

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("must be debug, info, warning or error")
        return value.lower()

    @model_validator(mode="after")
    def _smtp_needs_a_host(self) -> Self:
        if self.sender is Sender.SMTP and not self.smtp_host:
            raise ValueError("SENDER=smtp needs SMTP_HOST")
        return self

    @model_validator(mode="after")
    def _push_is_whole(self) -> Self:
        if (self.gmail_push_subscription or self.gmail_push_audience) and not self.gmail_push_topic:
            raise ValueError("GMAIL_PUSH_SUBSCRIPTION and GMAIL_PUSH_AUDIENCE need GMAIL_PUSH_TOPIC")
        if self.gmail_push_subscription and not (self.pubsub_key_file or self.pubsub_token.get_secret_value()):
            raise ValueError("GMAIL_PUSH_SUBSCRIPTION needs PUBSUB_KEY_FILE")
        if self.gmail_push_audience and not self.gmail_push_account:
            raise ValueError("GMAIL_PUSH_AUDIENCE needs GMAIL_PUSH_ACCOUNT")
        return self

    @property
    def broker(self) -> str:
        return self.broker_url or self.redis_url

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")


@cache
def load_settings() -> Settings:
    """Read the environment once. Raises UserError naming each setting that is missing or wrong."""
    return _checked({})


def load_settings_without_services() -> Settings:
    """For commands that need no database and no broker: whether the environment names any does not matter."""
    unused = "unused:"
    return _checked({"database_url": "postgresql://unused", "redis_url": unused, "encryption_keys": SecretStr(unused)})


def _checked(given: dict[str, Any]) -> Settings:
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = "; ".join(_in_words(problem["loc"], problem["type"], problem["msg"]) for problem in error.errors())
        raise UserError(f"Wrong setting: {problems}. The README lists every setting.") from error


def _in_words(location: tuple[int | str, ...], kind: str, message: str) -> str:
    name = str(location[0]).upper() if location else ""
    if kind == "missing":
        return f"{name} is not set"
    return f"{name} {message.removeprefix('Value error, ')}".strip()
