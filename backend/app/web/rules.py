"""The user's rules: written, shown back in words, tried on past mail, switched on and off, deleted."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from app.doors.asking import Ctx, Me
from app.errors import NotFoundError
from app.triage.user_rules import keeping, repository
from app.triage.user_rules.trying import try_on_past_mail
from app.triage.user_rules.wording import conditions_in_words, effects_in_words
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import page, see_other

router = APIRouter()

RULES: Final = "/settings/rules"

RuleText = Annotated[str, Form(max_length=2 * keeping.LONGEST)]


@router.get(RULES)
async def rules(request: Request, me: Me, ctx: Ctx) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        found = await repository.current(session, me.user_id)
    shown = [(rule, keeping.meaning_of(rule)) for rule in found]
    return await page(
        request, "rules.html", me, shown=shown, conditions_of=conditions_in_words, effects_of=effects_in_words
    )


@router.post(RULES)
async def add(text: RuleText, *, me: ChangingMe, ctx: Ctx, request: Request) -> Response:
    rule = await keeping.add(ctx.database, text, user_id=me.user_id, engine=ctx.engine)
    return see_other(request, f"{RULES}/{rule.rule_id}")


@router.get("/settings/rules/{rule_id}")
async def rule(rule_id: UUID, request: Request, me: Me, ctx: Ctx) -> Response:
    """What it means, and what it would have changed in past mail."""
    async with ctx.database.transaction(me.user_id) as session:
        found = await repository.latest(session, me.user_id, rule_id)
        if found is None:
            raise NotFoundError(keeping.NOTHING)
        meaning = keeping.meaning_of(found)
        trial = await try_on_past_mail(session, me.user_id, meaning) if meaning.usable else None
    return await page(
        request,
        "rule.html",
        me,
        rule=found,
        meaning=meaning,
        trial=trial,
        conditions=conditions_in_words(meaning.conditions),
        effects=effects_in_words(meaning.effects),
    )


@router.post("/settings/rules/{rule_id}")
async def rewrite(rule_id: UUID, text: RuleText, *, me: ChangingMe, ctx: Ctx, request: Request) -> Response:
    await keeping.add(ctx.database, text, user_id=me.user_id, engine=ctx.engine, rule_id=rule_id)
    return see_other(request, f"{RULES}/{rule_id}")


@router.post("/settings/rules/{rule_id}/on")
async def switch_on(
    rule_id: UUID, version: Annotated[int, Form()], *, me: ChangingMe, ctx: Ctx, request: Request
) -> Response:
    await keeping.switch(ctx.database, rule_id, on=True, user_id=me.user_id, version=version)
    return see_other(request, RULES, Note.RULE_ON)


@router.post("/settings/rules/{rule_id}/off")
async def switch_off(rule_id: UUID, *, me: ChangingMe, ctx: Ctx, request: Request) -> Response:
    await keeping.switch(ctx.database, rule_id, on=False, user_id=me.user_id)
    return see_other(request, RULES, Note.RULE_OFF)


@router.post("/settings/rules/{rule_id}/delete")
async def delete(rule_id: UUID, *, me: ChangingMe, ctx: Ctx, request: Request) -> Response:
    await keeping.delete(ctx.database, rule_id, user_id=me.user_id)
    return see_other(request, RULES, Note.RULE_DELETED)
