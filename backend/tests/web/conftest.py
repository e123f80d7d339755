"""The API server, whole."""

from collections.abc import AsyncIterator

import pytest

from app.db.session import Database
from tests.doors.house import House, open_house


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    async with open_house(database) as house:
        yield house
