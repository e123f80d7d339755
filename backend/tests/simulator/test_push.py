import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE
from tests.simulator.mails import a_mail

TOPIC = {"topicName": "projects/p/topics/t"}


class Listener:
    """A push address: keeps the body of every request."""

    def __init__(self) -> None:
        self.bodies: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        self.bodies.put_nowait(json.loads(await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def next_news(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            body = await self.bodies.get()
        return json.loads(base64.b64decode(body["message"]["data"]))


@pytest.fixture
async def listener(simulator: Simulator) -> AsyncIterator[Listener]:
    found = Listener()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    async with server:
        simulator.switches.push_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/push"
        yield found


@pytest.fixture
async def url(simulator: Simulator) -> AsyncIterator[str]:
    """A server of its own: pushing starts and ends with the server."""
    async with running_simulator(simulator) as address:
        yield address


async def test_changes_of_a_watched_mailbox_are_pushed(
    listener: Listener, gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    simulator.deliver(ALICE, a_mail("before the watch"))
    await gmail.post("watch", json=TOPIC | {"labelIds": ["INBOX"], "labelFilterBehavior": "include"})
    simulator.deliver(ALICE, a_mail("elsewhere"), label_ids=["SPAM"])
    simulator.deliver(ALICE, a_mail("seen"))
    assert await listener.next_news() == {"emailAddress": ALICE, "historyId": alice.history_id}
    await gmail.post("stop")
    simulator.deliver(ALICE, a_mail("after the watch"))
    await gmail.post("watch", json=TOPIC)
    simulator.deliver(ALICE, a_mail("again"))
    assert await listener.next_news() == {"emailAddress": ALICE, "historyId": alice.history_id}
    assert listener.bodies.empty()


async def test_a_push_address_that_is_down_harms_nothing(
    listener: Listener, gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    await gmail.post("watch", json=TOPIC)
    working = simulator.switches.push_url
    simulator.switches.push_url = "http://127.0.0.1:1/"
    simulator.deliver(ALICE, a_mail("lost"))
    simulator.switches.push_url = working
    simulator.deliver(ALICE, a_mail("told"))
    assert (await listener.next_news())["historyId"] == alice.history_id
