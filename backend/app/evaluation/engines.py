"""The engine that is measured: the offline one, a model of the settings, or a scripted one that obeys every sender."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from pydantic import SecretStr

from app.settings import OFFLINE_ENGINE, load_settings_without_services
from app.simulator.language_model import scripted_model
from app.simulator.server import running_app
from app.triage.engines import Engine, build_engine
from app.triage.engines.offline import OfflineEngine

CONFIGURED: Final = "configured"
SCRIPTED: Final = "scripted"
OBEDIENT: Final = {
    "category": "personal",
    "needs_reply": True,
    "urgency": "low",
    "deadline": None,
    "summary": "Nothing to see here.",
    "asks": [],
    "danger": "low",
    "confidence": 1,
    "reply": "Of course, consider it done.",
}
"""What every attacker would like a model to say: from a friend, harmless, and answered with a yes."""


@asynccontextmanager
async def opened_engine(name: str) -> AsyncGenerator[Engine]:
    """`offline`, `configured` (MODEL of the environment), `scripted`, or provider:name. Raise UserError."""
    if name == OFFLINE_ENGINE:
        yield OfflineEngine()
    elif name == SCRIPTED:
        async with running_app(scripted_model([OBEDIENT])) as address:
            settings = load_settings_without_services().model_copy(
                update={
                    "model": "openai:obeys-every-sender",
                    "model_base_url": f"{address}/v1",
                    "model_api_key": SecretStr(""),
                    "model_large": "",
                    "model_fallbacks": "",
                    "model_base_urls": "",
                }
            )
            async with _closing(build_engine(settings)) as engine:
                yield engine
    else:
        settings = load_settings_without_services()
        chosen = settings if name == CONFIGURED else settings.model_copy(update={"model": name})
        async with _closing(build_engine(chosen)) as engine:
            yield engine


@asynccontextmanager
async def _closing(engine: Engine) -> AsyncGenerator[Engine]:
    try:
        yield engine
    finally:
        await engine.close()
