"""Settings: the kill switch, how much may happen unasked, what is told, and the connected mailboxes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from app.accounts import oauth, preferences
from app.accounts.google import CALLBACK_PATH, Access, may_act
from app.accounts.preferences import TIMEZONES, Preferences
from app.accounts.repository import mailboxes_of, user_by_id
from app.db.models import Autonomy
from app.doors.asking import Ctx, Me, Pieces
from app.doors.headers import policy_with_form_target
from app.errors import NotFoundError, UserError
from app.mail.quota_repository import spent_by_method
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import page, see_other

router = APIRouter()

SETTINGS = "/settings"


@router.get(SETTINGS)
async def settings(request: Request, me: Me, ctx: Ctx) -> Response:
    async with ctx.database.transaction(me.user_id) as session:
        user = await user_by_id(session, me.user_id)
        mailboxes = await mailboxes_of(session, me.user_id)
        spent = await spent_by_method(session, [mailbox.id for mailbox in mailboxes], days=1)
    if user is None:
        raise NotFoundError("There is no such user.")
    response = await page(
        request,
        "settings.html",
        me,
        user=user,
        mailboxes=mailboxes,
        spent=spent,
        may_act=may_act,
        timezones=TIMEZONES,
        can_connect=bool(ctx.settings.google_client_id),
    )
    response.headers["Content-Security-Policy"] = policy_with_form_target(ctx.settings.google_auth_url)
    return response


@router.post(SETTINGS)
async def change(
    autonomy: Annotated[Autonomy, Form()],
    timezone: Annotated[str, Form(max_length=60)],
    *,
    notices: Annotated[bool, Form()] = False,
    digest: Annotated[bool, Form()] = False,
    request: Request,
    me: ChangingMe,
    ctx: Ctx,
) -> Response:
    wanted = Preferences(autonomy, timezone, notices_enabled=notices, digest_enabled=digest)
    await preferences.change(ctx.database, wanted, user_id=me.user_id)
    return see_other(request, SETTINGS, Note.SETTINGS)


@router.post("/settings/pause")
async def pause(paused: Annotated[bool, Form()], *, request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    await preferences.pause_effects(ctx.database, user_id=me.user_id, paused=paused)
    return see_other(request, SETTINGS, Note.PAUSED if paused else Note.RESUMED)


@router.post("/mailboxes/connect")
async def connect(access: Annotated[Access, Form()], *, me: ChangingMe, pieces: Pieces) -> Response:
    return RedirectResponse(await oauth.start(pieces, me, access=access), status_code=303)


@router.get(CALLBACK_PATH)
async def connected(
    state: Annotated[str, Query(max_length=200)],
    *,
    code: Annotated[str, Query(max_length=2000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
    request: Request,
    me: Me,
    pieces: Pieces,
) -> Response:
    """Google sends the browser here; the state proves that this session began it."""
    if error or not code:
        raise UserError("Google did not connect the mailbox: consent was not given. You can try again at any time.")
    await oauth.finish(pieces, me, state=state, code=code)
    return see_other(request, SETTINGS, Note.CONNECTED)


@router.post("/mailboxes/{mailbox_id}/disconnect")
async def disconnect(mailbox_id: UUID, *, request: Request, me: ChangingMe, pieces: Pieces) -> Response:
    revoked = await oauth.disconnect(pieces, user_id=me.user_id, mailbox_id=mailbox_id)
    return see_other(request, SETTINGS, Note.DISCONNECTED if revoked else Note.NOT_REVOKED)
