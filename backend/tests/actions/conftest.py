"""The simulated Gmail over HTTP with one mailbox, and ours connected to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.accounts.vault import Vault
from app.db.session import SYSTEM, Database
from app.mail import gmail
from app.mail.gmail import gmail_client
from app.mail.grant import Grant
from app.settings import Settings
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator
from tests.actions.mailroom import ANA, Mailroom, MortalClick, MortalMailbox
from tests.budgets import endless_budget
from tests.factories import NOON, add_mailbox, add_user
from tests.mail.list_server import certificate_in, one_click_here, running_list_server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def room(database: Database, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mailroom]:
    monkeypatch.setattr(gmail, "FIRST_PAUSE_SECONDS", 0.0)
    vault = Vault(f"k1:{Vault.generate_key()}")
    simulator = Simulator()
    token = simulator.create_mailbox(ANA)
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session, email=ANA, send_delay_seconds=0)
        mailbox = await add_mailbox(session, user)
        mailbox.refresh_token_encrypted = vault.encrypt(
            token, table="mailboxes", column="refresh_token_encrypted", row=mailbox.id
        )
    async with (
        running_list_server(certificate) as lists,
        running_simulator(simulator) as url,
        gmail_client() as http,
    ):
        room = Mailroom(simulator, database, user, mailbox, NOON, lists)
        known = one_click_here(certificate)
        room.one_click = MortalClick(known.resolve, known.may_reach, known.may_ask, known.tls, known.longest, room)
        # One clock on both sides, so that an hour later tokens and quota are an hour older too.
        simulator.clock = room.clock
        settings = Settings(
            database_url="postgresql://unused",
            redis_url="redis://unused",
            encryption_keys="unused",  # pyright: ignore[reportArgumentType] - pydantic makes a secret of it
            gmail_api_url=url,
            google_token_url=f"{url}/token",
        )

        def open_gmail(database: Database = database, http: httpx.AsyncClient = http) -> MortalMailbox:
            grant = Grant(
                user.id,
                mailbox.id,
                database=database,
                vault=vault,
                http=http,
                settings=settings,
                clock=room.clock,
            )
            budget = endless_budget(database, mailbox, room.clock)
            opened = MortalMailbox(http=http, api_url=url, grant=grant, budget=budget, clock=room.clock)
            opened.deaths, opened.on_call = room.deaths, room.called
            return opened

        room.open_gmail = open_gmail
        yield room
