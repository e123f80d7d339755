"""Which kinds of steps may happen unasked in a mailbox; none is shadow mode."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from app.actions import shadow
from app.api.asking import ChangingMe
from app.db.models import ActionKind
from app.doors.asking import Ctx

router = APIRouter(prefix="/mailboxes/{mailbox_id}", tags=["mailboxes"])


class Live(BaseModel):
    live_kinds: set[ActionKind]


@router.put("/live", status_code=HTTPStatus.NO_CONTENT)
async def live(mailbox_id: UUID, wanted: Live, me: ChangingMe, ctx: Ctx) -> None:
    """Let exactly these kinds happen unasked; what was decided for others and has not begun is stopped."""
    await shadow.switch(
        ctx.database, user_id=me.user_id, mailbox_id=mailbox_id, live_kinds=wanted.live_kinds, clock=ctx.clock
    )
