"""From a verdict to decided steps: gathers the facts of each proposal and lets the policy speak."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import installation
from app.actions import repository as actions
from app.actions.building import Writer
from app.actions.kinds import (
    AnyPayload,
    ArchivePayload,
    DraftPayload,
    MarkReadPayload,
    ReplyPayload,
    label_payload,
    recipients_of,
    reply_payload,
)
from app.actions.proposing import AT_ONCE, Proposed
from app.db.models import Mailbox, Message, User
from app.mail.addresses import look_alike
from app.mail.compose import whole_text
from app.mail.contact_repository import recipients_written_to
from app.mail.identities import Identity, identity_for
from app.policy.decide import Decision, decide
from app.policy.draft import draft_facts
from app.policy.facts import (
    Addressing,
    AutomaticFacts,
    Autonomy,
    Danger,
    DraftFacts,
    EngineKind,
    Facts,
    Kind,
    SenderFacts,
    UsageFacts,
)
from app.policy.rule import Choice, highest, risk_of
from app.policy.tidy_rules import TIDIED_UNASKED, TIDIED_WHEN_ASKED
from app.policy.words import risky_words
from app.settings import OFFLINE_ENGINE, PATTERN_ENGINE
from app.triage import offers as offering
from app.triage import repository
from app.triage.analyse import Analysis, analyse
from app.triage.outcomes.measuring import Record
from app.triage.outcomes.repository import records
from app.triage.reading import answered_by_reply, own_addresses
from app.triage.signals import Signals
from app.triage.signals.addressing import Delivery
from app.triage.signals.senders import SenderKind
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category, Step, Verdict

DAY: Final = timedelta(hours=24)
DANGERS: Final = (Danger.LOW, Danger.MEDIUM, Danger.HIGH)
TIDYING: Final = frozenset({Kind.ARCHIVE, Kind.MARK_READ})
BUILT_IN: Final = frozenset({OFFLINE_ENGINE, PATTERN_ENGINE})
"""Rules of code have judged, alone or because of what the user always does."""
OFFERED: Final = frozenset({Kind.RSVP.value, Kind.UNSUBSCRIBE.value})
"""That these always ask says nothing of the danger of the mail."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the database knows that a decision may rest on, read in one short transaction."""

    message: Message
    own: frozenset[str]
    user: User
    live_kinds: frozenset[str]
    effects_paused: bool
    thread_has_newer: bool
    spent: actions.Spent
    put_away_lately: int
    auto_replied_lately: bool
    records: dict[str, Record]
    """Kind of step to what the person made of the latest ones, for the engine and the prompt of this verdict."""
    own_texts: str
    other_texts: str
    written_to: frozenset[str]
    identity: Identity
    """Whom the mail was written to, and so who answers it."""
    occasion: offering.Occasion


async def read_situation(
    session: AsyncSession, message: Message, mailbox: Mailbox, user: User, verdict: Verdict, *, now: datetime
) -> Situation:
    drafts = verdict.draft is not None
    own = own_addresses(user, mailbox)
    reply_to = {message.sender_address, *message.reply_to} - {""}
    own_texts = await repository.own_texts(session, user.id, before=message.received_at) if drafts else ()
    answered = answered_by_reply(message, own)
    others = await repository.texts_elsewhere(session, message, answered=answered) if drafts else ()
    written_to = await recipients_written_to(session, user.id, before=message.received_at)
    return Situation(
        message=message,
        own=own,
        user=user,
        live_kinds=frozenset(mailbox.live_kinds),
        effects_paused=user.effects_paused or await installation.is_paused(session),
        thread_has_newer=await actions.has_newer(session, message),
        spent=await actions.spent_since(session, user.id, now - DAY),
        put_away_lately=await actions.put_away_since(session, user.id, now - AT_ONCE, but_not=message.id),
        auto_replied_lately=await actions.auto_replied_since(session, user.id, reply_to, now - DAY),
        records=await records(session, user.id, engine=verdict.engine, prompt_version=verdict.prompt_version),
        own_texts="\n".join(own_texts),
        other_texts="\n".join(others),
        written_to=frozenset(written_to),
        identity=identity_for(mailbox, [*message.to, *message.cc, *message.recipients]),
        occasion=await offering.read_occasion(session, message, now=now),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """One judged message with everything its decisions rest on."""

    situation: Situation
    snapshot: Snapshot
    signals: Signals
    verdict: Verdict
    asked: frozenset[Kind] = frozenset()
    """Steps that rules of the user's ask for."""
    by_rules: Analysis = field(init=False)
    """What code alone makes of the same signals: the floor under every engine."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_rules", analyse(self.signals))

    def autonomy(self, kind: Kind) -> Autonomy:
        user = self.situation.user
        return Autonomy(user.autonomy_by_kind.get(kind.value, user.autonomy))

    @property
    def danger(self) -> Danger:
        """As high as the engine and the rules say, whichever is higher."""
        return max(Danger(self.verdict.danger.value), Danger(self.by_rules.danger.value), key=DANGERS.index)


def decided_steps(case: Case) -> list[Proposed]:
    """One decided step for each proposal that there is something to do for."""
    payloads = list(_payloads(case))
    offered = list(_offers(case))
    steps = len(payloads) + len(offered)
    return [
        *(
            _decided(case, payload, confidence, decide(_facts(case, confidence, payload, steps=steps)))
            for confidence, payload in payloads
        ),
        *(_offered(offer, decide(_facts(case, offer.confidence, offer.payload, steps=steps))) for offer in offered),
    ]


def _decided(case: Case, payload: AnyPayload, confidence: float, decision: Decision) -> Proposed:
    if decision.choice is Choice.ASK:
        payload = offering.shown_to_person(payload, case.situation.message, _writer(case))
    return Proposed(payload=payload, decision=decision, confidence=confidence)


def _offered(offer: offering.Offer, decision: Decision) -> Proposed:
    reasons = (offer.reason, *decision.reasons)
    return Proposed(offer.payload, replace(decision, reasons=reasons), offer.confidence)


def risk_in_words(case: Case, steps: list[Proposed]) -> str:
    """The risk shown for the message: what the engine and the rules saw, raised by what was found for any step."""
    return highest(
        risk_of(case.danger), *(step.decision.risk for step in steps if step.payload.kind not in OFFERED)
    ).value


def _payloads(judged: Case) -> Iterator[tuple[float, AnyPayload]]:
    for proposal in judged.verdict.proposals:
        match proposal.step:
            case Step.REPLY:
                payload = _reply(judged)
                if payload is not None:
                    yield proposal.confidence, payload
            case Step.ARCHIVE:
                yield proposal.confidence, ArchivePayload()
            case Step.MARK_READ:
                yield proposal.confidence, MarkReadPayload()
            case Step.LABEL:
                yield proposal.confidence, label_payload(judged.verdict.category.value)


def _reply(case: Case) -> ReplyPayload | None:
    situation = case.situation
    payload = reply_payload(
        situation.message,
        case.verdict.draft or "",
        situation.own,
        everyone=offering.answers_everyone(situation.message, case.signals),
        identity=situation.identity,
    )
    return payload and offering.sent_unasked(payload, situation.identity.signature, situation.own_texts)


def _offers(case: Case) -> Iterator[offering.Offer]:
    situation = case.situation
    # As both say: an engine alone does not make a newsletter of a mail.
    category = _category(case, Kind.ARCHIVE)
    return offering.offers(
        situation.message, situation.own, category, occasion=situation.occasion, writer=_writer(case)
    )


def _writer(case: Case) -> Writer:
    user = case.situation.user
    return Writer(case.situation.identity, user.name, case.signals.language.value, user.timezone)


def _facts(case: Case, stated: float, payload: AnyPayload, *, steps: int) -> Facts:
    situation, verdict, message = case.situation, case.verdict, case.snapshot.message
    kind = Kind(payload.kind)
    recipients = recipients_of(payload).everybody
    calibrated, confidence = _believed(case, kind, stated)
    return Facts(
        kind=kind,
        category=_category(case, kind).value,
        confidence=confidence,
        danger=case.danger,
        engine=EngineKind.OFFLINE if verdict.engine in BUILT_IN else EngineKind.MODEL,
        calibrated=calibrated,
        autonomy=case.autonomy(kind),
        asked_by_rule=kind in case.asked,
        live=kind.value in situation.live_kinds,
        effects_paused=situation.effects_paused,
        addressing=_addressing(case.signals),
        thread_has_newer=situation.thread_has_newer,
        recipients=len(recipients),
        new_recipients=not recipients <= situation.written_to,
        look_alike_recipients=any(look_alike(one, case.snapshot.known_domains) for one in recipients),
        sender=_sender(situation, case.signals),
        automatic=_automatic(case.snapshot, case.signals),
        mail_words=risky_words(f"{message.subject}\n{message.text}"),
        usage=UsageFacts(
            sends_today=situation.spent.sends,
            send_budget=situation.user.daily_sends,
            changes_today=situation.spent.changes,
            change_budget=situation.user.daily_changes,
            put_away_lately=situation.put_away_lately,
            at_once_budget=situation.user.changes_at_once,
            steps_at_once=steps,
        ),
        draft=_draft(case, payload),
    )


def _believed(case: Case, kind: Kind, confidence: float) -> tuple[bool, float]:
    """Whether a record stands behind the confidence, and how much of it counts.

    Where built-in rules tidy bulk mail they rest on headers, which are no opinion; all else needs a record.
    """
    if kind in TIDYING and case.verdict.engine in BUILT_IN and case.signals.origin.bulk:
        return True, confidence
    record = case.situation.records.get(kind.value)
    if record is None or not record.is_long_enough:
        return False, confidence
    return record.is_proof, record.counts(confidence)


def _category(case: Case, kind: Kind) -> Category:
    """To put mail away, the more protected of what the engine and what the rules say."""
    said, by_rules = case.verdict.category, case.by_rules.category
    return max(said, by_rules, key=_protection) if kind in TIDYING else said


def _protection(category: Category) -> int:
    if category.value in TIDIED_UNASKED:
        return 0
    return 1 if category.value in TIDIED_WHEN_ASKED else 2


def _addressing(signals: Signals) -> Addressing:
    if signals.origin.discussion:
        return Addressing.LIST
    return {
        Delivery.ALONE: Addressing.ALONE,
        Delivery.DIRECT: Addressing.DIRECT,
        Delivery.COPIED: Addressing.COPIED,
        Delivery.UNDISCLOSED: Addressing.NONE,
    }[signals.addressing.delivery]


def _sender(situation: Situation, signals: Signals) -> SenderFacts:
    return SenderFacts(
        known=signals.known_sender,
        own_address=signals.origin.kind is SenderKind.SELF,
        reply_to_elsewhere=signals.reply_elsewhere,
        look_alike=signals.look_alike,
        dmarc_failed=signals.authentication.failed,
        phishing_like=signals.phishing_like,
        instructs_assistant=signals.instructs_assistant,
        hidden_text=signals.hidden_text,
        auto_replied_lately=situation.auto_replied_lately,
    )


def _automatic(snapshot: Snapshot, signals: Signals) -> AutomaticFacts:
    headers = {name: " ".join(values).strip().lower() for name, values in snapshot.message.headers.items()}
    return AutomaticFacts(
        null_return_path=headers.get("return-path", "-") in {"<>", ""},
        no_reply_sender=signals.origin.no_reply or signals.origin.kind is SenderKind.SERVER,
        auto_submitted=headers.get("auto-submitted", "no") != "no",
        bulk_precedence=headers.get("precedence", "") in {"bulk", "list", "junk"},
        list_headers=any(name.startswith("list-") for name in headers),
        suppresses_replies="x-auto-response-suppress" in headers,
        report=signals.origin.bounce or "multipart/report" in headers.get("content-type", ""),
        strong_bulk_evidence=bool(signals.origin.bulk),
    )


def _draft(case: Case, payload: AnyPayload) -> DraftFacts | None:
    """Of every word that would leave unasked; the history that a person is shown below it is the sender's own."""
    if not isinstance(payload, ReplyPayload | DraftPayload):
        return None
    situation = case.situation
    text = whole_text(payload.body, payload.signature)
    return draft_facts(text, situation.own_texts, elsewhere=situation.other_texts)
