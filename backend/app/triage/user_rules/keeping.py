"""The life of a rule: written and read, tried, switched on and off, written anew, deleted."""

from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from app.accounts.repository import record
from app.db.models import RuleState, UserRule
from app.db.session import Database
from app.errors import ConflictError, NotFoundError, UserError
from app.mail.canonical import storable
from app.triage.plain import one_line
from app.triage.user_rules import grammar, repository
from app.triage.user_rules.meaning import MEANING_VERSION, ActiveRule, Meaning

LONGEST: Final = 500
MOST: Final = 100
NOTHING: Final = "There is no such rule."


@dataclass(frozen=True, slots=True)
class Reading:
    meaning: Meaning
    by: str
    """'grammar', or provider:name of the model that read it."""


@runtime_checkable
class ReadsRules(Protocol):
    """An engine that understands more sentences than the grammar."""

    async def read_rule(self, text: str, user_id: UUID) -> Reading | None: ...


async def read(text: str, user_id: UUID, engine: object) -> Reading:
    """By the grammar where it understands everything, else by a model where there is one. Raises UserError."""
    words = one_line(storable(text), LONGEST + 1)
    if not words or len(words) > LONGEST:
        raise UserError(f"Write the rule as a sentence or two, of at most {LONGEST} characters.")
    by_grammar = grammar.read_rule(words)
    if by_grammar.usable and not by_grammar.not_understood:
        return Reading(by_grammar, grammar.READ_BY)
    by_model = await engine.read_rule(words, user_id) if isinstance(engine, ReadsRules) else None
    return by_model or Reading(by_grammar, grammar.READ_BY)


async def add(database: Database, text: str, *, user_id: UUID, engine: object, rule_id: UUID | None = None) -> UserRule:
    """Keep a rule as a draft, or a new version of one; it has no effect until it is switched on.

    Raises UserError for a text that is no rule, and NotFoundError for a rule that is not there.
    """
    reading = await read(text, user_id, engine)
    async with database.transaction(user_id) as session:
        version = await _next_version(session, user_id, rule_id)
        rule = UserRule(
            id=uuid7(),
            user_id=user_id,
            rule_id=rule_id or uuid7(),
            version=version,
            text=one_line(storable(text), LONGEST),
            meaning=reading.meaning.model_dump(mode="json", exclude_defaults=True) | {"version": MEANING_VERSION},
            read_by=reading.by,
            state=RuleState.DRAFT,
        )
        session.add(rule)
        _record(session, "rule.written", rule)
    return rule


async def switch(database: Database, rule_id: UUID, *, on: bool, user_id: UUID, version: int | None = None) -> UserRule:
    """`version` is the one that was shown; raises ConflictError when it is another one by now."""
    async with database.transaction(user_id) as session:
        rule = await repository.latest(session, user_id, rule_id)
        if rule is None:
            raise NotFoundError(NOTHING)
        if version not in {None, rule.version}:
            raise ConflictError("This rule has been written anew since you looked at it. Look at it again.")
        if on and not meaning_of(rule).usable:
            raise UserError("This rule was not understood, so it cannot be switched on. Write it differently.")
        rule.state = RuleState.ON if on else RuleState.OFF
        _record(session, "rule.switched_on" if on else "rule.switched_off", rule)
    return rule


async def delete(database: Database, rule_id: UUID, *, user_id: UUID) -> None:
    async with database.transaction(user_id) as session:
        if not await repository.remove(session, user_id, rule_id):
            raise NotFoundError(NOTHING)
        record(session, "rule.deleted", user_id=user_id, subject_type="rule", subject_id=rule_id)


def meaning_of(rule: UserRule) -> Meaning:
    """What the rule was understood to mean; of an older kind of meaning, what the grammar makes of its words today."""
    if rule.meaning.get("version", MEANING_VERSION) != MEANING_VERSION:
        return grammar.read_rule(rule.text)
    return Meaning.model_validate(rule.meaning)


async def active_rules(session: AsyncSession, user_id: UUID) -> tuple[ActiveRule, ...]:
    rows = await repository.active(session, user_id)
    return tuple(ActiveRule(row.rule_id, row.text, meaning_of(row)) for row in rows)


async def _next_version(session: AsyncSession, user_id: UUID, rule_id: UUID | None) -> int:
    if rule_id is None:
        if await repository.count(session, user_id) >= MOST:
            raise UserError(f"You have {MOST} rules already. Delete one that you no longer need.")
        return 1
    before = await repository.latest(session, user_id, rule_id)
    if before is None:
        raise NotFoundError(NOTHING)
    await repository.replace_versions(session, user_id, rule_id)
    return before.version + 1


def _record(session: AsyncSession, event: str, rule: UserRule) -> None:
    record(session, event, user_id=rule.user_id, subject_type="rule", subject_id=rule.rule_id, version=rule.version)
