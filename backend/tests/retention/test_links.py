"""What is spent goes; what still opens a door, or counts against who asks too often, stays."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.accounts import magic_links
from app.db.models import MagicLink, OAuthFlow, Session
from app.db.session import SYSTEM, Database
from app.retention import links
from app.retention.links import delete_spent_magic_links
from tests.factories import NOON, add_user

Clock = Callable[[], datetime]
MINUTE = timedelta(minutes=1)
YESTERDAY = NOON - timedelta(days=1)


def link(
    name: str, *, expires_at: datetime, used_at: datetime | None = None, created_at: datetime = YESTERDAY
) -> MagicLink:
    return MagicLink(token_hash=name.encode(), expires_at=expires_at, used_at=used_at, created_at=created_at)


async def names(database: Database) -> set[str]:
    async with database.transaction(SYSTEM) as session:
        hashes: Sequence[bytes] = [
            *await session.scalars(select(MagicLink.token_hash)),
            *await session.scalars(select(Session.token_hash)),
            *await session.scalars(select(OAuthFlow.state_hash)),
        ]
    return {value.decode() for value in hashes}


async def test_exactly_the_spent_go(database: Database, clock: Clock) -> None:
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session)
        rows = [
            link("link expired", expires_at=NOON),
            link("link used", expires_at=NOON + MINUTE, used_at=NOON - MINUTE),
            link("link good", expires_at=NOON + MINUTE),
            link("link expired, but counted", expires_at=NOON - MINUTE, created_at=NOON - 11 * MINUTE),
            Session(token_hash=b"session expired", csrf_token="c", expires_at=NOON),
            Session(token_hash=b"session good", csrf_token="c", expires_at=NOON + MINUTE),
            OAuthFlow(state_hash=b"flow expired", session_id=uuid4(), verifier_encrypted=b"", expires_at=NOON - MINUTE),
            OAuthFlow(state_hash=b"flow good", session_id=uuid4(), verifier_encrypted=b"", expires_at=NOON + MINUTE),
        ]
        for row in rows:
            row.user_id = user.id
        session.add_all(rows)
    assert await delete_spent_magic_links(database, clock=clock) == 4
    assert await names(database) == {"link good", "link expired, but counted", "session good", "flow good"}
    assert await delete_spent_magic_links(database, clock=clock) == 0


async def test_cleaning_up_does_not_reset_the_limit_on_links(database: Database) -> None:
    now = NOON
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session)
    for _ in range(magic_links.LINKS_PER_USER):
        assert await magic_links.invite(database, email=user.email, browser_token="b", clock=lambda: now)
    now += magic_links.LIFETIME + MINUTE
    await delete_spent_magic_links(database, clock=lambda: now)
    assert await magic_links.invite(database, email=user.email, browser_token="b", clock=lambda: now) is None
    now += magic_links.LINKS_WINDOW
    assert await delete_spent_magic_links(database, clock=lambda: now) == magic_links.LINKS_PER_USER
    assert await magic_links.invite(database, email=user.email, browser_token="b", clock=lambda: now)


async def test_a_backlog_goes_in_batches(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "ROWS_PER_BATCH", 2)
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session)
        for number in range(5):
            row = link(str(number), expires_at=YESTERDAY)
            row.user_id = user.id
            session.add(row)
    assert await delete_spent_magic_links(database, clock=clock) == 5
    assert await names(database) == set()
