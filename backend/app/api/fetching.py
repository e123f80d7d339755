"""How the mail of one mailbox is fetched, and asking for older mail, further tries and another window."""

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
from app.doors.asking import Ctx, Me
from app.errors import NotFoundError
from app.mail import older_mail, progress
from app.mail.polling import PaceReason, Polling
from app.mail.progress import Fetching
from app.mail.repository import MailboxRef

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


class FetchingShape(Shape):
    under_way: list[UnderWayShape]
    compared: ComparedShape | None
    failures: int
    next_failures: list[FailureShape]
    window_days: int | None
    window_messages: int | None
    units_spent: int
    watch_expires_at: datetime | None
    watch_error: str | None
    pushed_at: datetime | None
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
            failures=found.failures,
            next_failures=[FailureShape.model_validate(one, from_attributes=True) for one in found.shown],
            window_days=mailbox.sync_window_days,
            window_messages=mailbox.sync_window_messages,
            units_spent=mailbox.units_spent,
            watch_expires_at=mailbox.watch_expires_at,
            watch_error=mailbox.watch_error,
            pushed_at=mailbox.pushed_at,
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


@router.post("/failures/retry", status_code=HTTPStatus.ACCEPTED)
async def again(mailbox_id: UUID, me: ChangingMe, ctx: Ctx) -> None:
    """Have what could not be fetched tried once more at once."""
    await older_mail.try_again_now(ctx.database, MailboxRef(me.user_id, mailbox_id), clock=ctx.clock)


@router.put("/window", status_code=HTTPStatus.NO_CONTENT)
async def window(mailbox_id: UUID, wanted: Window, me: ChangingMe, ctx: Ctx) -> None:
    """How much a first sync takes that begins from now on."""
    ref = MailboxRef(me.user_id, mailbox_id)
    await older_mail.change_window(ctx.database, ref, days=wanted.days, messages=wanted.messages)
