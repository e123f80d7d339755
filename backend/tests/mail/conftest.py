"""The simulated Gmail over HTTP with one mailbox, and ours connected to it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from app.accounts.vault import Vault
from app.db.session import SYSTEM, Database
from app.mail.gmail import GmailMailbox, gmail_client
from app.mail.grant import Grant
from app.settings import Settings
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator
from tests.budgets import endless_budget
from tests.factories import add_mailbox, add_user
from tests.mail.gmail_world import ANA, World


@pytest.fixture
def vault_keys() -> str:
    return f"k1:{Vault.generate_key()}"


@pytest.fixture
def vault(vault_keys: str) -> Vault:
    return Vault(vault_keys)


@pytest.fixture
async def world(database: Database, vault: Vault) -> AsyncIterator[World]:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    simulator = Simulator()
    token = simulator.create_mailbox(ANA)
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session, email=ANA)
        mailbox = await add_mailbox(session, user, next_sync_at=now)
        mailbox.refresh_token_encrypted = vault.encrypt(
            token, table="mailboxes", column="refresh_token_encrypted", row=mailbox.id
        )
    async with running_simulator(simulator) as url, gmail_client() as http:
        settings = Settings(
            database_url="postgresql://unused",
            redis_url="redis://unused",
            encryption_keys="unused",  # pyright: ignore[reportArgumentType] - pydantic makes a secret of it
            gmail_api_url=url,
            google_token_url=f"{url}/token",
        )
        world = World(simulator, database, user, mailbox, now, url)

        def open_gmail() -> GmailMailbox:
            """As a new process would: nothing remembered."""
            grant = Grant(
                user.id,
                mailbox.id,
                database=database,
                vault=vault,
                http=http,
                settings=settings,
                clock=lambda: datetime.now(UTC),
            )
            budget = endless_budget(database, mailbox, world.clock)
            return GmailMailbox(http=http, api_url=url, grant=grant, budget=budget, clock=world.clock)

        world.open_gmail = open_gmail
        world.gmail = open_gmail()
        yield world
