"""Measures a piece of work and its floor in turn, so that what else the machine does falls on both."""

import gc
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

ROUNDS: Final = 3

Work = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Spent:
    wall: float
    """Seconds on the clock."""
    cpu: float
    """Seconds of processor time of this process, all its threads."""


@dataclass(frozen=True, slots=True)
class Comparison:
    ours: Spent
    floor: Spent


async def compare(
    ours: Work, floor: Work, *, before: Work | None = None, before_floor: Work | None = None
) -> Comparison:
    """The best of ROUNDS of each; what has to be done before each is not measured."""
    taken = [(await timed(ours, before), await timed(floor, before_floor)) for _ in range(ROUNDS)]
    return Comparison(_best([one for one, _ in taken]), _best([one for _, one in taken]))


async def timed(work: Work, before: Work | None = None) -> Spent:
    """Once; what has to be done before is not measured."""
    if before is not None:
        await before()
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def _best(taken: Sequence[Spent]) -> Spent:
    # Disturbance by others only ever adds, so the least of each is nearest to the work itself.
    return Spent(min(one.wall for one in taken), min(one.cpu for one in taken))
