from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import sessions
from app.accounts.sessions import IDLE, LONGEST, SignedIn
from app.db.models import AuditEntry, User
from app.db.session import SYSTEM, Database
from tests.accounts.conftest import Clock
from tests.factories import add_user


async def _start(database: Database, user: User, clock: Clock) -> str:
    async with database.transaction(SYSTEM) as session:
        return sessions.start(session, user_id=user.id, now=clock())


async def _find(database: Database, token: str, clock: Clock) -> SignedIn:
    found = await sessions.find(database, token=token, clock=clock)
    assert found is not None
    return found


@pytest.mark.parametrize("token", [None, "", "invented"])
async def test_without_a_good_cookie_nobody_is_signed_in(
    database: Database, user: User, clock: Clock, token: str | None
) -> None:
    await _start(database, user, clock)
    assert await sessions.find(database, token=token, clock=clock) is None


async def test_a_session_that_is_not_used_ends_after_a_week(database: Database, user: User, clock: Clock) -> None:
    token = await _start(database, user, clock)
    clock.advance(IDLE - timedelta(seconds=1))
    assert await sessions.find(database, token=token, clock=clock)
    clock.advance(IDLE)
    assert await sessions.find(database, token=token, clock=clock) is None


async def test_a_session_that_is_used_every_day_ends_after_a_month(
    database: Database, user: User, clock: Clock
) -> None:
    token, days = await _start(database, user, clock), 0
    while await sessions.find(database, token=token, clock=clock):
        clock.advance(timedelta(days=1))
        days += 1
    assert days == LONGEST.days


async def test_signing_out_ends_this_session_only(database: Database, user: User, clock: Clock) -> None:
    here, there = await _start(database, user, clock), await _start(database, user, clock)
    await sessions.end(database, await _find(database, here, clock))
    assert await sessions.find(database, token=here, clock=clock) is None
    assert await sessions.find(database, token=there, clock=clock)


async def test_signing_out_everywhere_ends_all_of_ones_own(database: Database, user: User, clock: Clock) -> None:
    async with database.transaction(SYSTEM) as session:
        other = await add_user(session)
    here, there = await _start(database, user, clock), await _start(database, user, clock)
    elsewhere = await _start(database, other, clock)
    await sessions.end_everywhere(database, await _find(database, here, clock))
    assert await sessions.find(database, token=here, clock=clock) is None
    assert await sessions.find(database, token=there, clock=clock) is None
    assert await sessions.find(database, token=elsewhere, clock=clock)


async def test_each_session_has_its_own_form_token(database: Database, user: User, clock: Clock) -> None:
    one = await _find(database, await _start(database, user, clock), clock)
    two = await _find(database, await _start(database, user, clock), clock)
    assert one.csrf_matches(one.csrf_token)
    assert not one.csrf_matches(two.csrf_token)
    assert not one.csrf_matches("")
    assert not one.csrf_matches(None)
    assert not one.csrf_matches("ä")


async def test_beginning_and_end_are_written_down(database: Database, user: User, clock: Clock) -> None:
    me = await _find(database, await _start(database, user, clock), clock)
    await sessions.end(database, me)
    async with database.transaction(SYSTEM) as session:
        events = list(await session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)))
    assert events == ["session.started", "session.ended"]
