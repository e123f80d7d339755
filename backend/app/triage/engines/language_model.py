"""The engine that asks a language model, once per message, and believes it only as far as code allows."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, Self

import structlog
from pydantic_ai import Agent
from pydantic_ai.exceptions import AgentRunError, ModelAPIError
from pydantic_ai.models import Model
from pydantic_ai.output import ToolOutput
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RunUsage, UsageLimits

from app.settings import Settings
from app.triage.analyse import ANSWERABLE
from app.triage.engines import offline
from app.triage.engines.judgement import INSTRUCTIONS, PROMPT_VERSION, Judgement, numbered_lines, question
from app.triage.engines.models import build_model
from app.triage.plain import MAX_ASK, MAX_DRAFT, MAX_SUMMARY, one_line, paragraphs
from app.triage.signals import Signals
from app.triage.signals.deadlines import LONGEST, day_of
from app.triage.signals.senders import SenderKind
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category, Danger, Proposal, Step, Usage, Verdict

log = structlog.get_logger(__name__)

PURPOSE: Final = "judge"
MAX_ANSWER_TOKENS: Final = 1_500
_MARGIN: Final = timedelta(minutes=1)
_MICRODOLLARS: Final = 1_000_000
_DANGERS: Final = (Danger.LOW, Danger.MEDIUM, Danger.HIGH)
# What the client libraries let through when a server answers 200 with something that is not its protocol.
_FOREIGN_ANSWER: Final = (TypeError, ValueError, KeyError, IndexError, AttributeError)
_SETTLED: Final = frozenset({
    Category.NEWSLETTER, Category.MARKETING, Category.NOTIFICATION, Category.MAILING_LIST, Category.AUTO_REPLY,
    Category.BOUNCE, Category.RECEIPT, Category.SUSPICIOUS,
})  # fmt: skip
"""With header evidence, or evidence of an attack, a model has nothing to add to these."""


@dataclass(frozen=True, slots=True)
class LanguageModelEngine:
    name: str
    model: Model
    timeout: timedelta
    _agent: Agent[None, Judgement] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_agent", _agent(self.model, self.timeout))

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Raise UserError for an unknown provider or a missing key."""
        return cls(settings.model.strip(), build_model(settings), timedelta(seconds=settings.model_timeout_seconds))

    @property
    def lease(self) -> timedelta:
        return self.timeout + _MARGIN

    async def judge(self, snapshot: Snapshot, signals: Signals) -> Verdict:
        by_rules = offline.judge(snapshot, signals)
        if decided_alone(by_rules, signals):
            return by_rules
        usage, asked = RunUsage(), question(snapshot, signals)
        try:
            async with asyncio.timeout(self.timeout.total_seconds()):
                answer = await self._agent.run(asked, usage=usage, usage_limits=UsageLimits(request_limit=2))
        except TimeoutError:
            return self._failed(by_rules, "it took too long", usage)
        except ModelAPIError as error:
            return self._failed(by_rules, f"its server failed ({type(error).__name__})", usage)
        except (AgentRunError, *_FOREIGN_ANSWER) as error:
            return self._failed(by_rules, f"its answer was not usable ({type(error).__name__})", usage)
        return _combine(answer.output, by_rules, snapshot, signals, engine=self.name, usage=_usage(usage))

    def _failed(self, by_rules: Verdict, why: str, usage: RunUsage) -> Verdict:
        log.warning("triage.model_failed", engine=self.name, reason=why)
        return replace(
            by_rules,
            # Medium at least: whatever the rules propose then waits for a person.
            danger=_higher(by_rules.danger, Danger.MEDIUM),
            reasons=(f"The language model was not used: {why}", *by_rules.reasons),
            usage=_usage(usage),
        )

    async def close(self) -> None:
        """Let go of the connections."""
        async with self.model:
            pass


def _agent(model: Model, timeout: timedelta) -> Agent[None, Judgement]:
    return Agent(
        model,
        output_type=ToolOutput(Judgement, name="judgement", description="Your judgement of the mail."),
        instructions=INSTRUCTIONS,
        deps_type=type(None),
        name="judge",
        # One more try when the answer breaks the schema; a failing server is not asked again within the time.
        retries=1,
        model_settings=ModelSettings(max_tokens=MAX_ANSWER_TOKENS, timeout=timeout.total_seconds(), max_retries=0),
    )


def decided_alone(by_rules: Verdict, signals: Signals) -> bool:
    """Whether headers or evidence of an attack settle the matter, so that no model need be asked."""
    if signals.origin.kind in {SenderKind.SELF, SenderKind.SERVER} or by_rules.category is Category.SUSPICIOUS:
        return True
    if signals.answered:  # there is nothing left to draft, and the rules' word is enough for the record
        return True
    machine = bool(signals.origin.bulk or signals.origin.automatic)
    return by_rules.category in _SETTLED and (machine or by_rules.category in {Category.BOUNCE, Category.AUTO_REPLY})


def _combine(
    answer: Judgement, by_rules: Verdict, snapshot: Snapshot, signals: Signals, *, engine: str, usage: tuple[Usage, ...]
) -> Verdict:
    """The model's words under the rules' floor."""
    suspicious = answer.category is Category.SUSPICIOUS
    wanted = answer.needs_reply and not suspicious and _may_be_answered(answer.category, signals)
    draft = paragraphs(answer.reply, MAX_DRAFT) if wanted else ""
    confidence = _believed(answer, by_rules)
    return Verdict(
        category=answer.category,
        needs_reply=wanted,
        urgency=answer.urgency,
        deadline=_plausible(answer.deadline, snapshot),
        summary=one_line(answer.summary, MAX_SUMMARY) or by_rules.summary,
        asks=tuple(_asks(answer, signals)) if wanted else (),
        reasons=(f"The language model says {answer.category.value}", *by_rules.reasons),
        confidence=confidence,
        danger=_higher(answer.danger, by_rules.danger, Danger.HIGH if suspicious else Danger.LOW),
        proposals=tuple(_proposals(answer.category, confidence, drafted=bool(draft))),
        draft=draft or None,
        engine=engine,
        prompt_version=PROMPT_VERSION,
        usage=usage,
    )


def _may_be_answered(category: Category, signals: Signals) -> bool:
    """A model may find a question the rules miss, but none in mail that takes no answers."""
    origin = signals.origin
    return category in ANSWERABLE and not origin.no_reply and not origin.automatic


def _believed(answer: Judgement, by_rules: Verdict) -> float:
    """The model's own confidence counts only together with the rules': agreement helps, disagreement costs."""
    agree = (answer.category, answer.needs_reply) == (by_rules.category, by_rules.needs_reply)
    if agree:
        return (answer.confidence + max(answer.confidence, by_rules.confidence)) / 2
    return min(answer.confidence, 0.6)


def _proposals(category: Category, confidence: float, *, drafted: bool) -> Iterator[Proposal]:
    """Never to archive: what may leave the inbox unasked is settled by headers, before any model."""
    if category is not Category.OTHER:
        yield Proposal(Step.LABEL, confidence, f"The language model says {category.value}")
    if drafted:
        yield Proposal(Step.REPLY, confidence, "A person waits for an answer")


def _asks(answer: Judgement, signals: Signals) -> Iterator[str]:
    lines = numbered_lines(signals)
    for number in dict.fromkeys(answer.asks):
        if 1 <= number <= len(lines):
            yield one_line(lines[number - 1], MAX_ASK)


def _plausible(deadline: date | None, snapshot: Snapshot) -> date | None:
    written = day_of(snapshot.message.written_at, snapshot.reader.timezone)
    return deadline if deadline and timedelta() <= deadline - written <= LONGEST else None


def _higher(*dangers: Danger) -> Danger:
    return max(dangers, key=_DANGERS.index)


def _usage(usage: RunUsage) -> tuple[Usage, ...]:
    if not usage.requests:
        return ()
    cost = None if usage.cost is None else round(usage.cost * _MICRODOLLARS)
    return (Usage(PURPOSE, usage.input_tokens, usage.output_tokens, cost),)
