"""A Valkey of our own for Celery: every write logged to disk, nothing evicted, reachable from loopback only."""

from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.embedded.children import Program
from app.embedded.passwords import password_in, write_private
from app.embedded.ports import LOOPBACK
from app.embedded.server import Server
from app.embedded.system_user import SystemUser, hand_over
from app.embedded.wheels import valkey_server


class ValkeyServer(Server):
    """Valkey in `<data_dir>/valkey`."""

    title = "Valkey"
    port_option = "--valkey-port"

    def __init__(
        self,
        data_dir: Path,
        *,
        user: SystemUser | None,
        durable: bool,
        port: int | None = None,
        keep_open: tuple[int, ...] = (),
    ) -> None:
        super().__init__(port=port)
        self._folder = data_dir / "valkey"
        self._log = data_dir / "logs" / "valkey.log"
        self._user = user
        self._durable = durable
        self._keep_open = keep_open
        self._program = valkey_server(data_dir, user)
        self._password = password_in(data_dir / "valkey.password")

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@{LOOPBACK}:{self.port}/0"

    def program(self) -> Program:
        return Program(
            name="valkey",
            argv=(str(self._program), str(self._write_configuration())),
            log=self._log,
            cwd=Path("/"),
            user=self._user,
            keep_open=self._keep_open,
        )

    def answers(self) -> bool:
        retry = Retry(NoBackoff(), 0)
        with redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2, retry=retry) as client:
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.TimeoutError):  # not yet, or still loading
                return False

    def _write_configuration(self) -> Path:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        # A file and not options, which everybody on the machine could read in the list of processes.
        path = self._folder / "valkey.conf"
        write_private(path, "".join(f"{name} {value}\n" for name, value in self._configuration().items()))
        if self._user:
            hand_over(path, self._user)
            hand_over(self._folder, self._user)
        return path

    def _configuration(self) -> dict[str, str]:
        return {
            "bind": LOOPBACK,
            "port": str(self.port),
            "protected-mode": "yes",
            "requirepass": self._password,
            "dir": _quoted(str(self._folder)),
            "daemonize": "no",
            "databases": "16",
            "save": '""',  # the log of writes holds everything already
            "appendonly": "yes" if self._durable else "no",
            "appendfsync": "everysec",
            # A queue that evicts loses work without a word; refusing writes is seen.
            "maxmemory-policy": "noeviction",
        }


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
