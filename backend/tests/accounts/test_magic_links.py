import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import magic_links, sessions
from app.accounts.magic_links import LIFETIME, LINKS_PER_USER, LINKS_WINDOW, LinkRefusedError
from app.db.models import MagicLink, Session, User
from app.db.session import SYSTEM, Database
from tests.accounts.conftest import Clock

BROWSER = "the browser that asked"


async def _issue(database: Database, user: User, clock: Clock, browser_token: str | None = BROWSER) -> str:
    return await magic_links.issue(database, user_id=user.id, browser_token=browser_token, clock=clock)


async def _redeem(database: Database, token: str, clock: Clock, browser_token: str | None = BROWSER) -> str:
    return await magic_links.redeem(database, token=token, browser_token=browser_token, clock=clock)


async def test_a_link_signs_its_user_in(database: Database, user: User, clock: Clock) -> None:
    cookie = await _redeem(database, await _issue(database, user, clock), clock)
    me = await sessions.find(database, token=cookie, clock=clock)
    assert me is not None
    assert me.user_id == user.id


async def test_only_hashes_are_stored(database: Database, user: User, clock: Clock) -> None:
    token = await _issue(database, user, clock)
    cookie = await _redeem(database, token, clock)
    async with database.transaction(SYSTEM) as session:
        link = (await session.scalars(select(MagicLink))).one()
        row = (await session.scalars(select(Session))).one()
    stored = repr([vars(link), vars(row)])
    assert len(link.token_hash) == len(row.token_hash) == 32
    assert token not in stored
    assert cookie not in stored
    assert BROWSER not in stored


async def test_a_token_has_at_least_128_bits(database: Database, user: User, clock: Clock) -> None:
    assert len(await _issue(database, user, clock)) * 6 >= 128


async def test_a_link_works_once(database: Database, user: User, clock: Clock) -> None:
    token = await _issue(database, user, clock)
    await _redeem(database, token, clock)
    with pytest.raises(LinkRefusedError):
        await _redeem(database, token, clock)


async def test_of_many_at_once_exactly_one_gets_in(database: Database, user: User, clock: Clock) -> None:
    token = await _issue(database, user, clock)
    outcomes = await asyncio.gather(*(_redeem(database, token, clock) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    async with database.transaction(SYSTEM) as session:
        assert await session.scalar(select(func.count()).select_from(Session)) == 1


@pytest.mark.parametrize("other", ["another browser", None])
async def test_another_browser_is_refused_and_does_not_use_the_link_up(
    database: Database, user: User, clock: Clock, other: str | None
) -> None:
    token = await _issue(database, user, clock)
    with pytest.raises(LinkRefusedError):
        await _redeem(database, token, clock, browser_token=other)
    assert await _redeem(database, token, clock)


async def test_a_link_is_void_after_ten_minutes(database: Database, user: User, clock: Clock) -> None:
    assert timedelta(minutes=10) == LIFETIME
    token = await _issue(database, user, clock)
    clock.advance(LIFETIME)
    with pytest.raises(LinkRefusedError):
        await _redeem(database, token, clock)


@pytest.mark.parametrize("browser", [None, "any browser"])
async def test_the_owners_link_from_the_command_line_works_in_any_browser(
    database: Database, user: User, clock: Clock, browser: str | None
) -> None:
    token = await _issue(database, user, clock, browser_token=None)
    assert await _redeem(database, token, clock, browser_token=browser)


async def test_an_invented_token_is_refused(database: Database, clock: Clock) -> None:
    with pytest.raises(LinkRefusedError):
        await _redeem(database, "invented", clock)


async def test_an_invitation_is_for_the_stored_address_whatever_the_case(
    database: Database, user: User, clock: Clock
) -> None:
    invitation = await magic_links.invite(database, email=" aNA@EXAMPLE.org ", browser_token=BROWSER, clock=clock)
    assert invitation is not None
    assert invitation.to == user.email


async def test_nobody_is_invited_for_an_unknown_address(database: Database, user: User, clock: Clock) -> None:
    assert await magic_links.invite(database, email="eve@example.org", browser_token=BROWSER, clock=clock) is None


async def test_one_address_gets_few_links_an_hour(database: Database, user: User, clock: Clock) -> None:
    async def invited() -> bool:
        return await magic_links.invite(database, email=user.email, browser_token=BROWSER, clock=clock) is not None

    assert [await invited() for _ in range(LINKS_PER_USER + 1)] == [True] * LINKS_PER_USER + [False]
    clock.advance(LINKS_WINDOW + timedelta(seconds=1))
    assert await invited()
