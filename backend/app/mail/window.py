"""How much a first sync takes: set at any time, followed by one that is under way, and compared with what it took."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models import Mailbox
from app.db.session import Database
from app.errors import UserError
from app.mail import repository, walk_repository
from app.mail.coverage import covered_since, taken
from app.mail.older_mail import FURTHEST_DAYS
from app.mail.repository import MailboxRef

MOST_MESSAGES: Final = 100_000_000


class Keep(Enum):
    """Says of a bound that it stays as it is; None says that there is none."""

    AS_IT_IS = "as it is"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Older mail that the window asks for and no sync fetches by itself: of so many days, None is all there is."""

    days: int | None

    @property
    def in_words(self) -> str:
        wanted = "all there is" if self.days is None else f"the last {self.days:,} days"
        return f"The first sync is over, so a wider window fetches no older mail. Ask for that of {wanted}."


async def change_window(
    database: Database,
    mailbox: MailboxRef,
    *,
    days: int | Keep | None = Keep.AS_IT_IS,
    messages: int | Keep | None = Keep.AS_IT_IS,
    clock: Callable[[], datetime],
) -> Shortfall | None:
    """How far back a first sync goes, also one that is under way; None is no bound. Nothing stored is removed.

    Returns what a first sync that is over has not fetched of it. Raises UserError and NotFoundError.
    """
    _require_sense(days, messages)
    async with database.transaction(mailbox.user_id) as session:
        found = await repository.own_mailbox(session, mailbox)
        if not isinstance(days, Keep):
            found.sync_window_days = days
        if not isinstance(messages, Keep):
            found.sync_window_messages = messages
    # On its own: a sync changes its walk before its mailbox. One that began before that commit has a walk by now.
    async with database.transaction(mailbox.user_id) as session:
        await walk_repository.bound_first_walk(
            session, mailbox.mailbox_id, days=found.sync_window_days, most=found.sync_window_messages
        )
        return await shortfall(session, found, now=clock())


def _require_sense(days: int | Keep | None, messages: int | Keep | None) -> None:
    if isinstance(days, int) and not 1 <= days <= FURTHEST_DAYS:
        raise UserError(f"Say how many days back, from 1 to {FURTHEST_DAYS:,}, or leave it empty for all of them.")
    if isinstance(messages, int) and not 1 <= messages <= MOST_MESSAGES:
        raise UserError(f"Say how many messages, from 1 to {MOST_MESSAGES:,}, or leave it empty for all of them.")


async def shortfall(session: AsyncSession, mailbox: Mailbox, *, now: datetime) -> Shortfall | None:
    """What the window asks for and has neither been fetched nor asked for."""
    if mailbox.first_sync_done_at is None:
        return None
    walks = await walk_repository.walks_back(session, mailbox.id, with_wishes=True)
    days, messages = mailbox.sync_window_days, mailbox.sync_window_messages
    since = covered_since(walks, now=now)
    if since is None or (days is not None and since <= now - timedelta(days=days)):
        return None
    return None if messages is not None and taken(walks) >= messages else Shortfall(days)
