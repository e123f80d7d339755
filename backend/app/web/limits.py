"""Settings: how much may happen unasked in numbers, how long sending waits, and autonomy by kind of step."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from app.accounts import preferences
from app.accounts.preferences import LARGEST_BUDGET, LONGEST_DELAY, Limits
from app.accounts.repository import user_by_id
from app.actions.kinds import SWITCHABLE
from app.db.models import Autonomy
from app.doors.asking import Ctx, Me
from app.errors import NotFoundError
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import page, see_other

router = APIRouter()

LIMITS: Final = "/settings/limits"

Budget = Annotated[int, Form(ge=0, le=LARGEST_BUDGET)]


@router.get(LIMITS)
async def limits(request: Request, me: Me, ctx: Ctx) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        user = await user_by_id(session, me.user_id)
    if user is None:
        raise NotFoundError("There is no such user.")
    return await page(request, "limits.html", me, user=user, kinds=SWITCHABLE)


@router.post(LIMITS)
async def change(
    send_delay_seconds: Annotated[int, Form(ge=0, le=LONGEST_DELAY)],
    daily_sends: Budget,
    daily_changes: Budget,
    changes_at_once: Budget,
    *,
    request: Request,
    me: ChangingMe,
    ctx: Ctx,
) -> Response:
    form = await request.form()
    levels = {kind.value: str(form.get(f"autonomy_{kind.value}", "")) for kind in SWITCHABLE}
    wanted = Limits(
        # What is not one of the three is "as set for all".
        autonomy_by_kind={kind: Autonomy(level) for kind, level in levels.items() if level in set(Autonomy)},
        send_delay_seconds=send_delay_seconds,
        daily_sends=daily_sends,
        daily_changes=daily_changes,
        changes_at_once=changes_at_once,
    )
    await preferences.change_limits(ctx.database, wanted, user_id=me.user_id)
    return see_other(request, LIMITS, Note.SETTINGS)
