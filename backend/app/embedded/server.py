"""What the embedded servers have in common: a port, a start and the wait until they answer."""

import time
from abc import ABC, abstractmethod
from datetime import timedelta

from app.embedded.children import Child, Program
from app.embedded.ports import free_port, is_free, require_free
from app.errors import UserError

# Long: after a crash PostgreSQL first replays what it had logged.
START_PATIENCE = timedelta(minutes=2)
POLL_SECONDS = 0.01
ATTEMPTS = 3


class Server(ABC):
    """One server on a loopback port, free at each start unless one is asked for."""

    title: str
    port_option: str

    def __init__(self, *, port: int | None) -> None:
        self._wanted_port = port
        self.port = 0
        self._child: Child | None = None

    @property
    def child(self) -> Child:
        assert self._child is not None, "not started"  # noqa: S101 - for the type checker
        return self._child

    def launch(self) -> None:
        """Start the server without waiting for it."""
        if self._wanted_port:
            require_free(self._wanted_port, option=self.port_option)
        self.port = self._wanted_port or free_port()
        self._child = Child(self.program())

    def await_ready(self) -> None:
        """Wait until the server answers. Raises UserError when it ends or stays silent instead."""
        for _ in range(ATTEMPTS):
            if self._answered():
                return
            if self._wanted_port or is_free(self.port):
                break
            self.launch()  # somebody was quicker to take the port we had found free
        raise UserError(f"{self.title} did not start: {self._last_words()} See {self.child.log}.")

    def stop(self) -> None:
        if self._child is not None:
            self._child.terminate()

    @abstractmethod
    def program(self) -> Program:
        """What to run for the port chosen."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server takes commands now."""

    def _answered(self) -> bool:
        deadline = time.monotonic() + START_PATIENCE.total_seconds()
        while self.child.returncode is None:
            if self.answers():
                return True
            if time.monotonic() > deadline:
                self.child.kill()
                raise UserError(f"{self.title} does not answer. See {self.child.log}.")
            time.sleep(POLL_SECONDS)
        return False

    def _last_words(self) -> str:
        path = self.child.log
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path and path.exists() else []
        last = next((line for line in reversed(lines) if line.strip()), "it said nothing")
        return f"{last.strip().rstrip('.')}."
