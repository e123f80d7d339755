"""The user's rules."""

from http import HTTPStatus
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.asking import ChangingMe
from app.api.shapes import Shape
from app.db.models import UserRule
from app.doors.asking import Ctx, Me
from app.errors import NotFoundError
from app.triage.user_rules import keeping, repository
from app.triage.user_rules.trying import Trial, try_on_past_mail
from app.triage.user_rules.wording import conditions_in_words, effects_in_words

router = APIRouter(prefix="/rules", tags=["rules"])


class Written(BaseModel):
    text: Annotated[str, Field(max_length=2 * keeping.LONGEST)]


class Switched(BaseModel):
    on: bool
    version: int
    """The version that was seen; 409 when there is another one by now."""


class RuleShape(Shape):
    rule_id: UUID
    version: int
    text: str
    state: str
    read_by: str
    usable: bool
    meaning: dict[str, Any]
    conditions: list[str]
    effects: list[str]
    not_understood: list[str]

    @classmethod
    def of(cls, rule: UserRule) -> Self:
        meaning = keeping.meaning_of(rule)
        return cls(
            rule_id=rule.rule_id,
            version=rule.version,
            text=rule.text,
            state=rule.state,
            read_by=rule.read_by,
            usable=meaning.usable,
            meaning=rule.meaning,
            conditions=list(conditions_in_words(meaning.conditions)),
            effects=list(effects_in_words(meaning.effects)),
            not_understood=list(meaning.not_understood),
        )


class TriedShape(Shape):
    message_id: UUID
    subject: str
    sender_address: str
    changes: list[str]


class TrialShape(Shape):
    looked_at: int
    matched: int
    changed: int
    shown: list[TriedShape]

    @classmethod
    def of(cls, trial: Trial) -> Self:
        return cls.model_validate(trial, from_attributes=True)


class WrittenShape(RuleShape):
    trial: TrialShape | None
    """What it would have changed in past mail; none where it was not understood."""


@router.get("")
async def rules(me: Me, ctx: Ctx) -> list[RuleShape]:
    async with ctx.database.transaction(me.user_id) as session:
        return [RuleShape.of(rule) for rule in await repository.current(session, me.user_id)]


@router.post("", status_code=HTTPStatus.CREATED)
async def add(written: Written, me: ChangingMe, ctx: Ctx) -> WrittenShape:
    """Read a rule and keep it as a draft; look at its meaning and its trial before switching it on."""
    return await _write(written, me, ctx)


@router.put("/{rule_id}")
async def rewrite(rule_id: UUID, written: Written, me: ChangingMe, ctx: Ctx) -> WrittenShape:
    """A new version, which is a draft again."""
    return await _write(written, me, ctx, rule_id)


async def _write(written: Written, me: Me, ctx: Ctx, rule_id: UUID | None = None) -> WrittenShape:
    """Nobody gets to know the version that switching on asks for without its trial."""
    rule = await keeping.add(ctx.database, written.text, user_id=me.user_id, engine=ctx.engine, rule_id=rule_id)
    tried = await _tried(rule, me, ctx) if keeping.meaning_of(rule).usable else None
    return WrittenShape(**RuleShape.of(rule).model_dump(), trial=tried)


@router.get("/{rule_id}/trial")
async def trial(rule_id: UUID, me: Me, ctx: Ctx) -> TrialShape:
    """What the rule would have changed in past mail."""
    async with ctx.database.transaction(me.user_id) as session:
        rule = await repository.latest(session, me.user_id, rule_id)
    if rule is None:
        raise NotFoundError(keeping.NOTHING)
    return await _tried(rule, me, ctx)


async def _tried(rule: UserRule, me: Me, ctx: Ctx) -> TrialShape:
    async with ctx.database.transaction(me.user_id) as session:
        return TrialShape.of(await try_on_past_mail(session, me.user_id, keeping.meaning_of(rule)))


@router.post("/{rule_id}/switch")
async def switch(rule_id: UUID, switched: Switched, me: ChangingMe, ctx: Ctx) -> RuleShape:
    rule = await keeping.switch(ctx.database, rule_id, on=switched.on, user_id=me.user_id, version=switched.version)
    return RuleShape.of(rule)


@router.delete("/{rule_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete(rule_id: UUID, me: ChangingMe, ctx: Ctx) -> None:
    await keeping.delete(ctx.database, rule_id, user_id=me.user_id)
