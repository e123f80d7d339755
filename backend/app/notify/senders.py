"""How our own mails leave the house: over SMTP, or to the terminal of somebody who has no mail server."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import Final, Protocol, cast

import aiosmtplib
from pydantic import SecretStr
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from app.errors import UserError
from app.notify.strangers import one_line, visible
from app.settings import Sender, Settings

IMPLICIT_TLS_PORT: Final = 465  # RFC 8314: TLS from the first byte, where STARTTLS is never offered
STEP_LIMIT: Final = timedelta(seconds=20)
WHOLE_LIMIT: Final = timedelta(seconds=60)
MESSAGE_ID = re.compile(r"<[!#-;=?-~]+@[!#-;=?-~]+>")

NOT_IN_ADDRESSES: Final = frozenset(' ,;:<>"()[]\\@')
"""What would split a header or an SMTP command; quoted local parts are not worth that risk."""

FAULTS: Final[Sequence[tuple[type[Exception], str]]] = (
    (aiosmtplib.SMTPAuthenticationError, "refused our user name or password"),
    (aiosmtplib.SMTPRecipientRefused, "does not accept mail for this recipient"),
    (aiosmtplib.SMTPRecipientsRefused, "does not accept mail for this recipient"),
    (aiosmtplib.SMTPSenderRefused, "does not accept mail from our address"),
    (aiosmtplib.SMTPResponseException, "refused the mail"),
    (TimeoutError, "did not answer in time"),
    (aiosmtplib.SMTPConnectError, "cannot be reached"),
    (aiosmtplib.SMTPNotSupported, "cannot deliver to an address with such letters"),
    (OSError, "broke off the connection"),
)
"""What went wrong, the first that fits."""

MISMATCH: Final = "and we found no common way to send; look at SMTP_STARTTLS, SMTP_USERNAME and SMTP_PORT"


@dataclass(frozen=True, slots=True)
class OutgoingNotice:
    """One mail of ours to one person, ready to leave."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    """In its angle brackets."""


class DeliveryError(Exception):
    """The mail did not leave, as far as can be told; the message is a sentence for the person."""


class MailSender(Protocol):
    async def send(self, mail: OutgoingNotice) -> None:
        """Hand over one mail. Raises DeliveryError."""
        ...


class SmtpSender:
    """One connection for each mail: they are few, and a kept connection would have to be nursed."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        username: str,
        password: SecretStr,
        starttls: bool,
        from_address: str,
        timeout: timedelta = STEP_LIMIT,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._host, self._port = host, port
        self._username, self._password = username or None, password
        self._implicit_tls = port == IMPLICIT_TLS_PORT
        self._starttls = starttls and not self._implicit_tls
        self._from = _own_address(from_address)
        self._timeout = timeout
        self._clock = clock

    async def send(self, mail: OutgoingNotice) -> None:
        message = self._compose(mail)
        try:
            async with asyncio.timeout(min(3 * self._timeout, WHOLE_LIMIT).total_seconds()):
                await aiosmtplib.send(
                    message,
                    hostname=self._host,
                    port=self._port,
                    username=self._username,
                    password=self._password.get_secret_value() if self._username else None,
                    use_tls=self._implicit_tls,
                    start_tls=self._starttls,
                    timeout=self._timeout.total_seconds(),
                )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise DeliveryError(_in_words(error, f"{self._host}:{self._port}")) from error

    def _compose(self, mail: OutgoingNotice) -> EmailMessage:
        if not MESSAGE_ID.fullmatch(mail.message_id):
            raise DeliveryError("The mail was not sent: its Message-ID is malformed.")
        message = EmailMessage(policy=WIRE)
        message["From"] = self._from
        message["To"] = _recipient(mail.to)
        message["Subject"] = one_line(mail.subject)
        message["Date"] = format_datetime(self._clock())
        message["Message-ID"] = mail.message_id
        # RFC 3834 and its Exchange cousin: nobody's out-of-office answers us, and no other agent does
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        return message


class ConsoleSender:
    """Prints each mail as a readable block, so that everything works before there is a mail server."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()

    async def send(self, mail: OutgoingNotice) -> None:
        heading = Text(f"Mail to {one_line(mail.to)}\n{one_line(mail.subject)}", style="bold")
        self._console.print(Panel(heading, expand=False))
        # unwrapped, or a sign-in link would come apart where the terminal ends
        self._console.print(Text(visible(mail.text)), soft_wrap=True)
        self._console.rule(style="dim")


def build_sender(settings: Settings) -> MailSender:
    """The sender that the settings name. Raises UserError when MAIL_FROM is not one address."""
    if settings.sender is Sender.CONSOLE:
        return ConsoleSender()
    return SmtpSender(
        host=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=settings.smtp_password,
        starttls=settings.smtp_starttls,
        from_address=settings.mail_from,
    )


def _own_address(value: str) -> Address:
    probe = EmailMessage(policy=WIRE)
    try:
        probe["From"] = value
        (address,) = cast("AddressHeader", probe["From"]).addresses
    except ValueError as error:
        raise UserError("Wrong setting: MAIL_FROM must be one address, like getanswers@example.org.") from error
    if not (address.username and address.domain) or not address.addr_spec.isprintable():
        raise UserError("Wrong setting: MAIL_FROM must be one address, like getanswers@example.org.")
    return address if address.display_name else Address("GetAnswers", addr_spec=address.addr_spec)


def _recipient(value: str) -> Address:
    # not parsed: the parser takes much that is no address, and refuses letters beyond ASCII that SMTPUTF8 delivers
    name, _, domain = value.rpartition("@")
    if not (name and domain) or not value.isprintable() or set(name + domain) & NOT_IN_ADDRESSES:
        raise DeliveryError("The mail was not sent: the recipient is not an email address.")
    return Address(username=name, domain=domain)


def _in_words(error: Exception, server: str) -> str:
    """Without the server's own words: they may quote addresses, and they are not written for people."""
    fault = next((words for kind, words in FAULTS if isinstance(error, kind)), MISMATCH)
    code = f" (code {error.code})" if isinstance(error, aiosmtplib.SMTPResponseException) else ""
    return f"The mail server {server} {fault}{code}."
