"""What migrations make of rows that are there already; run by a login that row level security holds as well."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select

from app.db.migrate import INI
from app.db.models import Action, AuditEntry, Mailbox
from app.db.session import SYSTEM, Database
from tests.factories import add_action, add_mailbox, add_message, add_user


async def _run(database: Database, to: Callable[[Config, str], None], revision: str) -> None:
    def run(connection: Connection) -> None:
        config = Config(INI)
        config.attributes["connection"] = connection
        to(config, revision)

    async with database.engine.begin() as connection:
        await connection.run_sync(run)


async def _action(database: Database, state: str, event: str | None) -> Action:
    async with database.transaction(SYSTEM) as session:
        message = await add_message(session, await add_mailbox(session, await add_user(session)))
        action = await add_action(session, message, state=state)
        if event is not None:
            values = {"user_id": action.user_id, "actor": "user", "subject_type": "action", "details": {}}
            session.add(AuditEntry(id=uuid4(), subject_id=action.id, event=event, **values))
    return action


async def _state(database: Database, action: Action) -> str | None:
    async with database.transaction(SYSTEM) as session:
        return await session.scalar(select(Action.state).where(Action.id == action.id))


@pytest.mark.parametrize(
    ("state", "event", "becomes"),
    [
        ("proposed", "action.edited", "edited"),
        ("proposed", "action.readdressed", "edited"),
        ("proposed", "action.postponed", "proposed"),
        ("proposed", None, "proposed"),
        ("done", "action.edited", "done"),
    ],
)
async def test_a_waiting_action_that_was_changed_is_edited_and_waits_again_on_the_way_back(
    database: Database, state: str, event: str | None, becomes: str
) -> None:
    action = await _action(database, state, event)
    await _run(database, command.downgrade, "0015")
    await _run(database, command.upgrade, "0016")
    assert await _state(database, action) == becomes
    await _run(database, command.downgrade, "0015")
    assert await _state(database, action) == state


async def test_a_mailbox_that_had_drafts_switched_on_keeps_only_the_rest(database: Database) -> None:
    await _run(database, command.downgrade, "0016")
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session)
        mailboxes = [
            await add_mailbox(session, user, address=f"{number}@example.org", live_kinds=kinds)
            for number, kinds in enumerate((["draft"], ["archive", "draft"], ["label"]))
        ]
    await _run(database, command.upgrade, "0017")
    async with database.transaction(SYSTEM) as session:
        left = [(await session.get_one(Mailbox, mailbox.id)).live_kinds for mailbox in mailboxes]
    assert left == [[], ["archive"], ["label"]]
