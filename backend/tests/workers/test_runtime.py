"""The loop of a worker process, and the time limit that it enforces by itself."""

import asyncio
import time

import pytest

from app.embedded.servers import EmbeddedServers
from app.resources import Resources
from app.settings import load_settings
from app.workers.runtime import Runtime


@pytest.fixture
def worker_environment(embedded_servers: EmbeddedServers, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", embedded_servers.redis_url)
    monkeypatch.setenv("ENCRYPTION_KEYS", "k1:" + "A" * 43 + "=")
    load_settings.cache_clear()


@pytest.mark.usefixtures("worker_environment")
def test_work_that_takes_too_long_is_cancelled() -> None:
    runtime = Runtime()
    cancelled: list[bool] = []

    async def forever(_: Resources) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    started = time.monotonic()
    with pytest.raises(TimeoutError):
        runtime.run(forever, seconds=0.05)
    assert cancelled == [True]
    assert time.monotonic() - started < 5
    runtime.close()


@pytest.mark.usefixtures("worker_environment")
def test_many_tasks_share_one_loop_and_one_set_of_resources() -> None:
    runtime = Runtime()

    async def look(resources: Resources) -> tuple[int, int]:
        return id(resources), id(asyncio.get_running_loop())

    assert len({runtime.run(look, seconds=5) for _ in range(20)}) == 1
    runtime.close()
