"""The embedded PostgreSQL and Valkey, started and stopped together."""

import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from app.embedded.children import Child
from app.embedded.lock import DirectoryLock
from app.embedded.postgres import PostgresServer
from app.embedded.server import Server
from app.embedded.supervisor import Supervisor
from app.embedded.system_user import SystemUser, closed_to, server_user
from app.embedded.valkey import ValkeyServer
from app.errors import UserError

ROOTS_DATA_DIR = Path("/var/lib/getanswers")

log = structlog.get_logger(__name__)


def default_data_dir() -> Path:
    """Where data goes unless told otherwise: not root's home, which the servers' own user may not enter."""
    return ROOTS_DATA_DIR if os.geteuid() == 0 else Path.home() / ".local" / "share" / "getanswers"


class EmbeddedServers:
    """Both servers on one data directory. They end with this process, however it ends.

    While they run, either is started again on the same port should it die.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool = True,
        postgres_port: int | None = None,
        valkey_port: int | None = None,
    ) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self._durable = durable
        self._postgres_port = postgres_port
        self._valkey_port = valkey_port
        self._lock: DirectoryLock | None = None
        self._supervisor = Supervisor()
        self._postgres: PostgresServer | None = None
        self._valkey: ValkeyServer | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def database_url(self) -> str:
        """The address of the database for a role that owns it and may create databases and roles."""
        assert self._postgres is not None, "not started"  # noqa: S101 - for the type checker
        return self._postgres.url

    @property
    def redis_url(self) -> str:
        assert self._valkey is not None, "not started"  # noqa: S101 - for the type checker
        return self._valkey.url

    @property
    def children(self) -> dict[str, Child]:
        return self._supervisor.children

    def start(self) -> None:
        """Start both and wait until both answer. Raises UserError; then nothing is left running."""
        user = server_user()
        _prepare(self.data_dir, user)
        self._lock = DirectoryLock.take(self.data_dir / "lock")
        started: list[Server] = []
        try:
            keep_open = (self._lock.fd,)
            self._valkey = ValkeyServer(
                self.data_dir, user=user, durable=self._durable, port=self._valkey_port, keep_open=keep_open
            )
            self._postgres = PostgresServer(
                self.data_dir, user=user, durable=self._durable, port=self._postgres_port, keep_open=keep_open
            )
            started = [self._valkey, self._postgres]
            for server in started:
                server.launch()
            for server in started:
                server.await_ready()
        except BaseException:
            for server in started:
                server.stop()
            self._release()
            raise
        self._supervisor = Supervisor()
        for server in started:
            self._supervisor.adopt(server.child, restart=True)
        log.info("embedded.ready")

    def stop(self) -> None:
        """Stop both, in bounded time; more than once does no harm."""
        self._supervisor.stop()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _prepare(data_dir: Path, user: SystemUser | None) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if user:
            _let_pass(data_dir, user)
        (data_dir / "logs").mkdir(mode=0o700, exist_ok=True)
        (data_dir / "lock").touch(mode=0o600)
        _require_ours(data_dir, user)
    except OSError as error:
        raise UserError(
            f"{error.filename or data_dir} cannot be used: {error.strerror}. Choose another place with --data-dir."
        ) from error


def _let_pass(data_dir: Path, user: SystemUser) -> None:
    ours = (data_dir / "lock").exists() or not any(data_dir.iterdir())
    if ours:  # and not root's home, given by mistake
        data_dir.chmod(data_dir.stat().st_mode | stat.S_IXOTH)  # to pass through, not to list
    closed = closed_to(user, data_dir)
    if closed:
        raise UserError(
            f"PostgreSQL does not run as root, and the user it runs as instead may not enter {closed}. Choose another "
            f"place with --data-dir, for example {ROOTS_DATA_DIR}, or run as an ordinary user."
        )


def _require_ours(data_dir: Path, user: SystemUser | None) -> None:
    cluster = data_dir / "postgres"
    if user is None and cluster.exists() and cluster.stat().st_uid != os.geteuid():
        raise UserError(f"{cluster} belongs to another user. Run as that user or choose another place with --data-dir.")
