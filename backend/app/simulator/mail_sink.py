"""A mail server on loopback that delivers nothing: it keeps every mail as a file and in memory."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"
LARGEST_MAIL = 25 * 1024 * 1024

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SunkMail:
    """One accepted mail, with the envelope it came in."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    received_at: datetime
    path: Path | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer to the next mails, for instance `451 4.3.0 Try again later`."""

    answer: str
    times: int = 1


class MailSink:
    """Accepts mail from `start` to `stop`, in the event loop that calls them."""

    def __init__(self, folder: Path | None = None, *, host: str = LOOPBACK, port: int = 0) -> None:
        self._folder = folder
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._mails: list[SunkMail] = []
        self._arrived = asyncio.Condition()
        self._refusals: list[str] = []

    async def start(self) -> None:
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._server = await asyncio.get_running_loop().create_server(self._protocol, self._host, self._port)

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port. Raises RuntimeError while the sink is not running."""
        if self._server is None:
            raise RuntimeError("the mail sink is not running")
        host, port = self._server.sockets[0].getsockname()[:2]
        return host, port

    def messages(self) -> list[SunkMail]:
        return list(self._mails)

    async def wait_for(self, count: int, *, longest: float = 10) -> list[SunkMail]:
        """Every mail so far, once there are that many. Raises TimeoutError."""
        async with asyncio.timeout(longest), self._arrived:
            await self._arrived.wait_for(lambda: len(self._mails) >= count)
        return self.messages()

    def refuse(self, refusal: Refusal) -> None:
        """Script the answer to the next mails."""
        self._refusals += [refusal.answer] * refusal.times

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Called by aiosmtpd for each mail."""
        if self._refusals:
            return self._refusals.pop(0)
        raw = envelope.original_content or b""
        number = len(self._mails) + 1
        path = self._folder / _file_name(number) if self._folder else None
        if path:
            await asyncio.to_thread(path.write_bytes, raw)
        mail = SunkMail(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw, datetime.now(UTC), path)
        async with self._arrived:
            self._mails.append(mail)
            self._arrived.notify_all()
        log.info("mail_sink.received", number=number)
        return "250 2.0.0 Ok: kept"

    def _protocol(self) -> SMTP:
        return SMTP(self, hostname="sink.test", enable_SMTPUTF8=True, data_size_limit=LARGEST_MAIL)


def _file_name(number: int) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    return f"{stamp}-{number:06d}.eml"
