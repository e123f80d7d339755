"""How the mail of one mailbox is fetched: progress, what is missing or failed, older mail, the window, push."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from app.accounts.repository import mailbox_by_id
from app.doors.asking import Ctx, Me, ProviderMessageId
from app.errors import NotFoundError, UserError
from app.mail import older_mail, progress, retrying
from app.mail.failure_repository import LONGEST_WAIT
from app.mail.polling import Polling
from app.mail.repository import MailboxRef
from app.mail.window import change_window
from app.web.asking import ChangingMe
from app.web.notes import Note
from app.web.pages import page, see_other

router = APIRouter(prefix="/mailboxes/{mailbox_id}/fetching")

Number = Annotated[str, Form(max_length=12)]


def _path(mailbox_id: UUID) -> str:
    return f"/mailboxes/{mailbox_id}/fetching"


def _number(written: str) -> int | None:
    """What a form's field says; empty is no bound."""
    if not written.strip():
        return None
    try:
        return int(written)
    except ValueError as error:
        raise UserError("Write a whole number, such as 90, or leave the field empty for no bound.") from error


@router.get("")
async def fetching(mailbox_id: UUID, request: Request, me: Me, ctx: Ctx) -> Response:
    now, units, polling = ctx.clock(), ctx.settings.user_units_per_minute, Polling.from_settings(ctx.settings)
    async with ctx.database.transaction(me.user_id) as session:
        mailbox = await mailbox_by_id(session, me.user_id, mailbox_id)
        if mailbox is None:
            raise NotFoundError("There is no such mailbox.")
        found = await progress.fetching(session, mailbox, now=now, units_per_minute=units, polling=polling)
    pushed = mailbox.watch_expires_at is not None and mailbox.watch_expires_at > now
    return await page(
        request,
        "fetching.html",
        me,
        mailbox=mailbox,
        found=found,
        pushed=pushed,
        duration=progress.duration,
        longest_wait=LONGEST_WAIT,
    )


@router.post("/older")
async def older(mailbox_id: UUID, *, days: Number = "", request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    ref = MailboxRef(me.user_id, mailbox_id)
    await older_mail.ask_for_older(ctx.database, ref, days=_number(days), clock=ctx.clock)
    return see_other(request, _path(mailbox_id), Note.OLDER)


@router.post("/older/stop")
async def stop_older(mailbox_id: UUID, *, request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    await older_mail.stop_older(ctx.database, MailboxRef(me.user_id, mailbox_id), clock=ctx.clock)
    return see_other(request, _path(mailbox_id), Note.OLDER_STOPPED)


@router.post("/again")
async def again(mailbox_id: UUID, *, request: Request, me: ChangingMe, ctx: Ctx) -> Response:
    await retrying.try_all_now(ctx.database, MailboxRef(me.user_id, mailbox_id), clock=ctx.clock)
    return see_other(request, _path(mailbox_id), Note.TRIED_AGAIN)


@router.post("/failures/{provider_message_id}/retry")
async def one_again(
    mailbox_id: UUID, provider_message_id: ProviderMessageId, *, request: Request, me: ChangingMe, ctx: Ctx
) -> Response:
    ref = MailboxRef(me.user_id, mailbox_id)
    await retrying.try_now(ctx.database, ref, provider_message_id, clock=ctx.clock)
    return see_other(request, _path(mailbox_id), Note.TRIED_AGAIN)


@router.post("/failures/{provider_message_id}/leave")
async def leave(
    mailbox_id: UUID, provider_message_id: ProviderMessageId, *, request: Request, me: ChangingMe, ctx: Ctx
) -> Response:
    ref = MailboxRef(me.user_id, mailbox_id)
    await retrying.leave_out(ctx.database, ref, provider_message_id, clock=ctx.clock)
    return see_other(request, _path(mailbox_id), Note.LEFT_OUT)


@router.post("/window")
async def window(
    mailbox_id: UUID, *, days: Number = "", messages: Number = "", request: Request, me: ChangingMe, ctx: Ctx
) -> Response:
    ref = MailboxRef(me.user_id, mailbox_id)
    bounds = {"days": _number(days), "messages": _number(messages)}
    await change_window(ctx.database, ref, **bounds, clock=ctx.clock)
    return see_other(request, _path(mailbox_id), Note.SETTINGS)
