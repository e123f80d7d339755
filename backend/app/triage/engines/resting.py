"""Leaves a model alone for a while after it failed again and again, so that mail does not wait for a dead server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Final

FAILURES: Final = 3
REST: Final = timedelta(seconds=60)


@dataclass(slots=True)
class Resting:
    """Of one process; after the rest a single failure is enough for the next one."""

    clock: Callable[[], float] = monotonic
    _failures: dict[str, int] = field(default_factory=dict[str, int])
    _until: dict[str, float] = field(default_factory=dict[str, float])

    def rests(self, model: str) -> bool:
        return self._until.get(model, 0) > self.clock()

    def failed(self, model: str) -> None:
        self._failures[model] = self._failures.get(model, 0) + 1
        if self._failures[model] >= FAILURES:
            self._until[model] = self.clock() + REST.total_seconds()

    def answered(self, model: str) -> None:
        self._failures.pop(model, None)
        self._until.pop(model, None)
