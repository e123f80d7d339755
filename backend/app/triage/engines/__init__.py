"""The judges: what an engine is, and which one the settings name."""

from datetime import timedelta
from importlib import import_module
from typing import Final, Protocol

from app.settings import OFFLINE_ENGINE, Settings
from app.triage.engines.offline import OfflineEngine
from app.triage.signals import Signals
from app.triage.snapshot import Snapshot
from app.triage.spending.ledger import Ledger, OpenLedger
from app.triage.verdict import Verdict

__all__ = ["Engine", "build_engine"]

LANGUAGE_MODEL: Final = "app.triage.engines.language_model"
"""Loaded by name when a model is set: its libraries take seconds and a hundred megabytes in every process."""


class Engine(Protocol):
    """Judges one message. Never raises for what is in the mail; a model that fails is replaced by the rules."""

    @property
    def name(self) -> str: ...

    @property
    def lease(self) -> timedelta:
        """Longest time a judgement may take; after it another worker may start over."""
        ...

    async def judge(self, snapshot: Snapshot, signals: Signals) -> Verdict: ...

    async def close(self) -> None:
        """Let go of connections; the engine is not used after it."""
        ...


def build_engine(settings: Settings, ledger: Ledger | None = None) -> Engine:
    """Raise UserError for an unknown provider or a missing key. Without a ledger nobody counts what is spent."""
    if settings.model.strip() in {"", OFFLINE_ENGINE}:
        return OfflineEngine()
    engine: Engine = import_module(LANGUAGE_MODEL).LanguageModelEngine.from_settings(settings, ledger or OpenLedger())
    return engine
