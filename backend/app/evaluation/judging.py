"""Lets an engine judge labelled messages, one after the other, and keeps what it said, did and cost."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.evaluation.examples import Example
from app.evaluation.labels import Labels
from app.evaluation.replay import UnreadableMailError, boldest_situation, replay
from app.policy.facts import Kind
from app.policy.rule import Choice
from app.triage.deciding import Case, decided_steps
from app.triage.engines import Engine
from app.triage.signals import read_signals
from app.triage.verdict import Step, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    id: str
    labels: Labels
    verdict: Verdict
    bulk: bool
    """The system takes it for the work of a machine, or for one text to many."""
    proposed: frozenset[Step]
    unasked: frozenset[Kind]
    """What would have happened unasked, everything being switched on and trusted."""
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Run:
    engine: str
    judged: tuple[Judged, ...]
    unreadable: tuple[str, ...]
    """Ids of messages that the system would have put aside."""


async def judge_all(
    examples: Sequence[Example], engine: Engine, *, told: Callable[[int], None] = lambda _: None
) -> Run:
    """Judge them one by one, so that the time per message means something; `told` hears how many are done."""
    judged: list[Judged] = []
    unreadable: list[str] = []
    for number, example in enumerate(examples, start=1):
        try:
            judged.append(await _judge(example, engine))
        except UnreadableMailError:
            unreadable.append(example.id)
        told(number)
    return Run(engine.name, tuple(judged), tuple(unreadable))


async def _judge(example: Example, engine: Engine) -> Judged:
    started = time.perf_counter()
    found = replay(example.record)
    signals = read_signals(found.snapshot)
    verdict = await engine.judge(found.snapshot, signals)
    case = Case(boldest_situation(found, example.record.me[0]), found.snapshot, signals, verdict)
    steps = decided_steps(case)
    took = time.perf_counter() - started
    return Judged(
        id=example.id,
        labels=example.labels,
        verdict=verdict,
        bulk=verdict.bulk,
        proposed=frozenset(one.step for one in verdict.proposals),
        unasked=frozenset(Kind(one.payload.kind) for one in steps if one.decision.choice is Choice.ACT),
        milliseconds=took * 1_000,
    )
