"""Sessions: who a cookie belongs to, for how long, and the token its forms must carry."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from app.accounts import repository
from app.accounts.tokens import new_token, token_hash
from app.db.models import Session
from app.db.session import SYSTEM, Database

IDLE: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=30)
EXTEND_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The user behind a request."""

    session_id: UUID
    user_id: UUID
    email: str
    timezone: str
    csrf_token: str
    effects_paused: bool
    is_operator: bool
    """May stop and release the whole installation."""

    def csrf_matches(self, given: str | None) -> bool:
        return hmac.compare_digest(self.csrf_token.encode(), (given or "").encode())


def start(session: AsyncSession, *, user_id: UUID, now: datetime) -> str:
    """Add a session to the transaction under way and return the cookie's value, which is stored only as a hash."""
    token = new_token()
    row = Session(
        id=uuid7(),
        user_id=user_id,
        token_hash=token_hash(token),
        csrf_token=new_token(),
        created_at=now,
        expires_at=now + IDLE,
    )
    session.add(row)
    repository.record(session, "session.started", user_id=user_id, subject_type="session", subject_id=row.id)
    return token


async def find(database: Database, *, token: str | None, clock: Callable[[], datetime]) -> SignedIn | None:
    """Who holds this cookie. Each use keeps it alive for another week, up to a month in all."""
    if not token:
        return None
    now = clock()
    async with database.transaction(SYSTEM) as session:
        found = await repository.session_with_user(session, token_hash=token_hash(token), now=now)
        if found is None:
            return None
        row, user = found
        _extend(row, now)
        return SignedIn(
            row.id, user.id, user.email, user.timezone, row.csrf_token, user.effects_paused, user.is_operator
        )


async def end(database: Database, signed_in: SignedIn) -> None:
    async with database.transaction(signed_in.user_id) as session:
        await repository.delete_session(session, signed_in.session_id)
        _record_end(session, signed_in, everywhere=False)


async def end_everywhere(database: Database, signed_in: SignedIn) -> None:
    async with database.transaction(signed_in.user_id) as session:
        await repository.delete_sessions_of(session, signed_in.user_id)
        _record_end(session, signed_in, everywhere=True)


def _extend(row: Session, now: datetime) -> None:
    extended = min(row.created_at + LONGEST, now + IDLE)
    if extended - row.expires_at >= EXTEND_EVERY:  # not a write for every page that is looked at
        row.expires_at = extended


def _record_end(session: AsyncSession, signed_in: SignedIn, *, everywhere: bool) -> None:
    repository.record(
        session,
        "session.ended",
        user_id=signed_in.user_id,
        subject_type="session",
        subject_id=signed_in.session_id,
        everywhere=everywhere,
    )
