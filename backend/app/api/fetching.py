"""How the mail of one mailbox is fetched: older mail, what failed, the window; all of it can be changed."""

from datetime import datetime
from http import HTTPStatus
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from app.accounts.repository import mailbox_by_id
from app.api.asking import ChangingMe
from app.api.shapes import Shape
from app.db.models import Mailbox, WalkKind
from app.doors.asking import Ctx, Me, ProviderMessageId
from app.errors import NotFoundError
from app.mail import older_mail, progress, retrying
from app.mail.failure_repository import LONGEST_WAIT
from app.mail.polling import PaceReason, Polling
from app.mail.progress import Fetching
from app.mail.repository import MailboxRef
from app.mail.window import Shortfall, change_window

router = APIRouter(prefix="/mailboxes/{mailbox_id}", tags=["mailboxes"])


class UnderWayShape(Shape):
    kind: WalkKind
    done: int
    expected: int | None
    units_left: int
    seconds_left: float | None


class ComparedShape(Shape):
    at: datetime
    listed: int
    missing: int


class FailureShape(Shape):
    provider_message_id: str
    reason: str
    attempts: int
    not_before: datetime
    left_out_at: datetime | None
    """When the person said to leave it; it is not tried again."""


class ShortfallShape(Shape):
    days: int | None
    """What to ask for as older mail; null is all there is."""
    in_words: str

    @classmethod
    def of(cls, found: Shortfall | None) -> Self | None:
        return None if found is None else cls.model_validate(found, from_attributes=True)


class FetchingShape(Shape):
    address: str
    state: str
    state_reason: str | None
    last_synced_at: datetime | None
    not_before: datetime | None
    """Gmail asked for patience until then."""
    under_way: list[UnderWayShape]
    compared: ComparedShape | None
    failures: int
    """Could not be fetched so far; each is tried again by itself."""
    next_failures: list[FailureShape]
    longest_wait_seconds: float
    """So long at most between two tries of one."""
    left_out: int
    """The person said to leave them; they are not tried again until the person says so."""
    last_left_out: list[FailureShape]
    window_days: int | None
    window_messages: int | None
    window_shortfall: ShortfallShape | None
    """Older mail that the window asks for and no sync fetches by itself."""
    units_spent: int
    watch_expires_at: datetime | None
    watch_error: str | None
    pushed_at: datetime | None
    push_count: int
    """How many changes Gmail has told of by itself."""
    due_at: datetime | None
    """When the mailbox is looked at next; null while it is not connected."""
    poll_seconds: float
    poll_reason: PaceReason
    read_only: bool
    """Google allows nothing but reading: nothing can be done in it until it is connected again."""

    @classmethod
    def of(cls, mailbox: Mailbox, found: Fetching) -> Self:
        compared = found.compared
        return cls(
            address=mailbox.address,
            state=mailbox.state,
            state_reason=mailbox.state_reason,
            last_synced_at=mailbox.last_synced_at,
            not_before=mailbox.not_before,
            under_way=[
                UnderWayShape(
                    kind=one.kind,
                    done=one.done,
                    expected=one.expected,
                    units_left=one.units_left,
                    seconds_left=None if one.time_left is None else one.time_left.total_seconds(),
                )
                for one in found.under_way
            ],
            compared=None if compared is None else ComparedShape.model_validate(compared, from_attributes=True),
            failures=found.failures.waiting,
            next_failures=[FailureShape.model_validate(one, from_attributes=True) for one in found.waiting],
            longest_wait_seconds=LONGEST_WAIT.total_seconds(),
            left_out=found.failures.left_out,
            last_left_out=[FailureShape.model_validate(one, from_attributes=True) for one in found.left_out],
            window_days=mailbox.sync_window_days,
            window_messages=mailbox.sync_window_messages,
            window_shortfall=ShortfallShape.of(found.shortfall),
            units_spent=mailbox.units_spent,
            watch_expires_at=mailbox.watch_expires_at,
            watch_error=mailbox.watch_error,
            pushed_at=mailbox.pushed_at,
            push_count=mailbox.push_count,
            due_at=found.due_at,
            poll_seconds=found.pace.interval.total_seconds(),
            poll_reason=found.pace.reason,
            read_only=found.read_only,
        )


class Older(BaseModel):
    days: int | None
    """None is all there is."""


class Window(BaseModel):
    days: int | None
    messages: int | None


class WindowSetShape(Shape):
    shortfall: ShortfallShape | None


@router.get("/fetching")
async def fetching(mailbox_id: UUID, me: Me, ctx: Ctx) -> FetchingShape:
    async with ctx.database.transaction(me.user_id) as session:
        mailbox = await mailbox_by_id(session, me.user_id, mailbox_id)
        if mailbox is None:
            raise NotFoundError("There is no such mailbox.")
        found = await progress.fetching(
            session,
            mailbox,
            now=ctx.clock(),
            units_per_minute=ctx.settings.user_units_per_minute,
            polling=Polling.from_settings(ctx.settings),
        )
    return FetchingShape.of(mailbox, found)


@router.post("/older", status_code=HTTPStatus.ACCEPTED)
async def older(mailbox_id: UUID, wanted: Older, me: ChangingMe, ctx: Ctx) -> None:
    """Have older mail fetched in the background; new mail goes first."""
    await older_mail.ask_for_older(ctx.database, MailboxRef(me.user_id, mailbox_id), days=wanted.days, clock=ctx.clock)


@router.delete("/older", status_code=HTTPStatus.NO_CONTENT)
async def stop_older(mailbox_id: UUID, me: ChangingMe, ctx: Ctx) -> None:
    """Fetch no more of the older mail that was asked for; what has come stays."""
    await older_mail.stop_older(ctx.database, MailboxRef(me.user_id, mailbox_id), clock=ctx.clock)


@router.post("/failures/retry", status_code=HTTPStatus.ACCEPTED)
async def again(mailbox_id: UUID, me: ChangingMe, ctx: Ctx) -> None:
    """Have what could not be fetched tried once more at once; what the person left stays left."""
    await retrying.try_all_now(ctx.database, MailboxRef(me.user_id, mailbox_id), clock=ctx.clock)


@router.post("/failures/{provider_message_id}/retry", status_code=HTTPStatus.ACCEPTED)
async def one_again(mailbox_id: UUID, provider_message_id: ProviderMessageId, me: ChangingMe, ctx: Ctx) -> None:
    """Have this one tried once more at once, also one that the person left."""
    ref = MailboxRef(me.user_id, mailbox_id)
    await retrying.try_now(ctx.database, ref, provider_message_id, clock=ctx.clock)


@router.post("/failures/{provider_message_id}/leave", status_code=HTTPStatus.NO_CONTENT)
async def leave(mailbox_id: UUID, provider_message_id: ProviderMessageId, me: ChangingMe, ctx: Ctx) -> None:
    """Try this one no more until the person says so."""
    ref = MailboxRef(me.user_id, mailbox_id)
    await retrying.leave_out(ctx.database, ref, provider_message_id, clock=ctx.clock)


@router.put("/window")
async def window(mailbox_id: UUID, wanted: Window, me: ChangingMe, ctx: Ctx) -> WindowSetShape:
    """How much a first sync takes, also one that is under way; older mail than one that is over took is not fetched."""
    ref = MailboxRef(me.user_id, mailbox_id)
    lacking = await change_window(ctx.database, ref, days=wanted.days, messages=wanted.messages, clock=ctx.clock)
    return WindowSetShape(shortfall=ShortfallShape.of(lacking))
