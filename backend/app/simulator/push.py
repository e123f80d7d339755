"""Tells the push address about changes in watched mailboxes, as Pub/Sub would."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import structlog

from app.simulator.outgoing import epoch_ms
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox

PUSH_TIMEOUT = 10.0
SUBSCRIPTION = "projects/simulator/subscriptions/gmail"

log = structlog.get_logger()


@asynccontextmanager
async def pushing(simulator: Simulator) -> AsyncGenerator[None]:
    """Push while the block runs."""
    pusher = _Pusher(simulator)
    simulator.change_listeners.append(pusher.changed)
    task = asyncio.create_task(pusher.run())
    try:
        yield
    finally:
        simulator.change_listeners.remove(pusher.changed)
        task.cancel()
        await asyncio.wait([task])


class _Pusher:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._told = {address: mailbox.history_id for address, mailbox in simulator.mailboxes.items()}
        self._queue: asyncio.Queue[tuple[str, dict[str, object]]] = asyncio.Queue()

    def changed(self, mailbox: Mailbox) -> None:
        known = self._told.get(mailbox.address, 0)
        self._told[mailbox.address] = mailbox.history_id
        url = self._simulator.switches.push_url
        if url and self._is_watched(mailbox, known):
            self._queue.put_nowait((url, _envelope(mailbox)))

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

    async def run(self) -> None:
        async with httpx.AsyncClient(timeout=PUSH_TIMEOUT, trust_env=False) as client:
            while True:
                url, envelope = await self._queue.get()
                try:
                    (await client.post(url, json=envelope)).raise_for_status()
                except httpx.HTTPError as error:
                    # A push is a hint; the client's slow polling is the net under it.
                    log.warning("simulator.push_failed", error=type(error).__name__)


def _envelope(mailbox: Mailbox) -> dict[str, object]:
    news = {"emailAddress": mailbox.address, "historyId": mailbox.history_id}
    return {
        "message": {
            "data": base64.b64encode(json.dumps(news).encode()).decode("ascii"),
            "messageId": str(uuid4().int),
            "publishTime": datetime.now(UTC).isoformat(),
        },
        "subscription": SUBSCRIPTION,
    }
