"""One event loop per process, in a thread of its own, with the resources that live inside it."""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import AsyncExitStack
from typing import TypeVar

import structlog

from app.resources import Resources, open_resources
from app.settings import load_settings

log = structlog.get_logger(__name__)

Result = TypeVar("Result")


class Runtime:
    """Made on first use, so always after the pool has forked."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="getanswers-loop", daemon=True)
        self._thread.start()
        self._stack = AsyncExitStack()
        opened = asyncio.run_coroutine_threadsafe(self._open(), self._loop)
        self.resources: Resources = opened.result()

    async def _open(self) -> Resources:
        return await self._stack.enter_async_context(open_resources(load_settings()))

    def run(self, work: Callable[[Resources], Awaitable[Result]], *, seconds: float) -> Result:
        """Run to the end, or cancel and raise TimeoutError. Threads have no time limit of Celery's: this is it."""
        outcome: Future[Result] = asyncio.run_coroutine_threadsafe(self._limited(work, seconds), self._loop)
        try:
            return outcome.result()
        except BaseException:
            outcome.cancel()
            raise

    async def _limited(self, work: Callable[[Resources], Awaitable[Result]], seconds: float) -> Result:
        async with asyncio.timeout(seconds):
            return await work(self.resources)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stack.aclose(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        if not self._thread.is_alive():
            self._loop.close()


_lock = threading.Lock()
_current: Runtime | None = None


def runtime() -> Runtime:
    """This process's runtime. A forked child has a copy of its parent's that does not run: it makes its own."""
    global _current  # noqa: PLW0603 - one per process is what this module is for
    with _lock:
        if _current is None or _current.pid != os.getpid():
            _current = Runtime()
        return _current


def close_runtime() -> None:
    """End the loop of this process, where there is one."""
    global _current  # noqa: PLW0603 - as above
    with _lock:
        if _current is not None and _current.pid == os.getpid():
            _current.close()
        _current = None


def reset_lock_after_fork() -> None:
    """Another thread of the parent may have held it at the moment of the fork."""
    global _lock  # noqa: PLW0603 - as above
    _lock = threading.Lock()


os.register_at_fork(after_in_child=reset_lock_after_fork)
