"""A rule tried on past mail before it is switched on: which messages it is about, and what would have changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import ActionKind
from app.triage.user_rules import repository
from app.triage.user_rules.matching import Seen, matches, reached_of, sort_of, through_list
from app.triage.user_rules.meaning import Effects, Meaning
from app.triage.user_rules.repository import Past
from app.triage.verdict import Category, Urgency

PAST_MAIL: Final = 300
SHOWN: Final = 50
TIDIED: Final = frozenset({ActionKind.ARCHIVE, ActionKind.MARK_READ})
TEXTS: Final = frozenset({ActionKind.REPLY, ActionKind.DRAFT})


@dataclass(frozen=True, slots=True)
class Tried:
    """One past message that the rule is about."""

    message_id: UUID
    subject: str
    sender_name: str
    sender_address: str
    received_at: datetime
    changes: tuple[str, ...]
    """What would have been different; empty where nothing would."""


@dataclass(frozen=True, slots=True)
class Trial:
    looked_at: int
    matched: int
    changed: int
    shown: tuple[Tried, ...]


async def try_on_past_mail(session: AsyncSession, user_id: UUID, meaning: Meaning) -> Trial:
    past = await repository.past_mail(session, user_id, limit=PAST_MAIL)
    found = [_tried(one, meaning.effects) for one in past if matches(meaning.conditions, _seen(one))]
    return Trial(len(past), len(found), sum(bool(one.changes) for one in found), tuple(found[:SHOWN]))


def _seen(past: Past) -> Seen:
    message, verdict = past.message, past.verdict
    return Seen(
        address=message.sender_address,
        name=message.sender_name,
        sort=sort_of(str(verdict.signals.get("sender", ""))),
        known=past.known,
        category=Category(verdict.category),
        subject=message.subject,
        text=message.text,
        from_list=through_list(message.headers),
        reached=reached_of(str(verdict.signals.get("delivery", ""))),
        needs_reply=verdict.needs_reply,
    )


def _tried(past: Past, effects: Effects) -> Tried:
    message = past.message
    return Tried(
        message.id,
        message.subject,
        message.sender_name,
        message.sender_address,
        message.received_at,
        tuple(_changes(past, effects)),
    )


def _changes(past: Past, effects: Effects) -> Iterator[str]:
    kinds = {ActionKind(action.kind) for action in past.actions}
    unasked = {
        ActionKind(one.kind) for one in past.actions if one.decided_by == "policy" and one.kind != ActionKind.LABEL
    }
    if effects.never_reply and kinds & TEXTS:
        yield "No reply would have been prepared."
    if effects.never_archive and kinds & TIDIED:
        yield "It would have stayed unread in the inbox."
    if effects.always_ask and unasked:
        yield "You would have been asked first."
    if effects.label:
        yield f"It would have got the label GetAnswers/{effects.label}."
    if effects.archive and not effects.never_archive and ActionKind.ARCHIVE not in kinds:
        yield "Archiving it would have been considered; the safety rules may still keep it in the inbox."
    if effects.urgent and past.verdict.urgency != Urgency.HIGH:
        yield "It would have counted as urgent."
    if effects.note and kinds & TEXTS:
        yield "Your note would have gone to the writer of the reply."
