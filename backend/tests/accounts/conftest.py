"""A user, and a clock that stands still until it is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from app.db.models import User
from app.db.session import SYSTEM, Database
from tests.factories import NOON, add_user


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def user(database: Database) -> User:
    async with database.transaction(SYSTEM) as session:
        return await add_user(session, email="Ana@example.org")
