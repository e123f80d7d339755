"""Keeps a set of child processes running, and ends them all together."""

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

import structlog

from app.embedded.children import Child, Program

FIRST_PAUSE = timedelta(milliseconds=500)
LONGEST_PAUSE = timedelta(seconds=30)
# A child that ran this long before it ended was well; the pause starts small again.
WELL_AFTER = timedelta(minutes=1)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Post:
    """A place that one child after the other fills."""

    child: Child
    restart: bool
    pause: timedelta = FIRST_PAUSE
    since: float = field(default_factory=time.monotonic)


class Supervisor:
    """Notices at once when a child ends, starts it again if wanted, and stops all in reverse order."""

    def __init__(self) -> None:
        self._posts: dict[str, _Post] = {}
        self._ended: SimpleQueue[Child] = SimpleQueue()
        self._starting = threading.Lock()
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def children(self) -> dict[str, Child]:
        """The children by name, those of now where some were started again."""
        return {name: post.child for name, post in self._posts.items()}

    def start(self, program: Program, *, restart: bool = False) -> Child:
        """Start a child; its name must be new here."""
        if program.name in self._posts:
            raise ValueError(f"there is a child named {program.name} already")
        child = Child(program)
        self.adopt(child, restart=restart)
        return child

    def adopt(self, child: Child, *, restart: bool = False) -> None:
        """Take over a child that runs already."""
        post = self._posts[child.name] = _Post(child=child, restart=restart)
        threading.Thread(target=self._attend, args=(post,), name=f"attend-{child.name}", daemon=True).start()

    def wait(self, timeout: timedelta | None = None) -> Child | None:
        """The next child that ended for good, None when the time is over first."""
        try:
            return self._ended.get(timeout=None if timeout is None else timeout.total_seconds())
        except Empty:
            return None

    def stop(self) -> None:
        """End all children, the last one started first; each has its own grace and is killed after it."""
        with self._starting:
            self._stopping.set()
        for post in reversed(self._posts.values()):
            try:
                post.child.terminate()
            except TimeoutError:  # killed, yet the system does not let go of it; the others still have to end
                log.exception("child.not_ended", child=post.child.name)

    def _attend(self, post: _Post) -> None:
        while True:
            returncode = post.child.wait()
            if self._stopping.is_set():
                return
            log.warning("child.ended", child=post.child.name, returncode=returncode, restart=post.restart)
            if not post.restart:
                self._ended.put(post.child)
                return
            if not self._start_again(post):
                return

    def _start_again(self, post: _Post) -> bool:
        while not self._stopping.wait(self._pause(post).total_seconds()):
            with self._starting:
                if self._stopping.is_set():
                    return False
                try:
                    post.child = Child(post.child.program)
                except OSError:
                    log.exception("child.not_started", child=post.child.name)
                    continue
                post.since = time.monotonic()
            log.info("child.started_again", child=post.child.name)
            return True
        return False

    @staticmethod
    def _pause(post: _Post) -> timedelta:
        if time.monotonic() - post.since > WELL_AFTER.total_seconds():
            post.pause = FIRST_PAUSE
        pause = post.pause
        post.pause = min(post.pause * 2, LONGEST_PAUSE)
        return pause
