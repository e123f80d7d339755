"""A simulated Gmail for tests in which the engine is on the attacker's side."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from app.mail.gmail import gmail_client
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator
from tests.attacks.world import Town


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    simulator = Simulator()
    async with running_simulator(simulator) as url, gmail_client() as http, AsyncExitStack() as stack:
        town = Town(simulator, url, http, stack)
        # Months pass within seconds; renewing access is tested elsewhere.
        simulator.grants.access_token_lifetime = timedelta(days=365)
        simulator.clock = town.clock
        yield town
