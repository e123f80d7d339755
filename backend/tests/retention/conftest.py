"""A clock that stands still."""

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.factories import NOON


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOON
