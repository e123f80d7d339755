import asyncio
import logging
import os
import socket
import sys
from pathlib import Path

import httpx
import pytest

from app.accounts.vault import Vault
from app.embedded.servers import EmbeddedServers
from app.main import WITHOUT_QUERY

BACKEND = Path(__file__).parents[2]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def _answer(url: str) -> httpx.Response:
    async with asyncio.timeout(60), httpx.AsyncClient() as http:
        while True:
            try:
                return await http.get(url)
            except httpx.ConnectError:
                await asyncio.sleep(0.1)


async def test_the_server_as_it_is_deployed(embedded_servers: EmbeddedServers, database_url: str) -> None:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url.replace("+psycopg", ""),
        "REDIS_URL": embedded_servers.redis_url,
        "ENCRYPTION_KEYS": f"k1:{Vault.generate_key()}",
        "BASE_URL": address,
    }
    command = ("-m", "uvicorn", "--factory", "app.main:create_app", "--port", str(port))
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=BACKEND,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        health = await _answer(f"{address}/api/health")
        assert health.json() == {"ok": True, "database": True, "broker": True}
        page = await _answer(f"{address}/sign-in/link?token=a-secret-token")
        assert "a-secret-token" in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
    finally:
        server.terminate()
        output, _ = await server.communicate()
    assert b"/sign-in/link" in output
    assert b"a-secret-token" not in output


@pytest.mark.parametrize(
    ("arguments", "logged"),
    [
        (("127.0.0.1:1", "GET", "/sign-in/link?token=t", "1.1", 200), "127.0.0.1:1 GET /sign-in/link 1.1 200"),
        (("127.0.0.1:1", "GET", "/queue", "1.1", 200), "127.0.0.1:1 GET /queue 1.1 200"),
    ],
)
def test_the_access_log_keeps_no_query(arguments: tuple[object, ...], logged: str) -> None:
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 1, "%s %s %s %s %d", arguments, None)
    assert WITHOUT_QUERY.filter(record)
    assert record.getMessage() == logged
