"""A running simulator, and a mailbox in it."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from app.simulator.server import create_app, running_app
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox

ALICE = "alice@example.org"
BOB = "bob@example.com"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    found = Simulator()
    found.create_mailbox(ALICE)
    yield found
    found.close()


@pytest.fixture
def alice(simulator: Simulator) -> Mailbox:
    return simulator.mailbox(ALICE)


class Switchboard:
    """One server for all tests: it hands each request to the simulator of the running test."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "no lifespan here"
        assert self.app, "no test is running"
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
async def switchboard() -> AsyncIterator[tuple[Switchboard, str]]:
    found = Switchboard()
    async with running_app(found) as address:
        yield found, address


@pytest.fixture
async def url(simulator: Simulator, switchboard: tuple[Switchboard, str]) -> str:
    board, address = switchboard
    board.app = create_app(simulator)
    return address


@pytest.fixture
def token(simulator: Simulator) -> str:
    grant = simulator.grants.grant_of(ALICE)
    assert grant is not None
    return simulator.grants.new_access_token(grant, simulator.clock())


@pytest.fixture
async def gmail(url: str, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """Alice's client; paths are relative to her user."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{url}/gmail/v1/users/me/", headers=headers, verify=False) as client:
        yield client


@pytest.fixture
async def admin(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{url}/_simulator/", verify=False) as client:
        yield client
