"""Mail leaves whole and harmless, and when it cannot leave, a sentence says why."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import StringIO

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from pydantic import SecretStr
from rich.console import Console

from app.errors import UserError
from app.notify.senders import ConsoleSender, DeliveryError, OutgoingNotice, SmtpSender, build_sender
from app.settings import Settings
from app.simulator.mail_sink import MailSink, Refusal
from tests.notify.conftest import SenderTo

MAIL = OutgoingNotice(
    to="ana@example.org",
    subject="Grüße: “The offer”",
    text="Hallo Ana,\nschöne Grüße\n",
    html="<p>Hallo Ana, schöne Grüße</p>\n",
    message_id="<getanswers.0123@example.org>",
)


def parsed(sink: MailSink) -> EmailMessage:
    (mail,) = sink.messages()
    return message_from_bytes(mail.raw, _class=EmailMessage, policy=policy.default)


async def test_both_forms_and_every_header_arrive(sink: MailSink, sender_to: SenderTo) -> None:
    await sender_to(*sink.address).send(MAIL)
    mail = parsed(sink)
    assert mail["To"] == "ana@example.org"
    assert mail["From"] == "GetAnswers <getanswers@example.org>"
    assert mail["Subject"] == MAIL.subject
    assert mail["Message-ID"] == MAIL.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Date"].datetime.tzinfo is not None
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert text.get_content().splitlines() == MAIL.text.splitlines()
    assert html.get_content().splitlines() == MAIL.html.splitlines()
    assert sink.messages()[0].recipients == ("ana@example.org",)


@pytest.mark.parametrize("breaker", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
async def test_a_subject_cannot_bring_headers(breaker: str, sink: MailSink, sender_to: SenderTo) -> None:
    await sender_to(*sink.address).send(
        replace(MAIL, subject=f"Hi{breaker}Bcc: evil@example.com{breaker}{breaker}body")
    )
    mail = parsed(sink)
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Hi Bcc: evil@example.com")
    assert mail.get_content_type() == "multipart/alternative"


async def test_a_long_message_id_is_not_mangled(sink: MailSink, sender_to: SenderTo) -> None:
    message_id = f"<getanswers.{'a1' * 26}@notices.a-rather-long-name-of-a-machine.example.org>"
    await sender_to(*sink.address).send(replace(MAIL, message_id=message_id))
    assert parsed(sink)["Message-ID"] == message_id


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ana",
        "a@example.org, b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org> SIZE=1",
        "Ana <a@b.c>",
    ],
)
async def test_what_is_no_address_gets_nothing(to: str, sink: MailSink, sender_to: SenderTo) -> None:
    with pytest.raises(DeliveryError, match="not an email address"):
        await sender_to(*sink.address).send(replace(MAIL, to=to))
    assert sink.messages() == []


@pytest.mark.parametrize("message_id", ["", "abc@example.org", "<a@b>\r\nBcc: x@example.org", "<a b@c>"])
async def test_a_malformed_message_id_gets_nowhere(message_id: str, sink: MailSink, sender_to: SenderTo) -> None:
    with pytest.raises(DeliveryError, match="Message-ID"):
        await sender_to(*sink.address).send(replace(MAIL, message_id=message_id))
    assert sink.messages() == []


async def test_letters_beyond_ascii_in_an_address(sink: MailSink, sender_to: SenderTo) -> None:
    await sender_to(*sink.address).send(replace(MAIL, to="jörg@bücher.example"))
    assert sink.messages()[0].recipients == ("jörg@bücher.example",)


async def test_nobody_listens(sink: MailSink, sender_to: SenderTo) -> None:
    host, port = sink.address
    await sink.stop()
    with pytest.raises(DeliveryError, match=rf"^The mail server {host}:{port} cannot be reached\.$"):
        await sender_to(host, port).send(MAIL)


async def test_a_refusal_names_the_code_and_not_the_server_s_words(sink: MailSink, sender_to: SenderTo) -> None:
    sink.refuse(Refusal("554 5.7.1 ana@example.org is listed at https://list.example"))
    with pytest.raises(DeliveryError) as caught:
        await sender_to(*sink.address).send(MAIL)
    assert "refused the mail (code 554)" in str(caught.value)
    assert "list.example" not in str(caught.value)
    assert "ana@" not in str(caught.value)


class _Locked:
    """Refuses every recipient, and every sender that does not know the password."""

    async def handle_RCPT(self, *_: object) -> str:  # noqa: N802 - aiosmtpd's name
        return "550 5.1.1 no such user"


@pytest.fixture
async def locked_server() -> AsyncIterator[tuple[str, int]]:
    def protocol() -> SMTP:
        def refuse(*_: object) -> AuthResult:
            return AuthResult(success=False, handled=False)

        return SMTP(_Locked(), authenticator=refuse, auth_require_tls=False, hostname="locked.test")

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[:2]


async def test_wrong_password(locked_server: tuple[str, int], sender_to: SenderTo) -> None:
    with pytest.raises(DeliveryError, match="refused our user name or password"):
        await sender_to(*locked_server, username="u", password=SecretStr("p")).send(MAIL)


async def test_unknown_recipient(locked_server: tuple[str, int], sender_to: SenderTo) -> None:
    with pytest.raises(DeliveryError, match="does not accept mail for this recipient"):
        await sender_to(*locked_server).send(MAIL)


async def test_starttls_is_never_skipped(sink: MailSink, sender_to: SenderTo) -> None:
    with pytest.raises(DeliveryError, match="SMTP_STARTTLS"):
        await sender_to(*sink.address, starttls=True).send(MAIL)
    assert sink.messages() == []


@pytest.mark.parametrize("drip", [b"", b"220-wait\r\n"])
async def test_a_server_that_does_not_come_to_the_point(drip: bytes, sender_to: SenderTo) -> None:
    """Silent, or busy for ever: each step is limited, and so is the whole."""

    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not reader.at_eof():
                writer.write(drip)
                await writer.drain()
                await asyncio.wait([asyncio.ensure_future(reader.read(1))], timeout=0.05)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(stall, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        with pytest.raises(DeliveryError, match="did not answer in time"):
            await sender_to(host, port, timeout=timedelta(milliseconds=150)).send(MAIL)


async def test_the_terminal_shows_links_whole_and_obeys_nothing() -> None:
    screen = StringIO()
    link = "https://answers.example.org/sign-in/" + "x" * 200
    mail = replace(MAIL, subject="[bold]no markup[/bold]\x1b]0;title\x07", text=f"Go:\n{link}\n\x1b[2J[red]x[/red]\n")
    await ConsoleSender(Console(file=screen, width=60)).send(mail)
    assert link in screen.getvalue().splitlines()
    assert "\x1b" not in screen.getvalue()
    assert "[bold]no markup[/bold]" in screen.getvalue()
    assert "[red]x[/red]" in screen.getvalue()


def settings(**over: str | int) -> Settings:
    return Settings.model_validate(
        {"database_url": "postgresql://x", "redis_url": "redis://x", "encryption_keys": "k"} | over
    )


def test_the_settings_choose_the_sender() -> None:
    assert isinstance(build_sender(settings()), ConsoleSender)
    assert isinstance(build_sender(settings(sender="smtp", smtp_host="mail.example.org")), SmtpSender)


@pytest.mark.parametrize("value", ["nonsense", "a@example.org, b@example.org", "a@example.org\nBcc: b@example.org"])
def test_a_sender_address_that_is_none_is_a_wrong_setting(value: str) -> None:
    with pytest.raises(UserError, match="MAIL_FROM"):
        build_sender(settings(sender="smtp", smtp_host="mail.example.org", mail_from=value))
