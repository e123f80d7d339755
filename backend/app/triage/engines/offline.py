"""The engine that needs no key: hand-written rules and small linear models, always at hand, always the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.settings import OFFLINE_ENGINE
from app.triage.analyse import Analysis, analyse
from app.triage.draft import holding_reply
from app.triage.engines.learned import weigh
from app.triage.plain import MAX_DRAFT, MAX_REASON, one_line, paragraphs
from app.triage.signals import Signals
from app.triage.signals.addressing import Delivery
from app.triage.snapshot import Snapshot
from app.triage.summary import asks_told, summary_of
from app.triage.verdict import Category, Proposal, Step, Urgency, Verdict

RULES_VERSION: Final = "rules-6"
_ARCHIVABLE: Final = frozenset({Category.NEWSLETTER, Category.MARKETING, Category.NOTIFICATION, Category.RECEIPT})
_MAX_REASONS: Final = 8
_DRAFT_CONFIDENCE: Final = 0.6
"""A holding answer is at best a start."""


@dataclass(frozen=True, slots=True)
class OfflineEngine:
    name: str = OFFLINE_ENGINE
    lease: timedelta = timedelta(minutes=2)

    async def judge(self, snapshot: Snapshot, signals: Signals) -> Verdict:
        return judge(snapshot, signals)

    async def close(self) -> None:
        """Holds nothing open."""


def judge(snapshot: Snapshot, signals: Signals) -> Verdict:
    rules = analyse(signals)
    analysis, confidence = weigh(rules, snapshot, signals)
    is_open = analysis.answer.wanted and not signals.answered
    drafted = is_open and takes_answers(snapshot, signals)
    draft = paragraphs(holding_reply(snapshot, signals), MAX_DRAFT) if drafted else None
    return Verdict(
        category=analysis.category,
        needs_reply=analysis.answer.wanted,
        urgency=analysis.urgency,
        deadline=analysis.deadline,
        summary=summary_of(snapshot, signals, analysis.asked),
        asks=asks_told(signals, analysis.asked),
        reasons=_reasons(analysis, signals),
        confidence=confidence,
        danger=analysis.danger,
        proposals=tuple(propose(analysis, signals, drafted=draft is not None, tidy=_quiet(rules, signals))),
        draft=draft,
        engine=OFFLINE_ENGINE,
        prompt_version=RULES_VERSION,
        bulk=analysis.bulk,
    )


def takes_answers(snapshot: Snapshot, signals: Signals) -> bool:
    """An answer by mail would be read: a service that takes none is answered at its own place."""
    return not signals.origin.no_reply or bool(snapshot.message.reply_to)


def propose(analysis: Analysis, signals: Signals, *, drafted: bool, tidy: bool = True) -> Iterator[Proposal]:
    """`tidy` says that the rules alone would put it away, too: two opinions are needed for that."""
    category, sure = analysis.category, analysis.judged.confidence
    because = one_line(analysis.judged.reasons[0] if analysis.judged.reasons else category.value, MAX_REASON)
    if category is not Category.OTHER:
        yield Proposal(Step.LABEL, sure, because)
    if drafted:
        yield Proposal(Step.REPLY, min(_DRAFT_CONFIDENCE, analysis.answer.confidence), analysis.answer.reason)
    if not (tidy and _quiet(analysis, signals)):
        return
    # Whether it is news or an offer does not matter for that, so how sure the category is does not, either.
    evidence = one_line("; ".join((signals.origin.mass + signals.origin.automatic)[:2]), MAX_REASON)
    yield Proposal(Step.ARCHIVE, analysis.dispensed_with, evidence)
    yield Proposal(Step.MARK_READ, analysis.dispensed_with, evidence)


def _quiet(analysis: Analysis, signals: Signals) -> bool:
    """Nobody would miss it in the inbox: its headers speak of a machine or of many readers, nothing is odd or due."""
    return (
        analysis.category in _ARCHIVABLE
        and analysis.bulk
        and analysis.dispensable
        and bool(signals.origin.mass or signals.origin.automatic)
        and not (signals.asks.questions and signals.addressing.delivery is Delivery.ALONE and not signals.origin.mass)
        and not signals.addressing.called_by_name
        and not signals.vital
        and not signals.attacks
        and not signals.known_sender
        and not analysis.answer.wanted
        and analysis.deadline is None
        and analysis.urgency is Urgency.LOW
    )


def _reasons(analysis: Analysis, signals: Signals) -> tuple[str, ...]:
    found = [*analysis.judged.reasons, analysis.answer.reason, *(attack.reason for attack in signals.attacks)]
    if signals.answered:
        found.append("The user has already written after it")
    if analysis.deadline:
        found.append(f"It names a date: {analysis.deadline.isoformat()}")
    if signals.reply_elsewhere or signals.authentication.failed:
        found.append("Check the sender before you answer")
    return tuple(dict.fromkeys(one_line(reason, MAX_REASON) for reason in found))[:_MAX_REASONS]
