"""`getanswers pause` and `getanswers resume`: the kill switch of the whole installation."""

import asyncio
from pathlib import Path

import typer

from app.accounts import installation
from app.cli.home import adopt_environment
from app.cli.opening import opened_database
from app.settings import load_settings

DATA_DIR = typer.Option(None, "--data-dir", help="Where `getanswers up` keeps its data, if not the usual place")


def pause(data_dir: Path | None = DATA_DIR) -> None:
    """Stop everything that is sent or changed, for everybody, within seconds. Mail is still read and judged."""
    adopt_environment(data_dir)
    asyncio.run(_switch(paused=True))
    typer.echo("Paused: nothing is sent or changed until `getanswers resume`. Undoing stays possible.")


def resume(data_dir: Path | None = DATA_DIR) -> None:
    """Let go on what `getanswers pause` stopped."""
    adopt_environment(data_dir)
    asyncio.run(_switch(paused=False))
    typer.echo("Resumed. What waited goes on within a few minutes.")


async def _switch(*, paused: bool) -> None:
    async with opened_database(load_settings()) as database:
        await installation.pause(database, paused=paused)
