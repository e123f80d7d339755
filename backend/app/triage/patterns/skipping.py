"""Which mail needs no model because of what the user always does, and the verdict it gets instead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from app.actions.kinds import ArchivePayload
from app.actions.proposing import Proposed
from app.db.models import Message, PatternKind
from app.db.session import Database
from app.policy.words import risky_words
from app.settings import PATTERN_ENGINE
from app.triage.engines import Engine
from app.triage.engines.offline import judge as judge_offline
from app.triage.patterns.evidence import ENOUGH
from app.triage.patterns.keeping import Known, known_pattern
from app.triage.plain import MAX_REASON, one_line
from app.triage.signals import Role, Signals
from app.triage.signals.addressing import Greeting
from app.triage.signals.senders import SenderKind
from app.triage.signals.topic_words import Topic
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category, Danger, Proposal, Step, Urgency, Verdict

PATTERN_VERSION: Final = "pattern-1"
"""What people decide about its steps is a record of its own, and no engine's."""
SKIPPABLE: Final = frozenset({Category.NEWSLETTER, Category.MARKETING, Category.NOTIFICATION, Category.MAILING_LIST})


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as the stages before have left it."""

    message: Message
    snapshot: Snapshot
    signals: Signals


async def judge(mail: Mail, *, database: Database, engine: Engine, now: datetime) -> Verdict:
    """By what the user always does with such mail, where that is known and the mail is harmless; else by the engine."""
    if _has_history(mail.snapshot) and is_harmless(mail.snapshot, mail.signals):
        async with database.transaction(mail.message.user_id) as session:
            known = await known_pattern(session, mail.message, now=now)
        verdict = verdict_by(known, mail.snapshot, mail.signals) if known is not None else None
        if verdict is not None:
            return verdict
    return await engine.judge(mail.snapshot, mail.signals)


def _has_history(snapshot: Snapshot) -> bool:
    """Whether there can be a habit at all: told by what is known already, without another look into the database."""
    return snapshot.contact.received >= ENOUGH or "list-id" in snapshot.message.headers


def is_harmless(snapshot: Snapshot, signals: Signals) -> bool:
    """The sender is confirmed and no single person, and the mail neither wants, names nor pretends anything.

    Whatever an attacker or a person with something to say would write has a mark here, and then the engine is asked.
    """
    message, topics = snapshot.message, signals.topics
    words = risky_words(f"{message.subject}\n{message.text}")
    says_something = (
        signals.asks.all,
        signals.deadlines,
        signals.money.amounts,
        signals.money.ibans,
        signals.invitation,
        signals.urgent_words,
        signals.vital,
        signals.addressing.called_by_name,
        topics.code,
        topics.score(Topic.SECURITY),
        words.money,
        words.credentials,
        words.legal,
        message.attachments,
        message.calendar,
    )
    is_somebody = (
        signals.known_sender,
        signals.role is not Role.FIRST,
        signals.origin.kind is SenderKind.SELF,
        signals.origin.bounce,
        signals.origin.auto_reply,
    )
    confirmed = signals.authentication.passed and not signals.attacks
    return confirmed and _is_impersonal(signals) and not any(says_something) and not any(is_somebody)


def _is_impersonal(signals: Signals) -> bool:
    """By its headers, or because an office or a service wrote it and greets nobody by name."""
    by_header = bool(signals.origin.mass or signals.origin.automatic)
    office = signals.origin.kind in {SenderKind.ROLE, SenderKind.SERVICE}
    return by_header or (office and signals.addressing.greeting is not Greeting.USER)


def verdict_by(known: Known, snapshot: Snapshot, signals: Signals) -> Verdict | None:
    """What the built-in rules say, with the user's own deed as the proposal; None when the rules see more in it."""
    said = judge_offline(snapshot, signals)
    if (
        said.category not in SKIPPABLE
        or said.needs_reply
        or said.deadline is not None
        or said.urgency is not Urgency.LOW
        or said.danger is not Danger.LOW
    ):
        return None
    return replace(
        said,
        asks=(),
        draft=None,
        proposals=tuple(_proposals(said, known)),
        reasons=(one_line(known.reason, MAX_REASON), *said.reasons),
        engine=PATTERN_ENGINE,
        prompt_version=PATTERN_VERSION,
    )


def _proposals(said: Verdict, known: Known) -> Iterator[Proposal]:
    yield from (proposal for proposal in said.proposals if proposal.step is Step.LABEL)
    if known.kind is PatternKind.PUT_AWAY:
        # So sure one may be of the next after so many in a row, with nothing else known (Laplace).
        yield Proposal(Step.ARCHIVE, (known.mails + 1) / (known.mails + 2), one_line(known.reason, MAX_REASON))


def explained(steps: Sequence[Proposed], verdict: Verdict) -> list[Proposed]:
    """The steps of such a verdict, with what they rest on as their first reason."""
    if verdict.engine != PATTERN_ENGINE:
        return list(steps)
    why = next(iter(verdict.reasons), "")
    return [_explained(step, why) if isinstance(step.payload, ArchivePayload) else step for step in steps]


def _explained(step: Proposed, why: str) -> Proposed:
    return replace(step, decision=replace(step.decision, reasons=(why, *step.decision.reasons)))
