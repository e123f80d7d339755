"""Magic links: a token by mail, used up once, in the browser that asked for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.accounts import repository, sessions
from app.accounts.tokens import new_token, token_hash
from app.db.models import MagicLink
from app.db.session import SYSTEM, Database

LIFETIME: Final = timedelta(minutes=10)
LINKS_PER_USER: Final = 5
LINKS_WINDOW: Final = timedelta(hours=1)


class LinkRefusedError(Exception):
    """The link does not sign anybody in; which of the reasons it was is nobody's business."""

    def __init__(self) -> None:
        super().__init__(
            "This link does not work: it was used already, is older than ten minutes, or was asked for in another "
            "browser. Ask for a new one."
        )


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link to be mailed."""

    to: str
    token: str


async def invite(
    database: Database, *, email: str, browser_token: str, clock: Callable[[], datetime]
) -> Invitation | None:
    """A link for the user with this address; None when there is nobody, or too many links were asked for lately.

    The caller answers the person the same in every case, before this has even begun.
    """
    now = clock()
    async with database.transaction(SYSTEM) as session:
        user = await repository.user_by_email(session, email)
        if user is None:
            return None
        if await repository.links_since(session, user.id, since=now - LINKS_WINDOW) >= LINKS_PER_USER:
            return None
    token = await issue(database, user_id=user.id, browser_token=browser_token, clock=clock)
    return Invitation(to=user.email, token=token)


async def issue(
    database: Database,
    *,
    user_id: UUID,
    browser_token: str | None,
    clock: Callable[[], datetime],
    lifetime: timedelta = LIFETIME,
) -> str:
    """Token of a new link. Without a browser token any browser may use it: for the owner's command line only."""
    token, now = new_token(), clock()
    async with database.transaction(SYSTEM) as session:
        session.add(
            MagicLink(
                user_id=user_id,
                token_hash=token_hash(token),
                browser_hash=token_hash(browser_token) if browser_token else None,
                created_at=now,
                expires_at=now + lifetime,
            )
        )
    return token


async def redeem(database: Database, *, token: str, browser_token: str | None, clock: Callable[[], datetime]) -> str:
    """Use the link up and return the value of a new session's cookie. Raises LinkRefusedError."""
    now = clock()
    async with database.transaction(SYSTEM) as session:
        user_id = await repository.use_up_link(
            session,
            token_hash=token_hash(token),
            browser_hash=token_hash(browser_token) if browser_token else None,
            now=now,
        )
        if user_id is None:
            raise LinkRefusedError
        return sessions.start(session, user_id=user_id, now=now)
