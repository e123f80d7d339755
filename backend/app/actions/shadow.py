"""Switching a mailbox out of shadow mode and back, for each kind of step by itself."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from app.accounts import repository as accounts
from app.actions.closing import stop_unasked
from app.actions.kinds import SWITCHABLE
from app.db.models import ActionKind, utc_now
from app.db.session import Database
from app.errors import NotFoundError, UserError


async def switch(
    database: Database,
    *,
    user_id: UUID,
    mailbox_id: UUID,
    live_kinds: Collection[ActionKind],
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Let these kinds of steps happen unasked in a mailbox, and no others.

    What was decided unasked for the others and has not begun is stopped. What shadow mode has shown so far stays a
    proposal. Raises NotFoundError, and UserError for kinds that never happen unasked.
    """
    if not set(live_kinds) <= set(SWITCHABLE):
        raise UserError("Some of these steps never happen unasked, whatever is set.")
    async with database.transaction(user_id) as session:
        mailbox = await accounts.mailbox_by_id(session, user_id, mailbox_id)
        if mailbox is None:
            raise NotFoundError("There is no such mailbox.")
        wanted = sorted(kind.value for kind in live_kinds)
        gone = set(mailbox.live_kinds) - set(wanted)
        mailbox.live_kinds = wanted
        if gone:
            await stop_unasked(session, mailbox_id, gone, now=clock())
        accounts.record(
            session,
            "mailbox.switched",
            user_id=user_id,
            subject_type="mailbox",
            subject_id=mailbox_id,
            live_kinds=wanted,
        )
