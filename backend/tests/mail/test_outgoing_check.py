from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.mail.compose import calendar_part, compose, compose_reply
from app.mail.outgoing_check import UnsafeHeaderError, verify_outgoing

RAW = compose_reply(
    sender="ben@example.org",
    sender_name="Ben",
    to=["ada@example.net"],
    cc=["cleo@example.com"],
    subject="Lunch",
    body="Yes.",
    in_reply_to=None,
    references=[],
    action_id=UUID(int=1),
    automatic=False,
    date=datetime(2026, 10, 5, tzinfo=UTC),
)
APPROVED = frozenset({"ada@example.net", "cleo@example.com"})


def test_accepts_what_was_composed() -> None:
    verify_outgoing(RAW, recipients=APPROVED)
    verify_outgoing(RAW, recipients=frozenset({"Ada@Example.net", "cleo@example.com"}))


@pytest.mark.parametrize(
    "recipients",
    [
        set[str](),
        {"ada@example.net"},
        {"ada@example.net", "cleo@example.com", "dan@example.org"},
        {"ada@example.net", "cleo@example.co"},
    ],
)
def test_refuses_other_recipients(recipients: set[str]) -> None:
    with pytest.raises(UnsafeHeaderError):
        verify_outgoing(RAW, recipients=frozenset(recipients))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: Re: Lunch", b"Subject: Re: Lunch\r\nBcc: eve@example.com"),
        (b"Subject: Re: Lunch", b"Subject: Re: Lunch\nBcc: eve@example.com"),
        (b"Subject: Re: Lunch", b"Subject: Re: Lunch\rBcc: eve@example.com"),
        (b"Subject: Re: Lunch", b"Subject: Re: Lunch\r\n\tBcc: eve@example.com"),
        (b"Subject: Re: Lunch", b"Subject: =?utf-8?q?Hi=0ABcc=3A_eve=40example=2Ecom?="),
        (b"Subject: Re: Lunch", b"Subject: Re: Lunch\r\nTo: eve@example.com"),
        (b"Subject: Re: Lunch", b"Subject: Re: Lunch\r\nReply-To: eve@example.com"),
        (b"Subject: Re: Lunch", b"Subject: Re: Lunch\r\nResent-To: eve@example.com"),
        (b"Subject: Re: Lunch", b"Subject: R\xc3\xa9"),
        (b"Subject: Re: Lunch", b"Subject: " + b"x" * 1_000),
        (b"Subject: Re: Lunch\r\n", b""),
        (b"Subject: Re: Lunch", b"Subject: Re: Lunch\r\n   "),
        (b"To: ada@example.net", b"To: ada@example.net, eve@example.com"),
        (b"To: ada@example.net", b"To: ada@example.net,\r\n eve@example.com"),
        (b"To: ada@example.net", b"To: ada@example.net (, eve@example.com,"),
        (b"To: ada@example.net", b'To: "ada@example.net" <eve@example.com>'),
        (b"To: ada@example.net", b"To: all:ada@example.net,eve@example.com;"),
        (b"To: ada@example.net", b"To: " + b"(" * 900 + b")" * 80 + b"ada@example.net"),
        (b"From: Ben <ben@example.org>", b"From:"[:-1]),
        (b"Content-Type: text/plain", b"Content-Type: text/html"),
        (b"X-GetAnswers-Action: ", b"X-Other: "),
        (b"\r\n\r\n", b"\r\n"),
    ],
)
def test_refuses_bytes_that_were_changed(old: bytes, new: bytes) -> None:
    changed = RAW.replace(old, new, 1)
    assert changed != RAW
    with pytest.raises(UnsafeHeaderError):
        verify_outgoing(changed, recipients=APPROVED)


def test_what_stands_in_the_body_is_no_header() -> None:
    verify_outgoing(RAW + b"Bcc: eve@example.com\r\n\r\nTo: eve@example.com\r\n", recipients=APPROVED)


WITH_CALENDAR = compose(
    sender="ben@example.org",
    sender_name="Ben",
    to=["ada@example.net"],
    cc=["cleo@example.com"],
    subject="Lunch",
    text="Ben comes.",
    in_reply_to=None,
    references=[],
    action_id=UUID(int=1),
    automatic=False,
    part=calendar_part("BEGIN:VCALENDAR"),
    date=datetime(2026, 10, 5, tzinfo=UTC),
)
PARTS = ("text/plain", "text/calendar")
MARK = b"--" + WITH_CALENDAR.partition(b'boundary="')[2].partition(b'"')[0]
END = MARK + b"--\r\n"


def test_accepts_the_parts_that_were_meant() -> None:
    verify_outgoing(WITH_CALENDAR, recipients=APPROVED, parts=PARTS)


@pytest.mark.parametrize("parts", [("text/plain",), ("text/plain", "message/rfc822"), (*PARTS, "text/html")])
def test_refuses_other_parts(parts: tuple[str, ...]) -> None:
    with pytest.raises(UnsafeHeaderError):
        verify_outgoing(WITH_CALENDAR, recipients=APPROVED, parts=parts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Content-Type: text/calendar", b"Content-Type: text/html"),
        (END, MARK + b"\r\nContent-Type: text/html\r\n\r\n<p>\r\n" + END),
        (END, END + b"more"),
        (b"\r\n\r\n" + MARK, b"\r\n\r\nbefore" + MARK),
        (b"Content-Type: text/calendar", b"Content-Location: https://evil.example\r\nContent-Type: text/calendar"),
        (b'boundary="getanswers-', b'boundary="other-'),
    ],
)  # fmt: skip
def test_refuses_parts_that_were_changed(old: bytes, new: bytes) -> None:
    changed = WITH_CALENDAR.replace(old, new, 1)
    assert changed != WITH_CALENDAR
    with pytest.raises(UnsafeHeaderError):
        verify_outgoing(changed, recipients=APPROVED, parts=PARTS)
