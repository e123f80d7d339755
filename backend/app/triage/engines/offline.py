"""The engine that needs no key: hand-written rules and small linear models, always at hand, always the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.settings import OFFLINE_ENGINE
from app.triage.analyse import Analysis, analyse
from app.triage.draft import holding_reply
from app.triage.engines.learned import weigh
from app.triage.plain import MAX_DRAFT, MAX_REASON, MAX_SUMMARY, one_line, paragraphs
from app.triage.signals import Signals
from app.triage.signals.addressing import Delivery
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category, Proposal, Step, Urgency, Verdict

RULES_VERSION: Final = "rules-3"
_ARCHIVABLE: Final = frozenset({Category.NEWSLETTER, Category.MARKETING, Category.NOTIFICATION, Category.RECEIPT})
_MAX_REASONS: Final = 8
_DRAFT_CONFIDENCE: Final = 0.6
"""A holding answer is at best a start."""
_GREETING_WORDS: Final = 5
_GREETING_END: Final = re.compile(r"[,!:]\s*$")


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
    draft = paragraphs(holding_reply(snapshot, signals), MAX_DRAFT) if is_open else None
    return Verdict(
        category=analysis.category,
        needs_reply=analysis.answer.wanted,
        urgency=analysis.urgency,
        deadline=analysis.deadline,
        summary=_summary(snapshot, signals),
        asks=signals.asks.all if analysis.answer.wanted else (),
        reasons=_reasons(analysis, signals),
        confidence=confidence,
        danger=analysis.danger,
        proposals=tuple(propose(analysis, signals, drafted=draft is not None, tidy=_quiet(rules, signals))),
        draft=draft,
        engine=OFFLINE_ENGINE,
        prompt_version=RULES_VERSION,
    )


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
    evidence = one_line("; ".join((signals.origin.mass + signals.origin.automatic)[:2]), MAX_REASON)
    yield Proposal(Step.ARCHIVE, sure, evidence)
    yield Proposal(Step.MARK_READ, sure, evidence)


def _quiet(analysis: Analysis, signals: Signals) -> bool:
    """Nobody would miss it in the inbox: its headers speak of a machine or of many readers, nothing is odd or due."""
    return (
        analysis.category in _ARCHIVABLE
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


def _summary(snapshot: Snapshot, signals: Signals) -> str:
    """Quote what is asked, else the first sentence that says something, else the subject."""
    subject = snapshot.message.subject
    if signals.origin.evidence:
        return one_line(subject or _first_sentence(signals), MAX_SUMMARY)
    return one_line(next(iter(signals.asks.all), "") or _first_sentence(signals) or subject, MAX_SUMMARY)


def _first_sentence(signals: Signals) -> str:
    said = (
        sentence.text
        for sentence in signals.reading.sentences
        if not (_GREETING_END.search(sentence.text) and len(sentence.spoken.split()) <= _GREETING_WORDS)
    )
    return next(said, "")
