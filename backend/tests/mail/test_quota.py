"""Several processes share one limit; the simulated Gmail counts strictly, and time is as fast as the work."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.accounts.vault import Vault
from app.db.models import Mailbox
from app.db.session import SYSTEM, Database
from app.jobs import Job
from app.mail import quota_repository as repository
from app.mail.gmail import GmailMailbox, gmail_client
from app.mail.grant import Grant
from app.mail.provider import ProviderBusyError, Range
from app.mail.quota import CEILINGS, Budget, Limits, Priority, Quota, Time
from app.mail.quota_window import Allowance
from app.settings import Settings
from app.simulator.faults import Fault, FaultKind
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator
from tests.budgets import JumpingQuota
from tests.factories import NOON, add_mailbox, add_user

ANA = "ana@example.org"
LIMIT = 1200
PROCESSES = 5
LIMITS = Limits(Allowance(LIMIT), Allowance(1_200_000), 80_000_000)
ANSWER_SECONDS = 0.05
THREE_MINUTES = 183.0
"""And what a booking counts longer than a minute."""


@dataclass
class FastTime:
    """Jumps to the next moment that anybody waits for, as soon as everybody waits."""

    seconds: float = 0.0
    workers: int = 1
    waiting: list[tuple[float, asyncio.Event]] = field(default_factory=list[tuple[float, asyncio.Event]])

    def clock(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        over = asyncio.Event()
        self.waiting.append((self.seconds + seconds, over))
        self.jump_if_idle()
        await over.wait()

    def leave(self) -> None:
        self.workers -= 1
        self.jump_if_idle()

    def jump_if_idle(self) -> None:
        if self.waiting and len(self.waiting) >= self.workers:
            first = min(self.waiting, key=lambda one: one[0])
            self.waiting.remove(first)
            self.seconds = max(self.seconds, first[0])
            first[1].set()


@dataclass
class Google:
    simulator: Simulator
    database_url: str
    mailbox: Mailbox
    vault: Vault
    settings: Settings
    time: FastTime
    opened: list[Database] = field(default_factory=list[Database])

    def process(self, limits: Limits = LIMITS) -> Quota:
        """What another process would have: its own connections, nothing shared but the database."""

        async def nowhere(jobs: Sequence[Job]) -> None:
            pytest.fail("nothing is published here")

        database = Database(self.database_url, nowhere, pool_size=2)
        self.opened.append(database)
        time = self.time
        return JumpingQuota(database, limits, Time(time.clock, lambda: time.seconds, time.sleep))

    async def budget(self, quota: Quota, priority: Priority = Priority.SYNC) -> Budget:
        return await quota.open(self.mailbox.user_id, self.mailbox.id, priority)


@pytest.fixture
async def google(database: Database, database_url: str) -> AsyncIterator[Google]:
    time, vault = FastTime(), Vault(f"k1:{Vault.generate_key()}")
    simulator = Simulator(clock=time.clock)
    token = simulator.create_mailbox(ANA)
    simulator.meter.rule.enabled = True
    simulator.meter.rule.units_per_minute = LIMIT
    async with database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session, email=ANA))
        mailbox.refresh_token_encrypted = vault.encrypt(
            token, table="mailboxes", column="refresh_token_encrypted", row=mailbox.id
        )
    async with running_simulator(simulator) as url:
        settings = Settings.model_validate(
            {
                "database_url": "postgresql://unused",
                "redis_url": "redis://unused",
                "encryption_keys": "unused",
                "gmail_api_url": url,
                "google_token_url": f"{url}/token",
            }
        )
        google = Google(simulator, database_url, mailbox, vault, settings, time)
        yield google
        for each in google.opened:
            await each.close()


def _time_of(busy: ProviderBusyError) -> datetime:
    if busy.not_before is None:
        pytest.fail("told to wait, but not until when")
    return busy.not_before


async def _list_until(google: Google, end: float) -> None:
    """One process that reads as fast as it may: what a sync does, with the same way of waiting."""
    quota = google.process()
    async with gmail_client() as http:
        grant = Grant(
            google.mailbox.user_id,
            google.mailbox.id,
            database=google.opened[-1],
            vault=google.vault,
            http=http,
            settings=google.settings,
            clock=lambda: datetime.now(UTC),
        )
        budget = await google.budget(quota)
        gmail = GmailMailbox(
            http=http, api_url=google.settings.gmail_api_url, grant=grant, budget=budget, clock=google.time.clock
        )
        while google.time.seconds < end:
            try:
                await gmail.list_messages(Range(), page=None)
                google.time.seconds += ANSWER_SECONDS
            except ProviderBusyError as busy:
                await google.time.sleep((_time_of(busy) - google.time.clock()).total_seconds())
    await quota.close()
    google.time.leave()


async def test_many_processes_are_never_refused_and_use_up_what_is_allowed(google: Google) -> None:
    google.time.workers = PROCESSES
    await asyncio.gather(*(_list_until(google, THREE_MINUTES) for _ in range(PROCESSES)))
    usage = google.simulator.meter.usage[ANA]
    assert usage.refused.total() == 0
    # Of what a sync may take of so small a limit, whose lots are coarse; the rate itself is the benchmark's matter.
    assert usage.units.total() >= 0.95 * CEILINGS[Priority.SYNC] * LIMIT * THREE_MINUTES / 60
    async with google.opened[0].transaction(SYSTEM) as session:
        spent = (await repository.spent_by_method(session, [google.mailbox.id], days=1))[google.mailbox.id]
    assert {name: (one.calls, one.units) for name, one in spent.items()} == {
        name: (usage.calls[name], usage.units[name]) for name in usage.calls
    }


async def test_a_person_is_served_at_once_in_the_midst_of_a_first_sync(google: Google) -> None:
    sync, person = await google.budget(google.process()), await google.budget(google.process(), Priority.PERSON)
    with pytest.raises(ProviderBusyError):
        while True:
            await sync.spend("messages.get")
    before = google.time.seconds
    await person.spend("messages.modify")
    await person.spend("labels.list")
    assert google.time.seconds == before


async def test_a_person_can_reply_at_once_in_the_midst_of_a_first_sync(google: Google) -> None:
    limits = Limits(Allowance(6000), Allowance(1_200_000), 80_000_000)
    sync = await google.budget(google.process(limits))
    person = await google.budget(google.process(limits), Priority.PERSON)
    with pytest.raises(ProviderBusyError):
        while True:
            await sync.spend("history.list")
    before = google.time.seconds
    for method in ("threads.get", "drafts.create", "drafts.send"):
        await person.spend(method)
    assert google.time.seconds == before


async def test_who_waits_long_is_told_when_to_come_back(google: Google) -> None:
    budget = await google.budget(google.process())
    with pytest.raises(ProviderBusyError) as busy:
        while True:
            await budget.spend("messages.get")
    wait = _time_of(busy.value) - google.time.clock()
    assert timedelta(seconds=50) < wait < timedelta(seconds=60)
    google.time.seconds += wait.total_seconds()
    await budget.spend("messages.get")


async def test_a_refusal_holds_everybody_back_until_its_time(google: Google) -> None:
    one, other = await google.budget(google.process()), await google.budget(google.process(), Priority.PERSON)
    await one.hold_back(ProviderBusyError("Gmail asks for patience.", google.time.clock() + timedelta(minutes=3)))
    for budget in (one, other):
        with pytest.raises(ProviderBusyError) as busy:
            await budget.spend("messages.get")
        assert _time_of(busy.value) - google.time.clock() >= timedelta(minutes=2, seconds=50)
    google.time.seconds += 181
    await one.spend("messages.get")
    await other.spend("messages.get")


async def test_the_project_has_one_limit_for_all_its_mailboxes(google: Google, database: Database) -> None:
    limits = Limits(Allowance(6000), Allowance(12_000), 80_000_000)
    async with database.transaction(SYSTEM) as session:
        mailboxes = [await add_mailbox(session, await add_user(session)) for _ in range(3)]
    spent, whole_project = 0, list[bool]()
    for mailbox in mailboxes:
        budget = await google.process(limits).open(mailbox.user_id, mailbox.id, Priority.SYNC)
        with pytest.raises(ProviderBusyError) as busy:
            while True:
                await budget.spend("messages.get")
                spent += 20
        whole_project.append(busy.value.whole_project)
    assert whole_project == [False, True, True]
    assert 0.95 * 12_000 <= spent <= 12_000 * CEILINGS[Priority.SYNC]


async def test_a_day_that_is_used_up_stops_the_sync_and_leaves_the_person_a_rest(google: Google) -> None:
    limits = Limits(Allowance(LIMIT), Allowance(1_200_000), 1000)
    quota = google.process(limits)
    sync, person = await google.budget(quota), await google.budget(quota, Priority.PERSON)
    for _ in range(49):
        await sync.spend("messages.get")
    await quota.ledger.write()
    google.time.seconds += 60
    with pytest.raises(ProviderBusyError, match="day"):
        await sync.spend("messages.get")
    await person.spend("messages.get")


async def test_two_people_with_one_address_share_its_limit(google: Google, database: Database) -> None:
    async with database.transaction(SYSTEM) as session:
        other = await add_mailbox(session, await add_user(session), address=ANA)
        stranger = await add_mailbox(session, await add_user(session))
        keys = [await repository.key_of(session, one.id) for one in (google.mailbox, other, stranger)]
    assert keys[0] == keys[1] != keys[2]
    assert ANA not in keys[0]


async def test_bookings_survive_that_all_connections_are_cut(google: Google, database: Database) -> None:
    budget = await google.budget(google.process())
    with pytest.raises(ProviderBusyError):
        while True:
            await budget.spend("messages.get")
    async with database.engine.connect() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    with pytest.raises(ProviderBusyError):
        await (await google.budget(google.process())).spend("messages.get")
    google.time.seconds += 62
    await budget.spend("messages.get")


async def test_403_and_429_hold_back_the_one_they_mean(google: Google, database: Database) -> None:
    """Over HTTP: after a refusal no further request leaves, from whichever process."""
    google.simulator.meter.rule.enabled = False
    google.simulator.faults.add(
        Fault(FaultKind.ERROR, method="messages.get", status=403, reason="userRateLimitExceeded")
    )
    async with gmail_client() as http:
        gmails: list[GmailMailbox] = []
        for priority in Priority:
            grant = Grant(
                google.mailbox.user_id,
                google.mailbox.id,
                database=database,
                vault=google.vault,
                http=http,
                settings=google.settings,
                clock=lambda: datetime.now(UTC),
            )
            budget = await google.budget(google.process(), priority)
            url = google.settings.gmail_api_url
            gmails.append(GmailMailbox(http=http, api_url=url, grant=grant, budget=budget, clock=google.time.clock))
        for gmail in (gmails[0], gmails[0], gmails[1]):
            with pytest.raises(ProviderBusyError):
                await gmail.get_message("unknown")
    assert google.simulator.meter.usage[ANA].calls == {"messages.get": 1}
