"""`getanswers simulator`: a Gmail over HTTP and a mail sink, for demos and for trying clients."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import typer

from app.cli.options import path_option
from app.embedded.ports import require_free
from app.errors import UserError
from app.simulator.gatekeeper import TOKEN_VARIABLE
from app.simulator.loading import LoadError
from app.simulator.mail_sink import MailSink
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator


def simulator(
    port: int = typer.Option(8800, help="Port of the simulated Gmail"),
    smtp_port: int = typer.Option(0, help="Port of the mail sink; 0 starts none"),
    state: Path | None = path_option(help="Folder that keeps the state between starts"),
    address: list[str] = typer.Option([], help="Make a mailbox of this address"),
    mail: Path | None = path_option(help="Mail for the first of them: .eml, a folder of them, mbox or Maildir"),
) -> None:
    """Serve a simulated Gmail on loopback until interrupted."""
    os.umask(0o077)  # what it keeps may be somebody's own mail
    require_free(port)
    if smtp_port:
        require_free(smtp_port, option="--smtp-port")
    gmail = Simulator(state)
    try:
        for one in address:
            typer.echo(f"{one}: refresh token {gmail.create_mailbox(one)}")
        if mail is not None and address and not gmail.mailbox(address[0]).messages:
            typer.echo(f"{len(gmail.load(address[0], mail))} messages loaded")
    except LoadError as error:
        raise UserError(str(error)) from error
    sink = MailSink(state / "mail-sink" if state else None, port=smtp_port) if smtp_port else None
    asyncio.run(_serve(gmail, port, sink))


async def _serve(gmail: Simulator, port: int, sink: MailSink | None) -> None:
    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    async with AsyncExitStack() as stack:
        if sink is not None:
            await stack.enter_async_context(sink)
        token = os.environ.get(TOKEN_VARIABLE, "")
        url = await stack.enter_async_context(running_simulator(gmail, port=port, token=token))
        typer.echo(f"Simulated Gmail at {url}")
        await stop.wait()
    gmail.close()
