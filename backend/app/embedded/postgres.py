"""A PostgreSQL of our own: made on first use, tuned for a small machine, reachable from loopback only."""

import contextlib
import os
import shutil
import signal
from collections.abc import Generator
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.pq import PGconn, Ping

from app.embedded.children import Child, Program
from app.embedded.passwords import password_in, write_private
from app.embedded.ports import LOOPBACK
from app.embedded.server import Server
from app.embedded.system_user import SystemUser, hand_over
from app.embedded.wheels import postgres_bin
from app.errors import UserError

DATABASE = "getanswers"
ROLE = "getanswers"
SUPERUSER = "postgres"

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # one way in, the same on every system
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",  # solid state
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The server quotes values and statements in its errors, and these hold mail. The client is told all of it anyway.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class PostgresServer(Server):
    """PostgreSQL 18 in `<data_dir>/postgres`; its superuser is for us, the role of the address owns the database."""

    title = "PostgreSQL"
    port_option = "--postgres-port"

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
        self._data_dir = data_dir
        self._cluster = data_dir / "postgres"
        self._log = data_dir / "logs" / "postgres.log"
        self._user = user
        self._durable = durable
        self._keep_open = keep_open
        self._bin = postgres_bin(data_dir, user)
        self._superuser_password = password_in(data_dir / "postgres-superuser.password")
        self._password = password_in(data_dir / "postgres.password")

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}:{self._password}@{LOOPBACK}:{self.port}/{DATABASE}"

    def launch(self) -> None:
        if self._cluster.exists():
            self._take_over()
        else:
            self._create()
        super().launch()

    def await_ready(self) -> None:
        super().await_ready()
        self._create_database()

    def program(self) -> Program:
        settings = SETTINGS | ({} if self._durable else NOT_DURABLE) | {"port": str(self.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        # Fast shutdown: clients are cut off, all is on disk, and the next start has nothing to replay. Should the
        # watcher be killed, nobody could follow up on a slow one: then at once, with a replay at the next start.
        return self._run("postgres", ["-D", str(self._cluster), *options], signal.SIGINT, signal.SIGQUIT)

    def answers(self) -> bool:
        return PGconn.ping(f"host={LOOPBACK} port={self.port} connect_timeout=2".encode()) == Ping.OK

    def _run(self, program: str, words: list[str], stop: signal.Signals, orphan: signal.Signals) -> Program:
        return Program(
            name=program,
            argv=(str(self._bin / program), *words),
            log=self._log,
            # Nothing of our environment: PGPORT, PGOPTIONS and the like would change what the server does.
            env={"PATH": os.defpath, "LC_ALL": "C"},
            cwd=Path("/"),
            user=self._user,
            stop_signal=stop,
            orphan_signal=orphan,
            keep_open=self._keep_open,
        )

    def _create(self) -> None:
        """Make the cluster beside its place and move it there when it is whole."""
        fresh = self._data_dir / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        with self._password_to_read() as password:
            words = ["-D", str(fresh), "-U", SUPERUSER, f"--pwfile={password}", "--auth=scram-sha-256"]
            # The built-in locale sorts alike on every system and never changes with the system's libraries.
            words += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            words += ["--no-instructions", *([] if self._durable else ["--no-sync"])]
            if self._user:
                hand_over(fresh, self._user)
            code = Child(self._run("initdb", words, signal.SIGTERM, signal.SIGKILL)).wait()
        if code != 0:
            raise UserError(f"The database could not be created in {self._data_dir}. See {self._log}.")
        fresh.replace(self._cluster)

    @contextlib.contextmanager
    def _password_to_read(self) -> Generator[Path]:
        path = self._data_dir / "initdb.password"
        write_private(path, self._superuser_password)
        if self._user:
            hand_over(path, self._user)
        try:
            yield path
        finally:
            path.unlink()

    def _take_over(self) -> None:
        """Make what an earlier run or another machine left ready for this start."""
        if self._user:
            hand_over(self._cluster, self._user)
        # We hold the directory's lock, so no server of ours runs. PostgreSQL would still refuse to start when the
        # process id in a file left behind now belongs to another process, which in containers it soon does.
        left_behind = self._cluster / "postmaster.pid"
        if left_behind.exists() and not _somebody_answers(left_behind):
            left_behind.unlink()

    def _create_database(self) -> None:
        # The role is no superuser, as on a managed server: it cannot reach the machine's files or programs.
        with psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user=SUPERUSER,
            password=self._superuser_password,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).rowcount:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE").format(role))
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                password = connection.pgconn.encrypt_password(
                    self._password.encode(), ROLE.encode(), b"scram-sha-256"
                ).decode()
                connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))


def _somebody_answers(pid_file: Path) -> bool:
    lines = pid_file.read_text(encoding="utf-8", errors="replace").splitlines()
    port = lines[3].strip() if len(lines) > 3 else ""  # noqa: PLR2004 - the fourth line, see PostgreSQL's miscadmin.h
    return port.isdigit() and PGconn.ping(f"host={LOOPBACK} port={port}".encode()) != Ping.NO_RESPONSE
