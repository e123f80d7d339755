"""Notices out of a Pub/Sub subscription: from a mail that arrives to a mailbox that is due."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from app.errors import UserError
from app.jobs import Job, TaskName
from app.mail.polling import Polling
from app.mail.pubsub import PubsubUnavailableError, Subscription, hand_over, listen
from app.settings import Settings
from app.simulator import pubsub
from app.simulator.faults import Fault, FaultKind
from app.simulator.signing import Signing
from tests.mail.gmail_world import ANA, World

TOPIC = "projects/getanswers/topics/gmail"
NAME = "projects/getanswers/subscriptions/gmail"
SIGNING = Signing()
"""Making keys takes time; these serve all tests here."""


def settings_of(world: World, **over: Any) -> Settings:
    given = {
        "database_url": "postgresql://unused",
        "redis_url": "redis://unused",
        "encryption_keys": "unused",
        "gmail_push_topic": TOPIC,
        "gmail_push_subscription": NAME,
        "pubsub_api_url": world.url,
    }
    return Settings.model_validate(given | over)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
async def world(world: World) -> World:
    """A watched mailbox, and a subscription that hears of it."""
    world.simulator.signing = SIGNING
    world.simulator.pubsub.subscribe(pubsub.Subscription(NAME, TOPIC))
    world.simulator.switches.longest_pull = timedelta(0)
    world.polling = Polling(topic=TOPIC)
    world.now = datetime.now(UTC)
    await world.sync()
    await world.sync()
    return world


@pytest.fixture
def subscription(world: World, http: httpx.AsyncClient, tmp_path: Path) -> Subscription:
    """Read with the key of a service account."""
    path = tmp_path / "key.json"
    path.write_text(json.dumps(world.simulator.signing.key_file(f"{world.url}/token")))
    return Subscription(settings_of(world, pubsub_key_file=str(path)), http=http, clock=world.clock)


def waiting(world: World) -> int:
    found = world.simulator.pubsub.subscription(NAME)
    return len(found.waiting) + len(found.leased)


async def test_a_mail_that_arrives_makes_its_mailbox_due_and_is_acknowledged(
    world: World, subscription: Subscription, published: list[Job]
) -> None:
    published.clear()
    world.deliver("news")
    world.now = datetime.now(UTC)
    assert await hand_over(subscription, world.database, clock=world.clock) == 1
    assert (await world.row()).next_sync_at == world.now
    assert published == [Job(TaskName.SYNC_USER_EMAILS, (world.user.id,))]
    assert waiting(world) == 0
    assert (await world.row()).push_count == 1
    assert await hand_over(subscription, world.database, clock=world.clock) == 0
    await world.sync()
    assert await world.stored_ids() == world.gmail_ids()


async def test_a_change_that_is_not_watched_is_not_told(world: World, subscription: Subscription) -> None:
    world.deliver("rubbish", labels=("SPAM",))
    world.simulator.mailbox(ANA).watch = None
    world.deliver("after the watch")
    assert await subscription.pull() == []


async def test_what_was_not_written_down_comes_again(world: World, subscription: Subscription) -> None:
    world.deliver("news")
    assert len(await subscription.pull()) == 1  # and the process dies here
    held = world.simulator.pubsub.subscription(NAME)
    assert await subscription.pull() == []
    held.leased = {ack_id: (message, datetime.now(UTC)) for ack_id, (message, _) in held.leased.items()}
    assert len(await subscription.pull()) == 1


async def test_the_listener_outlives_failures_and_an_expired_token(world: World, subscription: Subscription) -> None:
    world.simulator.switches.longest_pull = timedelta(seconds=0.3)
    world.simulator.faults.add(Fault(FaultKind.ERROR, method="oauth.token", status=503))
    listener = asyncio.create_task(listen(subscription, world.database, clock=world.clock))
    try:
        async with asyncio.timeout(20):
            for number in range(2):
                before = (await world.row()).pushed_at
                world.now = datetime.now(UTC)
                world.deliver(f"news {number}")
                while (await world.row()).pushed_at == before:
                    world.now = datetime.now(UTC)
                    await asyncio.sleep(0.02)
                world.simulator.pubsub.tokens.clear()
    finally:
        listener.cancel()
        await asyncio.wait([listener])


async def test_a_ready_token_will_do_and_a_wrong_one_is_told(world: World, http: httpx.AsyncClient) -> None:
    world.simulator.switches.pubsub_token = "ready"
    ready = Subscription(settings_of(world, pubsub_token="ready"), http=http, clock=world.clock)
    assert await ready.pull() == []
    wrong = Subscription(settings_of(world, pubsub_token="wrong"), http=http, clock=world.clock)
    with pytest.raises(PubsubUnavailableError, match="401"):
        await wrong.pull()


async def test_a_subscription_that_does_not_exist_is_told(world: World, subscription: Subscription) -> None:
    world.simulator.pubsub.subscriptions.clear()
    with pytest.raises(PubsubUnavailableError, match="404"):
        await subscription.pull()


async def test_a_key_file_that_is_none_is_one_sentence(world: World, http: httpx.AsyncClient, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="PUBSUB_KEY_FILE"):
        Subscription(settings_of(world, pubsub_key_file=str(tmp_path)), http=http, clock=world.clock)


@pytest.mark.parametrize(
    "over",
    [
        {"gmail_push_topic": "topic"},
        {"gmail_push_topic": ""},
        {"pubsub_token": ""},
        {"gmail_push_audience": "https://example.org/push"},
    ],
    ids=str,
)
async def test_half_a_configuration_is_refused(world: World, over: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"GMAIL_PUSH|pattern"):
        settings_of(world, **({"pubsub_token": "ready"} | over))
