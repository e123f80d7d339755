"""Queries over what became of an engine's proposals."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.kinds import SWITCHABLE
from app.actions.repository import TEXT_KINDS
from app.actions.transitions import PROPOSED_EVENT, Actor
from app.db.models import Action, ActionState, AuditEntry, Verdict
from app.triage.outcomes.measuring import LATEST, Outcome, Record

MEASURED: Final = 2_000
"""The latest decisions that are measured."""


async def outcomes(session: AsyncSession, user_id: UUID) -> list[Outcome]:
    """The person's decisions about steps that may happen unasked, the newest first, whoever proposed them."""
    columns = (Verdict.engine, Verdict.prompt_version, Action.kind, Action.confidence, _approved())
    query = (
        _decided(user_id, *columns)
        .where(Action.kind.in_(SWITCHABLE), ~Action.requested)
        .order_by(Action.updated_at.desc(), Action.id)
        .limit(MEASURED)
    )
    return [Outcome(*row) for row in await session.execute(query)]


async def records(session: AsyncSession, user_id: UUID, *, engine: str, prompt_version: str) -> dict[str, Record]:
    """Kind of step to what the person made of the latest ones of this engine under this prompt.

    A step that failed or went out of date says nothing about the engine and is not among them, nor does what the person
    asked for by themselves.
    """
    latest = (
        _decided(
            user_id,
            Action.kind,
            Action.confidence,
            _approved().label("approved"),
            func.row_number().over(partition_by=Action.kind, order_by=Action.updated_at.desc()).label("place"),
        )
        .where(Verdict.engine == engine, Verdict.prompt_version == prompt_version, ~Action.requested)
        .subquery()
    )
    query = select(latest.c.kind, latest.c.confidence, latest.c.approved).where(latest.c.place <= LATEST)
    believed: dict[str, list[tuple[float, bool]]] = {}
    for kind, confidence, approved in await session.execute(query):
        believed.setdefault(kind, []).append((confidence, approved))
    return {kind: Record(tuple(found)) for kind, found in believed.items()}


def _decided(user_id: UUID, *columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .join(Verdict, Verdict.message_id == Action.message_id)
        .where(Action.user_id == user_id, or_(_decided_by_person(), _undone_by_person()))
    )


def _approved() -> ColumnElement[bool]:
    return and_(Action.state == ActionState.DONE, _as_proposed())


def _decided_by_person() -> ColumnElement[bool]:
    return and_(Action.decided_by == Actor.USER, Action.state.in_([ActionState.DONE, ActionState.REJECTED]))


def _undone_by_person() -> ColumnElement[bool]:
    """Whoever decided it: what is taken back was wrong."""
    return and_(Action.undone_by == Actor.USER, Action.state.in_([ActionState.UNDOING, ActionState.UNDONE]))


def _as_proposed() -> ColumnElement[bool]:
    """Only texts can be edited; the audit log has the hash of what was proposed."""
    proposed = select(AuditEntry.id).where(
        AuditEntry.user_id == Action.user_id,
        AuditEntry.subject_id == Action.id,
        AuditEntry.event == PROPOSED_EVENT,
        AuditEntry.details["content_hash"].as_string() == func.encode(Action.content_hash, "hex"),
    )
    return or_(Action.kind.not_in(TEXT_KINDS), proposed.exists())
