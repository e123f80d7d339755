"""`getanswers quota`: what the operator sees of the units."""

import json

import pytest
from typer.testing import CliRunner

from app.cli.main import cli
from app.db.session import SYSTEM, Database
from app.settings import load_settings
from tests.factories import add_mailbox, add_units, add_user


@pytest.fixture
def installation(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url.replace("+psycopg", ""))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    monkeypatch.setenv("ENCRYPTION_KEYS", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    load_settings.cache_clear()


@pytest.fixture
async def _spent(database: Database) -> None:
    async with database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session, email="ana@example.org"))
        await add_mailbox(session, await add_user(session, email="erik@example.org"))
        await add_units(session, mailbox, "messages.get", calls=60, units=1200)
        await add_units(session, mailbox, "history.list", calls=1, units=2)


@pytest.mark.usefixtures("installation", "_spent")
def test_the_units_of_every_mailbox_are_told_by_method() -> None:
    told = CliRunner().invoke(cli, ["quota", "--json"])
    assert json.loads(told.stdout) == {
        "installation_units_today": 1202,
        "mailboxes": [
            {
                "address": "ana@example.org",
                "units": 1202,
                "methods": {
                    "messages.get": {"calls": 60, "units": 1200},
                    "history.list": {"calls": 1, "units": 2},
                },
            },
            {"address": "erik@example.org", "units": 0, "methods": {}},
        ],
    }
    table = CliRunner().invoke(cli, ["quota"]).stdout
    assert "1,202 of 80,000,000 units" in table
    assert "messages.get" in table
