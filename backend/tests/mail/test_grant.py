"""One renewal for many workers, and what happens when Google renews nothing any more."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

import app
from app.accounts.vault import Vault
from app.db.models import Mailbox, MailboxState, utc_now
from app.db.session import SYSTEM, Database
from app.jobs import Job, TaskName
from app.mail.grant import Grant
from app.mail.grant_death import Cause, in_words, likeliest
from app.mail.provider import NeedsReconnectError, ProviderBusyError, ProviderUnavailableError
from app.settings import Settings
from app.simulator.faults import Fault, FaultKind
from app.simulator.oauth import TOKEN_METHOD
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator
from tests.factories import NOON, add_mailbox, add_user

ANA = "ana@example.org"
WORKERS = 8
BACKEND = Path(app.__file__).resolve().parents[1]


@dataclass
class Office:
    simulator: Simulator
    database: Database
    keys: str
    settings: Settings
    mailbox: Mailbox
    http: httpx.AsyncClient

    def worker(self) -> Grant:
        """With a memory of its own, as in another process."""
        return Grant(
            self.mailbox.user_id,
            self.mailbox.id,
            database=self.database,
            vault=Vault(self.keys),
            http=self.http,
            settings=self.settings,
            clock=utc_now,
        )

    def tokens_issued(self) -> int:
        return self.simulator.grants.expire_access_tokens(ANA)

    async def row(self) -> Mailbox:
        async with self.database.transaction(SYSTEM) as session:
            return await session.get_one(Mailbox, self.mailbox.id)


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    simulator, keys = Simulator(), f"k1:{Vault.generate_key()}"
    token = simulator.create_mailbox(ANA)
    async with database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session, email=ANA))
        mailbox.refresh_token_encrypted = Vault(keys).encrypt(
            token, table="mailboxes", column="refresh_token_encrypted", row=mailbox.id
        )
    async with running_simulator(simulator) as url, httpx.AsyncClient() as http:
        settings = Settings.model_validate(
            {
                "database_url": "postgresql://unused",
                "redis_url": "redis://unused",
                "encryption_keys": "unused",
                "google_token_url": f"{url}/token",
            }
        )
        yield Office(simulator, database, keys, settings, mailbox, http)


async def test_eight_workers_in_two_processes_renew_once(office: Office, database_url: str) -> None:
    given = {
        "database_url": database_url,
        "keys": office.keys,
        "settings": {
            "database_url": "postgresql://unused",
            "redis_url": "redis://unused",
            "encryption_keys": "unused",
            "google_token_url": office.settings.google_token_url,
        },
        "user_id": str(office.mailbox.user_id),
        "mailbox_id": str(office.mailbox.id),
        "workers": WORKERS // 2,
    }
    command = (sys.executable, "-m", "tests.mail.renewing", json.dumps(given))
    processes = [
        await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=BACKEND, env=os.environ)
        for _ in range(2)
    ]
    tokens: list[str] = []
    for process in processes:
        output, _ = await process.communicate()
        tokens += json.loads(output.splitlines()[-1])
    assert len(tokens) == WORKERS
    assert len(set(tokens)) == 1
    assert office.tokens_issued() == 1


async def test_a_refused_token_is_renewed_once_for_all(office: Office) -> None:
    workers = [office.worker() for _ in range(WORKERS)]
    tokens = {await worker.access_token() for worker in workers}
    assert len(tokens) == 1
    assert office.tokens_issued() == 1
    [refused] = tokens
    again = await asyncio.gather(*(worker.access_token(refused=refused) for worker in workers))
    assert len(set(again)) == 1
    assert refused not in again
    assert office.tokens_issued() == 1


async def test_a_dead_grant_is_found_once_and_told_once(office: Office, published: list[Job]) -> None:
    refusal = Fault(FaultKind.ERROR, method=TOKEN_METHOD, times=0, status=400, reason="invalid_grant")
    office.simulator.faults.add(refusal)
    outcomes = await asyncio.gather(*(office.worker().access_token() for _ in range(WORKERS)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [NeedsReconnectError] * WORKERS
    with pytest.raises(NeedsReconnectError):
        await office.worker().access_token()
    assert refusal.hits == 1
    mailbox = await office.row()
    assert mailbox.state == MailboxState.NEEDS_RECONNECT
    assert mailbox.access_token_encrypted is None
    assert [job.task for job in published] == [TaskName.SEND_RECONNECT_NOTIFICATION]


async def test_a_wrong_oauth_client_asks_nobody_to_reconnect(office: Office, published: list[Job]) -> None:
    office.simulator.faults.add(Fault(FaultKind.ERROR, method=TOKEN_METHOD, status=401, reason="invalid_client"))
    with pytest.raises(ProviderBusyError, match="GOOGLE_CLIENT_ID"):
        await office.worker().access_token()
    mailbox = await office.row()
    assert mailbox.state == MailboxState.ACTIVE
    assert "GOOGLE_CLIENT_ID" in (mailbox.state_reason or "")
    assert published == []
    await office.worker().access_token()
    assert (await office.row()).state_reason is None


async def test_google_away_for_a_moment_costs_a_moment(office: Office) -> None:
    office.simulator.faults.add(Fault(FaultKind.ERROR, method=TOKEN_METHOD, status=503))
    with pytest.raises(ProviderUnavailableError):
        await office.worker().access_token()
    assert await office.worker().access_token()


async def test_a_worker_that_died_holds_the_others_up_until_its_claim_lapses(office: Office) -> None:
    async with office.database.transaction(SYSTEM) as session:
        mailbox = await session.get_one(Mailbox, office.mailbox.id)
        mailbox.renewal_id, mailbox.renewal_until = mailbox.id, utc_now() + timedelta(seconds=0.5)
    assert await office.worker().access_token()
    assert office.tokens_issued() == 1
    assert (await office.row()).renewal_id is None


async def test_who_reconnects_while_google_refuses_stays_connected(office: Office, published: list[Job]) -> None:
    """The person was faster: the old token's death says nothing about the new one."""
    office.simulator.faults.add(Fault(FaultKind.ERROR, method=TOKEN_METHOD, status=400, reason="invalid_grant"))
    asked = asyncio.Event()

    async def reconnect(request: httpx.Request) -> None:
        if asked.is_set():
            return
        asked.set()
        async with office.database.transaction(SYSTEM) as session:
            mailbox = await session.get_one(Mailbox, office.mailbox.id)
            mailbox.renewal_id = mailbox.renewal_until = None

    async with httpx.AsyncClient(event_hooks={"request": [reconnect]}) as http:
        office.http = http
        assert await office.worker().access_token()
    assert (await office.row()).state == MailboxState.ACTIVE
    assert published == []


async def test_a_disconnected_mailbox_hands_out_nothing(office: Office, published: list[Job]) -> None:
    async with office.database.transaction(SYSTEM) as session:
        mailbox = await session.get_one(Mailbox, office.mailbox.id)
        mailbox.refresh_token_encrypted, mailbox.state = None, MailboxState.PAUSED
    with pytest.raises(NeedsReconnectError, match="not connected"):
        await office.worker().access_token()
    assert (await office.row()).state == MailboxState.PAUSED
    assert published == []


@pytest.mark.parametrize(
    ("granted_days_ago", "last_good_days_ago", "cause"),
    [
        (7.0, 0.01, Cause.TESTING),
        (8.5, 2.0, Cause.TESTING),
        (8.5, 0.01, Cause.REVOKED),
        (3.0, 0.01, Cause.REVOKED),
        (400.0, 0.01, Cause.REVOKED),
        (400.0, 200.0, Cause.UNUSED),
        (None, None, Cause.REVOKED),
    ],
)
def test_the_age_of_the_grant_names_the_likeliest_cause(
    granted_days_ago: float | None, last_good_days_ago: float | None, cause: Cause
) -> None:
    granted, last_good = (
        None if days is None else NOON - timedelta(days=days) for days in (granted_days_ago, last_good_days_ago)
    )
    assert likeliest(granted_at=granted, last_good=last_good, now=NOON) == cause
    words = in_words(cause)
    assert f"Most likely {cause.value}" in words
    assert all(each.value in words for each in Cause)
