"""Checks that the bytes of a message, as two readers read them, have no header and recipient but the approved."""

import re
from collections.abc import Iterable, Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from typing import Final

from app.mail.addresses import ascii_domain
from app.mail.charsets import decode_words

ALLOWED_HEADERS: Final = frozenset({
    "from", "to", "cc", "subject", "in-reply-to", "references", "date", "message-id", "x-getanswers-action",
    "auto-submitted", "x-auto-response-suppress", "mime-version", "content-type", "content-transfer-encoding",
})  # fmt: skip
_REQUIRED: Final = frozenset({"from", "to", "subject", "date", "message-id", "x-getanswers-action"})
_LONGEST_LINE = 998
_LONGEST_ADDRESS = 254
_LINE = re.compile(rb"([A-Za-z-]{1,40}): ?([\x20-\x7e]*)\Z")
_FOLDED = re.compile(rb" [\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*\Z")
_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*\Z")
_SENDER = re.compile(
    r"(?:\"[^\"\\]{1,100}\" |[A-Za-z0-9 '-]{1,100} |(?:=\?utf-8\?b\?[A-Za-z0-9+/=]{1,60}\?= {1,2}){1,20})?"
    r"<[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{1,253}>\Z"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
# What the standard library's reader raises on damaged headers, by experience.
_READER_ERRORS = (MessageError, ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError)


TEXT_TYPE: Final = "text/plain"
_PART_HEADERS: Final = frozenset({"content-type", "content-transfer-encoding", "content-disposition"})
_MULTIPART = re.compile(r'multipart/(?:mixed|alternative); boundary="(getanswers-[0-9a-f]{32})"\Z')


class UnsafeHeaderError(Exception):
    """The message cannot be written so that it surely goes to the approved recipients only."""


def ascii_address(address: str) -> str:
    """The address as it stands in a header: lower case, its domain in punycode. Raises UnsafeHeaderError."""
    local, _, domain = address.strip().lower().rpartition("@")
    written = f"{local}@{ascii_domain(domain)}"
    if len(written) > _LONGEST_ADDRESS or "=?" in written or "?=" in written or not _ADDRESS.match(written):
        raise UnsafeHeaderError("An address of this message cannot be written into a mail.")
    return written


def verify_outgoing(raw: bytes, *, recipients: frozenset[str], parts: Sequence[str] = (TEXT_TYPE,)) -> None:
    """Raise UnsafeHeaderError unless every header is an expected one and recipients and parts are exactly these."""
    if not recipients:
        raise UnsafeHeaderError("The message has no recipient.")
    approved = frozenset(ascii_address(recipient) for recipient in recipients)
    headers = _own_reading(raw)
    _check_names(headers.keys())
    _check_parts(raw, headers.get("content-type", ""), parts)
    # A decoded newline is how a subject becomes a header in whatever reads the message next.
    if any(_CONTROL.search(decode_words(value)) for value in headers.values()):
        raise UnsafeHeaderError("A header of this message holds a control character.")
    ours = frozenset(found.strip() for name in ("to", "cc") if name in headers for found in headers[name].split(","))
    theirs, names = _second_reading(raw)
    _check_names(names)
    if ours != approved or theirs != approved or not _SENDER.match(headers["from"]):
        raise UnsafeHeaderError("The recipients of this message are not the approved ones.")


def _check_parts(raw: bytes, content_type: str, parts: Sequence[str]) -> None:
    """A text alone, or a text with one more part: nothing rides along that was not meant to."""
    if tuple(parts) == (TEXT_TYPE,):
        if not content_type.startswith(TEXT_TYPE):
            raise UnsafeHeaderError("The message is not plain text.")
        return
    mark = _MULTIPART.match(content_type)
    if mark is None:
        raise UnsafeHeaderError("The message does not have the parts it should have.")
    sections = raw.partition(b"\r\n\r\n")[2].split(f"--{mark[1]}".encode("ascii"))
    if len(sections) != len(parts) + 2 or sections[0] or sections[-1] != b"--\r\n":
        raise UnsafeHeaderError("The message does not have the parts it should have.")
    for section, expected in zip(sections[1:-1], parts, strict=True):
        headers = _own_reading(section.removeprefix(b"\r\n"))
        if not headers.keys() <= _PART_HEADERS or headers.get("content-type", "").partition(";")[0] != expected:
            raise UnsafeHeaderError("The message does not have the parts it should have.")


def _own_reading(raw: bytes) -> dict[str, str]:
    """Headers by lower-case name, unfolded; every line must be of the plainest form, as compose_reply writes it."""
    head, separator, _ = raw.partition(b"\r\n\r\n")
    headers: dict[str, str] = {}
    name = ""
    for line in head.split(b"\r\n"):
        start = _LINE.match(line)
        if start and not line.startswith(b" "):
            name = start[1].decode("ascii").lower()
            if name in headers:
                raise UnsafeHeaderError("A header stands twice in this message.")
            headers[name] = start[2].decode("ascii")
        elif name and _FOLDED.match(line):
            headers[name] += line.decode("ascii")
        else:
            raise UnsafeHeaderError("A header line of this message is malformed.")
        if len(line) > _LONGEST_LINE:
            raise UnsafeHeaderError("A header line of this message is too long.")
    if not separator:
        raise UnsafeHeaderError("The headers of this message do not end.")
    return headers


def _second_reading(raw: bytes) -> tuple[frozenset[str], list[str]]:
    """Recipients and header names as the standard library reads them."""
    try:
        message = BytesParser(EmailMessage, policy=SMTP).parsebytes(raw, headersonly=True)
        found = [address.addr_spec.lower() for name in ("To", "Cc", "Bcc") for address in _addresses_in(message, name)]
        names = [name.lower() for name in message.keys()]  # noqa: SIM118 - a message is no dict: names may repeat
    except _READER_ERRORS as error:
        raise UnsafeHeaderError("The headers of this message cannot be read again.") from error
    return frozenset(found), names


def _addresses_in(message: EmailMessage, name: str) -> Iterable[Address]:
    return (address for header in message.get_all(name, ()) for address in header.addresses)


def _check_names(names: Iterable[str]) -> None:
    found = list(names)
    if not _REQUIRED <= set(found) <= ALLOWED_HEADERS or len(set(found)) != len(found):
        raise UnsafeHeaderError("This message does not have exactly the headers it should have.")
