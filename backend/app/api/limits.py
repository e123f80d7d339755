"""How much may happen unasked in numbers, how long sending waits, and autonomy by kind of step."""

from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.accounts import preferences
from app.accounts.preferences import LARGEST_BUDGET, LONGEST_DELAY, Limits
from app.accounts.repository import user_by_id
from app.actions.kinds import SWITCHABLE
from app.api.asking import ChangingMe
from app.db.models import ActionKind, Autonomy, User
from app.doors.asking import Ctx, Me
from app.errors import NotFoundError

router = APIRouter(prefix="/limits", tags=["settings"])


def _switchable(kind: ActionKind) -> ActionKind:
    if kind not in SWITCHABLE:
        raise ValueError("never happens unasked, whatever is set")
    return kind


Kind = Annotated[ActionKind, AfterValidator(_switchable)]
Budget = Annotated[int, Field(ge=0, le=LARGEST_BUDGET)]


class LimitsShape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    autonomy_by_kind: dict[Kind, Autonomy]
    """A kind that is left out is as set for all."""
    send_delay_seconds: Annotated[int, Field(ge=0, le=LONGEST_DELAY)]
    """In which what is sent unasked can be stopped."""
    daily_sends: Budget
    daily_changes: Budget
    changes_at_once: Budget
    """Messages put away unasked within ten minutes, at most."""

    @classmethod
    def of(cls, user: User) -> Self:
        levels = {kind: user.autonomy_by_kind[kind] for kind in SWITCHABLE if kind in user.autonomy_by_kind}
        numbers = {name: getattr(user, name) for name in cls.model_fields if name != "autonomy_by_kind"}
        return cls.model_validate({"autonomy_by_kind": levels, **numbers})


@router.get("")
async def limits(me: Me, ctx: Ctx) -> LimitsShape:
    async with ctx.database.transaction(me.user_id) as session:
        user = await user_by_id(session, me.user_id)
    if user is None:
        raise NotFoundError("There is no such user.")
    return LimitsShape.of(user)


@router.put("")
async def change(wanted: LimitsShape, me: ChangingMe, ctx: Ctx) -> LimitsShape:
    """Set all of them."""
    await preferences.change_limits(ctx.database, Limits(**dict(wanted)), user_id=me.user_id)
    return wanted
