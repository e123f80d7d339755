"""The connected mailboxes: their state, and what they spend of Gmail's quota."""

from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter

from app.accounts.google import may_act
from app.accounts.repository import mailboxes_of
from app.api.shapes import Shape
from app.db.models import Mailbox
from app.doors.asking import Ctx, Me
from app.mail.quota_repository import Spent, spent_by_method

router = APIRouter(prefix="/mailboxes", tags=["mailboxes"])


class SpentShape(Shape):
    calls: int
    units: int


class MailboxShape(Shape):
    id: UUID
    address: str
    state: str
    state_reason: str | None
    can_act: bool
    """False when it is connected for reading only."""
    last_synced_at: datetime | None
    not_before: datetime | None
    """Gmail's quota was used up, or Gmail asked for patience: nothing is fetched before then."""
    units_today: int
    spent_today: dict[str, SpentShape]
    """By method of Gmail's API, the dearest first. Google's day ends at midnight in California."""

    @classmethod
    def of(cls, mailbox: Mailbox, spent: dict[str, Spent]) -> Self:
        return cls(
            id=mailbox.id,
            address=mailbox.address,
            state=mailbox.state,
            state_reason=mailbox.state_reason,
            can_act=may_act(mailbox.granted_scopes),
            last_synced_at=mailbox.last_synced_at,
            not_before=mailbox.not_before,
            units_today=sum(one.units for one in spent.values()),
            spent_today={method: SpentShape(calls=one.calls, units=one.units) for method, one in spent.items()},
        )


@router.get("")
async def mailboxes(me: Me, ctx: Ctx) -> list[MailboxShape]:
    async with ctx.database.transaction(me.user_id) as session:
        found = await mailboxes_of(session, me.user_id)
        spent = await spent_by_method(session, [one.id for one in found], days=1)
    return [MailboxShape.of(one, spent[one.id]) for one in found]
