"""How long a newcomer waits: `getanswers demo --once` from nothing, told as plain information."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import Process
from pathlib import Path
from typing import Final

import psycopg
from psycopg import AsyncConnection

from app.cli.fleet import BACKEND
from app.cli.home import ENVIRONMENT_FILE
from app.db.models import MessageState
from app.db.session import SYSTEM_ROLE
from app.embedded.ports import free_port
from benchmarks.figures import Figure, Result
from benchmarks.stand import Stand

LOOK_EVERY: Final = 0.05
LONGEST: Final = 150.0
SHOWN: Final = 2000
DEMO_FOLDER: Final = "demo-sample"


async def demo_start(stand: Stand) -> Result:
    home, output = stand.folder / "demo", stand.folder / "demo.log"
    began = time.perf_counter()
    demo = await _started(home, output)
    try:
        async with asyncio.timeout(LONGEST):
            if not await _saw_triaged(home / DEMO_FOLDER / ENVIRONMENT_FILE, demo):
                raise _failure(output)
            first = time.perf_counter() - began
            code = await demo.wait()
            whole = time.perf_counter() - began
    finally:
        if demo.returncode is None:
            demo.terminate()
            await demo.wait()
    if code != 0:
        raise _failure(output)
    return Result(
        title="Demo from nothing",
        measured="`python -m app.cli.main demo --once` in an empty folder: the database is made, all processes are "
        "started, the sample mailbox is synced and triaged, everything is stopped. One run, for information.",
        floor="",
        figures=(Figure("first message triaged after", first, "s"), Figure("at the end after", whole, "s")),
    )


async def _started(home: Path, output: Path) -> Process:
    with output.open("wb") as file:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.cli.main", "demo", "--once"),
            *(f"--data-dir={home}", f"--port={free_port()}"),
            cwd=BACKEND,
            env=os.environ | {"GETANSWERS_HOME": str(home)},
            stdout=file,
            stderr=file,
        )


async def _saw_triaged(environment: Path, demo: Process) -> bool:
    """Wait for the first triaged message; False when the demo ended without one."""
    while (url := _database_url(environment)) is None:
        if demo.returncode is not None:
            return False
        await asyncio.sleep(LOOK_EVERY)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('role', %s, false)", [SYSTEM_ROLE])
        while not await _any_triaged(connection):
            if demo.returncode is not None:
                return False
            await asyncio.sleep(LOOK_EVERY)
    return True


def _database_url(environment: Path) -> str | None:
    """None until the tables are there, for only then is the file written."""
    return str(json.loads(environment.read_text())["DATABASE_URL"]) if environment.exists() else None


async def _any_triaged(connection: AsyncConnection[tuple[object, ...]]) -> bool:
    found = await connection.execute("SELECT FROM messages WHERE state = %s LIMIT 1", [MessageState.TRIAGED.value])
    return found.rowcount > 0


def _failure(output: Path) -> RuntimeError:
    return RuntimeError("the demo failed; the end of what it said:\n" + output.read_text("utf-8", "replace")[-SHOWN:])
