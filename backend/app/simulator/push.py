"""Publishes changes in watched mailboxes, and delivers what is pushed, signed, until it is accepted."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import structlog

from app.simulator.outgoing import epoch_ms
from app.simulator.pubsub import Message, PushConfig, Subscription
from app.simulator.signing import ACCOUNT
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox

PUSH_TIMEOUT: Final = 10.0
PUSH_TRIES: Final = 5
FIRST_PAUSE: Final = 0.1
SUBSCRIPTION: Final = "projects/simulator/subscriptions/gmail"

log = structlog.get_logger()


@asynccontextmanager
async def pushing(simulator: Simulator) -> AsyncGenerator[None]:
    """Publish and push while the block runs."""
    async with httpx.AsyncClient(timeout=PUSH_TIMEOUT, trust_env=False) as client:
        pusher = _Pusher(simulator, client)
        simulator.change_listeners.append(pusher.changed)
        simulator.pubsub.push = pusher.push
        try:
            yield
        finally:
            simulator.pubsub.push = None
            simulator.change_listeners.remove(pusher.changed)
            await pusher.stop()


class _Pusher:
    def __init__(self, simulator: Simulator, client: httpx.AsyncClient) -> None:
        self._simulator = simulator
        self._client = client
        self._told = {address: mailbox.history_id for address, mailbox in simulator.mailboxes.items()}
        self._deliveries: set[asyncio.Task[None]] = set()

    def changed(self, mailbox: Mailbox) -> None:
        known = self._told.get(mailbox.address, 0)
        self._told[mailbox.address] = mailbox.history_id
        if mailbox.watch is None or not self._is_watched(mailbox, known):
            return
        pubsub = self._simulator.pubsub
        message = pubsub.message({"emailAddress": mailbox.address, "historyId": mailbox.history_id})
        pubsub.publish(mailbox.watch.topic, message)
        url = self._simulator.switches.push_url
        if url:
            self.push(Subscription(SUBSCRIPTION, mailbox.watch.topic, push=PushConfig(url, ACCOUNT)), message)

    def _is_watched(self, mailbox: Mailbox, known: int) -> bool:
        watch = mailbox.watch
        if watch is None or watch.expiration_ms <= epoch_ms(self._simulator.clock()):
            return False
        news = [record for record in mailbox.history if record.id > known]
        if not watch.label_ids:
            return bool(news)
        return any(
            bool(set(watch.label_ids) & {*record.label_ids, *record.changed_label_ids}) != watch.excludes
            for record in news
        )

    def push(self, subscription: Subscription, message: Message) -> None:
        if subscription.push is not None:
            delivery = asyncio.create_task(self._deliver(subscription.name, subscription.push, message))
            self._deliveries.add(delivery)
            delivery.add_done_callback(self._deliveries.discard)

    async def _deliver(self, name: str, config: PushConfig, message: Message) -> None:
        envelope: dict[str, Any] = {"message": message.as_json(), "subscription": name}
        for attempt in range(PUSH_TRIES):
            try:
                headers = self._headers(config)
                (await self._client.post(config.endpoint, json=envelope, headers=headers)).raise_for_status()
            except httpx.HTTPError as error:
                # A push is a hint; the client's slow polling is the net under it.
                log.warning("simulator.push_failed", error=type(error).__name__)
                await asyncio.sleep(FIRST_PAUSE * 2**attempt)
            else:
                return

    def _headers(self, config: PushConfig) -> dict[str, str]:
        if not config.account:
            return {}
        token = self._simulator.signing.identity_token(
            email=config.account, audience=config.audience or config.endpoint, now=self._simulator.clock()
        )
        return {"Authorization": f"Bearer {token}"}

    async def stop(self) -> None:
        for delivery in self._deliveries:
            delivery.cancel()
        if self._deliveries:
            await asyncio.wait(self._deliveries)
