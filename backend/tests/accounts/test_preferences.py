from typing import Any

import pytest
from sqlalchemy import select

from app.accounts import preferences
from app.accounts.preferences import Preferences
from app.db.models import AuditEntry, Autonomy, User
from app.db.session import SYSTEM, Database
from app.errors import NotFoundError, UserError
from tests.factories import add_user

WANTED = Preferences(Autonomy.HIGH, "Europe/Stockholm", notices_enabled=False, digest_enabled=False)


async def _stored(database: Database, user: User) -> dict[str, Any]:
    async with database.transaction(SYSTEM) as session:
        row = await session.get_one(User, user.id)
        names = ("autonomy", "timezone", "notices_enabled", "digest_enabled", "effects_paused")
        return {name: getattr(row, name) for name in names}


async def test_preferences_are_stored_and_the_change_is_written_down(database: Database, user: User) -> None:
    await preferences.change(database, WANTED, user_id=user.id)
    assert await _stored(database, user) == {
        "autonomy": "high",
        "timezone": "Europe/Stockholm",
        "notices_enabled": False,
        "digest_enabled": False,
        "effects_paused": False,
    }
    async with database.transaction(SYSTEM) as session:
        entry = (await session.scalars(select(AuditEntry))).one()
    assert entry.event == "settings.changed"
    assert entry.details["autonomy"] == "high"


async def test_a_time_zone_that_does_not_exist_changes_nothing(database: Database, user: User) -> None:
    before = await _stored(database, user)
    for timezone in ("Mars/Olympus", "../../etc/passwd", ""):
        with pytest.raises(UserError, match="time zone"):
            await preferences.change(
                database,
                Preferences(Autonomy.LOW, timezone, notices_enabled=True, digest_enabled=True),
                user_id=user.id,
            )
    assert await _stored(database, user) == before


async def test_the_kill_switch_goes_on_and_off(database: Database, user: User) -> None:
    await preferences.pause_effects(database, user_id=user.id, paused=True)
    assert (await _stored(database, user))["effects_paused"] is True
    await preferences.pause_effects(database, user_id=user.id, paused=False)
    assert (await _stored(database, user))["effects_paused"] is False


async def test_a_user_that_is_gone_is_not_found(database: Database, user: User) -> None:
    async with database.transaction(SYSTEM) as session:
        gone = await add_user(session)
        await session.delete(gone)
    with pytest.raises(NotFoundError):
        await preferences.pause_effects(database, user_id=gone.id, paused=True)
