"""The engine that asks a language model, once per message, and believes it only as far as code allows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self
from uuid import UUID

from app.settings import Settings
from app.triage.analyse import ANSWERABLE
from app.triage.engines import offline
from app.triage.engines.asking import Question
from app.triage.engines.judgement import INSTRUCTIONS, PROMPT_VERSION, Judgement, numbered_lines, question
from app.triage.engines.learned import NEVER_ANSWERED
from app.triage.engines.models import build_candidates
from app.triage.engines.panel import Panel
from app.triage.engines.rule_reading import read_rule
from app.triage.plain import MAX_ASK, MAX_DRAFT, MAX_SUMMARY, one_line, paragraphs
from app.triage.signals import Signals
from app.triage.signals.addressing import Delivery
from app.triage.signals.deadlines import LONGEST, day_of
from app.triage.signals.languages import Language
from app.triage.signals.senders import SenderKind
from app.triage.snapshot import Snapshot
from app.triage.spending.ledger import Ledger
from app.triage.spending.prices import Prices
from app.triage.user_rules.applying import rules_for
from app.triage.user_rules.keeping import Reading
from app.triage.verdict import Category, Danger, Proposal, Step, Usage, Verdict

PURPOSE: Final = "judge"
MAX_ANSWER_TOKENS: Final = 1_500
_MARGIN: Final = timedelta(minutes=1)
_DANGERS: Final = (Danger.LOW, Danger.MEDIUM, Danger.HIGH)
_SETTLED: Final = frozenset({
    Category.NEWSLETTER, Category.MARKETING, Category.NOTIFICATION, Category.MAILING_LIST, Category.AUTO_REPLY,
    Category.BOUNCE, Category.RECEIPT, Category.SUSPICIOUS,
})  # fmt: skip
"""With header evidence, or evidence of an attack, a model has nothing to add to these."""
_DELICATE: Final = frozenset({Category.LEGAL, Category.FINANCE})
_UNSURE: Final = 0.7
_MANY_ASKS: Final = 4
_LONG_CONVERSATION: Final = 5
_LONG_MAIL: Final = 3_000


@dataclass(frozen=True, slots=True)
class LanguageModelEngine:
    panel: Panel

    @classmethod
    def from_settings(cls, settings: Settings, ledger: Ledger) -> Self:
        """Raise UserError for an unknown provider or a missing key."""
        timeout = timedelta(seconds=settings.model_timeout_seconds)
        return cls(Panel(build_candidates(settings), timeout, ledger, Prices.from_settings(settings)))

    @property
    def name(self) -> str:
        return self.panel.candidates.usual[0].label

    @property
    def lease(self) -> timedelta:
        return self.panel.longest + _MARGIN

    async def judge(self, snapshot: Snapshot, signals: Signals) -> Verdict:
        by_rules = offline.judge(snapshot, signals)
        if decided_alone(by_rules, signals):
            return by_rules
        wishes = tuple(_wishes(by_rules, snapshot, signals))
        asked = Question(PURPOSE, INSTRUCTIONS, Judgement, question(snapshot, signals, wishes), MAX_ANSWER_TOKENS)
        large = needs_care(by_rules, snapshot, signals)
        found = await self.panel.ask(asked, user_id=snapshot.reader.id, large=large)
        if found.answer is None:
            return _held(by_rules, found.reason, found.usage)
        return _combine(found.answer, by_rules, snapshot, signals, engine=found.by, usage=found.usage)

    async def read_rule(self, text: str, user_id: UUID) -> Reading | None:
        return await read_rule(self.panel, text, user_id)

    async def close(self) -> None:
        """Let go of the connections."""
        models = [one.model for one in self.panel.candidates.usual]
        if self.panel.candidates.large is not None:
            models.append(self.panel.candidates.large.model)
        for model in models:
            async with model:
                pass


def _wishes(by_rules: Verdict, snapshot: Snapshot, signals: Signals) -> Iterator[str]:
    """What the user wants of an answer to this mail: their rules first, what was found in their writing last."""
    for rule in rules_for(snapshot, signals, by_rules):
        if note := rule.meaning.effects.note:
            yield note
    yield from snapshot.guidance.notes
    if habits := snapshot.guidance.habits(signals.language.value):
        yield from (f"The person usually {one}." for one in habits.in_words())


def _held(by_rules: Verdict, why: str, usage: tuple[Usage, ...]) -> Verdict:
    return replace(
        by_rules,
        # Medium at least: whatever the rules propose then waits for a person.
        danger=_higher(by_rules.danger, Danger.MEDIUM),
        reasons=(f"The language model was not used: {why}", *by_rules.reasons),
        usage=usage,
    )


def needs_care(by_rules: Verdict, snapshot: Snapshot, signals: Signals) -> bool:
    """Whether a reply is wanted that a small model is likely to get wrong; told before any model is asked."""
    if not by_rules.needs_reply:
        return False
    return (
        by_rules.category in _DELICATE
        or len(signals.asks.all) >= _MANY_ASKS
        or len(snapshot.earlier) >= _LONG_CONVERSATION
        or len(snapshot.message.text) >= _LONG_MAIL
    )


def decided_alone(by_rules: Verdict, signals: Signals) -> bool:
    """Whether headers, evidence of an attack or plain words settle the matter, so that no model need be asked."""
    if signals.origin.kind in {SenderKind.SELF, SenderKind.SERVER} or by_rules.category is Category.SUSPICIOUS:
        return True
    if signals.answered:  # there is nothing left to draft, and the rules' word is enough for the record
        return True
    machine = bool(signals.origin.bulk or signals.origin.automatic)
    if by_rules.category in _SETTLED and (machine or by_rules.category in {Category.BOUNCE, Category.AUTO_REPLY}):
        return True
    return not by_rules.needs_reply and not _may_be_missed(by_rules, signals)


def _may_be_missed(by_rules: Verdict, signals: Signals) -> bool:
    """Nothing is asked as far as the rules can tell; but a person wrote it, or they cannot read it well."""
    if by_rules.confidence < _UNSURE or signals.language is Language.OTHER:
        return True
    plain = bool(signals.asks.closing or signals.asks.informing or signals.asks.answer_waved_off)
    to_the_user = signals.addressing.delivery in {Delivery.ALONE, Delivery.DIRECT}
    return by_rules.category is Category.PERSONAL and signals.origin.human and to_the_user and not plain


def _combine(
    answer: Judgement, by_rules: Verdict, snapshot: Snapshot, signals: Signals, *, engine: str, usage: tuple[Usage, ...]
) -> Verdict:
    """The model's words under the rules' floor."""
    suspicious = answer.category is Category.SUSPICIOUS
    wanted = answer.needs_reply and not suspicious and _may_be_answered(answer.category, signals)
    draft = paragraphs(answer.reply, MAX_DRAFT) if wanted and offline.takes_answers(snapshot, signals) else ""
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
        bulk=by_rules.bulk,
    )


def _may_be_answered(category: Category, signals: Signals) -> bool:
    """A model may find a question the rules miss, but none in mail that takes no answers unless a person asks there."""
    origin = signals.origin
    if signals.relay.asks_user:
        return category not in NEVER_ANSWERED
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
