"""What Gmail does to a mail when it is sent: completes headers, hides Bcc, names the recipients."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, mktime_tz, parsedate_tz
from io import BytesIO
from uuid import uuid4

from app.simulator.mime import parse_mail

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ANGLE = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")
_BARE = re.compile(r"[^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_YEAR_9999_MS = 253_402_300_799_000


class NoRecipientError(Exception):
    """The mail names nobody to send it to."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    stored: bytes
    """The sender's copy, with Bcc."""
    delivered: bytes
    """What the recipients get."""
    recipients: tuple[str, ...]


def prepare(raw: bytes, *, own_addresses: tuple[str, ...], now: datetime, replace_message_id: bool) -> Outgoing:
    """The first of the own addresses is the default sender. Raises NoRecipientError."""
    part = parse_mail(raw)
    recipients = tuple(
        dict.fromkeys(
            address
            for header in part.headers
            if header.name.lower() in {"to", "cc", "bcc"}
            for address in addresses_in(header.value)
        )
    )
    if not recipients:
        raise NoRecipientError
    additions: dict[bytes, str] = {}
    if not set(addresses_in(part.header("From"))) & set(own_addresses):
        additions[b"From"] = own_addresses[0]
    if not part.header("Date"):
        additions[b"Date"] = format_datetime(now)
    if replace_message_id or not part.header("Message-ID"):
        additions[b"Message-ID"] = f"<{uuid4().hex}@mail.gmail.com>"
    stored = rewrite_headers(raw, replace=additions)
    return Outgoing(stored, rewrite_headers(stored, drop=frozenset({b"bcc"})), recipients)


def addresses_in(value: str) -> list[str]:
    """Lower-case addresses of an address header; display names are no addresses."""
    found: list[str] = []
    for chunk in _QUOTED.sub(" ", value).split(","):
        match = _ANGLE.findall(chunk) or _BARE.findall(chunk)
        found.extend(address.lower() for address in match)
    return found


def rewrite_headers(
    raw: bytes, *, replace: dict[bytes, str] | None = None, drop: frozenset[bytes] = frozenset()
) -> bytes:
    """The same mail with headers replaced (at the top) or dropped; every other byte stays."""
    replace = replace or {}
    unwanted = drop | {name.lower() for name in replace}
    head, separator, body = _split_head(raw)
    kept: list[bytes] = []
    keeping = True
    for line in BytesIO(head):
        if not line.startswith((b" ", b"\t")):
            name = _FIELD.match(line)
            keeping = not (name and name[1].lower() in unwanted)
        if keeping:
            kept.append(line)
    newline = b"\r\n" if b"\r\n" in raw else b"\n"
    added = b"".join(name + b": " + value.encode() + newline for name, value in replace.items())
    return added + b"".join(kept) + (separator or newline) + body


def _split_head(raw: bytes) -> tuple[bytes, bytes, bytes]:
    if raw.startswith((b"\n", b"\r\n")):
        end = raw.index(b"\n") + 1
        return b"", raw[:end], raw[end:]
    found = re.search(rb"\n(\r?\n)", raw)
    if not found:
        return raw if raw.endswith(b"\n") else raw + b"\n", b"", b""
    return raw[: found.start() + 1], found[1], raw[found.end() :]


def date_header_ms(raw: bytes) -> int | None:
    """Epoch milliseconds of the Date header, or None where it names no possible moment."""
    try:
        parsed = parsedate_tz(parse_mail(raw).header("Date")[:200])
        moment = None if parsed is None else int(mktime_tz(parsed) * 1000)
    # The standard library raises all of these on dates found in real mail.
    except (ValueError, TypeError, IndexError, AttributeError, OverflowError):
        return None
    return moment if moment is not None and 0 <= moment <= _YEAR_9999_MS else None


def epoch_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def utc_now() -> datetime:
    return datetime.now(UTC)
