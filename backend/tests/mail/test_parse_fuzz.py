"""Nothing a stranger sends makes parsing or composing raise what it should not, or reach anybody else."""

import base64
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import compat32
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.address_headers import parse_addresses
from app.mail.compose import UnsafeHeaderError, compose_reply
from app.mail.outgoing_check import ALLOWED_HEADERS, ascii_address
from app.mail.parse import UnparsableError, parse_message
from app.mail.quotes import separate_quotes
from tests.mail.raw_messages import raw

NASTY = st.sampled_from([
    "=?utf-8?q?x=0D=0ABcc:_eve=40example.com?=", "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLmNvbQ==?=",
    "\r\nBcc: eve@example.com", "=?utf-8?q?=3D=3Futf-8=3Fq=3F=3D0A?=", "(" * 900, "<div style='display:none'>",
    "On 5 Oct 2026 a@b wrote:\n> x", "\ud800", "\x00", '"', "<a@b>", "=?", "?=", ",", "\u2028", "\x0b", "\u202e",
    "xn--", "@", "<!--", "<style>", "{", "--\n", ">",
])  # fmt: skip
TEXT = st.lists(NASTY | st.text(st.characters(), max_size=20), max_size=6).map("".join)
JSON = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
HEADER_NAMES = st.sampled_from(
    ["From", "To", "Cc", "Subject", "Date", "Message-ID", "References", "Content-Type", "Reply-To", "List-Id"]
)
HEADERS = st.lists(st.fixed_dictionaries({"name": HEADER_NAMES | TEXT | JSON, "value": TEXT | JSON}) | JSON, max_size=8)
ENCODED = st.binary(max_size=200).map(lambda data: base64.urlsafe_b64encode(data).decode()) | TEXT.map(
    lambda text: base64.urlsafe_b64encode(text.encode("utf-8", "replace")).decode()
)
BODY = st.fixed_dictionaries({}, optional={"data": ENCODED | TEXT | JSON, "size": JSON, "attachmentId": JSON}) | JSON
TYPES = st.sampled_from(
    [
        "text/plain",
        "text/html",
        "text/calendar",
        "multipart/alternative",
        "multipart/mixed",
        "message/rfc822",
        "image/png",
    ]
)


def part(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {},
        optional={
            "mimeType": TYPES | TEXT | JSON,
            "filename": TEXT | JSON,
            "headers": HEADERS | JSON,
            "body": BODY,
            "parts": st.lists(children, max_size=4) | JSON,
        },
    )


PAYLOADS = st.recursive(part(JSON), part, max_leaves=12)


@settings(deadline=None, max_examples=200)
@given(PAYLOADS)
def test_parsing_raises_nothing_but_unparsable(payload: Any) -> None:
    try:
        parsed = parse_message(raw(payload))
    except UnparsableError:
        return
    # What cannot be encoded, or holds a NUL, PostgreSQL would refuse.
    assert b"\\x00" not in repr(parsed).encode("utf-8")


@settings(deadline=None, max_examples=200)
@given(TEXT)
def test_a_text_is_never_lost_with_its_quotes(text: str) -> None:
    separated = separate_quotes(text, subject="Re: x")
    assert bool(separated.text) == bool(text.strip())


ADDRESSES = st.sampled_from(["ada@example.net", "Ben@Example.org", "x@räka.example"]) | TEXT | st.emails()


@settings(deadline=None, max_examples=300)
@given(
    sender=ADDRESSES,
    sender_name=TEXT,
    to=st.lists(ADDRESSES, min_size=1, max_size=3),
    cc=st.lists(ADDRESSES, max_size=2),
    subject=TEXT,
    body=TEXT,
    in_reply_to=st.none() | TEXT,
    references=st.lists(TEXT | st.just("<a@b>"), max_size=3),
    automatic=st.booleans(),
    signature=TEXT,
    quoted=TEXT,
)
def test_no_text_adds_a_header_or_a_recipient(**fields: Any) -> None:
    check_composed(fields)


@settings(deadline=None, max_examples=200)
@given(sender_name=TEXT, subject=TEXT, body=TEXT, in_reply_to=TEXT, references=st.lists(TEXT, max_size=3))
def test_texts_around_sound_addresses_are_always_written(**texts: Any) -> None:
    fields = {**texts, "sender": "ben@example.org", "to": ["ada@example.net"], "cc": [], "automatic": True}
    assert check_composed(fields)


def check_composed(fields: dict[str, Any]) -> bool:
    """Whether it was written at all; what is written has the allowed headers and the given recipients only."""
    try:
        written = compose_reply(**fields, action_id=UUID(int=1), date=datetime(2026, 10, 5, tzinfo=UTC))
    except UnsafeHeaderError:
        return False
    mail = message_from_bytes(written, policy=compat32)
    assert {name.lower() for name in mail.keys()} <= ALLOWED_HEADERS  # noqa: SIM118
    found = {entry.address for name in ("To", "Cc") for entry in parse_addresses(str(mail[name] or ""))}
    assert found == {ascii_address(address) for address in (*fields["to"], *fields["cc"])}
    return True
