"""A mailing list's own server on this machine, with a certificate for its name, and the client that trusts it."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.mail.one_click import BODY, OneClick

HOST = "list.example.net"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HANG = b"hang"
CLOSE = b"close"
"""It does what it was asked, and its answer is lost."""


@dataclass
class ListServer:
    """Answers every request alike, but for what is planned next; keeps what it was asked."""

    port: int = 0
    answer: bytes = OK
    next_answers: list[bytes] = field(default_factory=list[bytes])
    asked: list[bytes] = field(default_factory=list[bytes])
    done: int = 0
    """How often it took somebody off the list."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(len(BODY))
        self.asked.append(head + body)
        answer = self.next_answers.pop(0) if self.next_answers else self.answer
        self.done += answer in {OK, CLOSE}
        if answer == HANG:
            await reader.read()
        elif answer != CLOSE:
            writer.write(answer)
            await writer.drain()
        writer.close()

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/u?id=1"


@asynccontextmanager
async def running_list_server(certificate: Path) -> AsyncGenerator[ListServer]:
    server = ListServer()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server


def one_click_here(certificate: Path) -> OneClick:
    """Knows one name, which lies on this machine."""

    async def to_this_machine(host: str, port: int) -> Sequence[str]:
        assert host == HOST
        return ["127.0.0.1"]

    return OneClick(
        resolve=to_this_machine,
        may_reach=lambda address: address == "127.0.0.1",
        tls=lambda: ssl.create_default_context(cafile=certificate),
        longest=dt.timedelta(seconds=30),
    )


def certificate_in(folder: Path) -> Path:
    """Certificate and key of the list's name, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "list.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path
