"""An engine at a scripted model server, for tests."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from app.simulator.language_model import Answer, ScriptedModel, scripted_model
from app.simulator.server import running_app
from app.triage.engines import Engine, build_engine
from app.triage.signals import read_signals
from app.triage.spending.ledger import Ledger
from app.triage.verdict import Verdict
from tests.triage.engines.test_models import settings
from tests.triage.mails import snapshot

MAIL = "Hi Ana,\n\nwhich colour should the wall have? I must know by Friday.\n\nErik"


@dataclass(frozen=True, slots=True)
class Desk:
    """An engine and the model it asks."""

    engine: Engine
    model: ScriptedModel

    async def judge(self, **over: Any) -> Verdict:
        values: dict[str, Any] = {"text": MAIL} | over
        one = snapshot(**values)
        return await self.engine.judge(one, read_signals(one))


@asynccontextmanager
async def opened_desk(
    *answers: Answer | Mapping[str, Any], model: str = "openai:gpt-5-mini", ledger: Ledger | None = None, **over: Any
) -> AsyncGenerator[Desk]:
    """The model gives these answers, the last one for ever."""
    app = scripted_model(answers)
    async with running_app(app) as url:
        values: dict[str, Any] = {
            "model": model,
            "model_base_url": url if model.startswith(("anthropic", "google")) else f"{url}/v1",
            "model_api_key": SecretStr("key"),
            "model_timeout_seconds": 10,
        }
        engine = build_engine(settings(**(values | over)), ledger)
        yield Desk(engine, app.state.model)
        await engine.close()
