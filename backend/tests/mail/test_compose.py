from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from uuid import UUID

import pytest

from app.mail.compose import (
    UnsafeHeaderError,
    calendar_part,
    compose,
    compose_reply,
    forward_subject,
    message_part,
    reply_subject,
    without_bcc,
)

ACTION = UUID("00000000-0000-4000-8000-000000000001")
DATE = datetime(2026, 10, 5, 12, 0, tzinfo=timezone(timedelta(hours=2)))


def reply(**over: Any) -> bytes:
    usual: dict[str, Any] = {
        "sender": "ben@example.org",
        "sender_name": "Ben Okafor",
        "to": ["ada@example.net"],
        "cc": [],
        "subject": "Lunch",
        "body": "Yes, gladly.",
        "in_reply_to": "<m1@example.net>",
        "references": ["<m0@example.org>"],
        "action_id": ACTION,
        "automatic": False,
        "date": DATE,
    }
    fields: dict[str, Any] = usual | over
    return compose_reply(**fields)


def composed(**over: Any) -> EmailMessage:
    return message_from_bytes(reply(**over), EmailMessage, policy=SMTP)


def addresses(mail: EmailMessage, name: str) -> Sequence[str]:
    return [address.addr_spec for header in mail.get_all(name, []) for address in header.addresses]


def text_of(mail: EmailMessage) -> str:
    return mail.get_content().replace("\r\n", "\n")


def test_writes_exactly_these_bytes() -> None:
    raw = reply(body="Ja, på fredag!\n\nBen\n", cc=["cleo@example.com"], automatic=True)
    assert raw == (
        b"From: Ben Okafor <ben@example.org>\r\n"
        b"To: ada@example.net\r\n"
        b"Cc: cleo@example.com\r\n"
        b"Subject: Re: Lunch\r\n"
        b"In-Reply-To: <m1@example.net>\r\n"
        b"References: <m0@example.org>\r\n"
        b" <m1@example.net>\r\n"
        b"Date: Mon, 05 Oct 2026 10:00:00 +0000\r\n"
        b"Message-ID: <00000000-0000-4000-8000-000000000001@example.org>\r\n"
        b"X-GetAnswers-Action: 00000000-0000-4000-8000-000000000001\r\n"
        b"Auto-Submitted: auto-replied\r\n"
        b"X-Auto-Response-Suppress: All\r\n"
        b"MIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"\r\n"
        b"Ja, p=C3=A5 fredag!\r\n\r\nBen\r\n"
    )


def test_only_what_nobody_approved_says_that_it_is_automatic() -> None:
    mail = composed(automatic=False)
    assert "Auto-Submitted" not in mail
    assert "X-Auto-Response-Suppress" not in mail


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Lunch", "Re: Lunch"),
        ("Re: Lunch", "Re: Lunch"),
        ("SV: Re: AW: Antw: RE[2]: re : Lunch", "Re: Lunch"),
        ("Rép: 回复：Lunch", "Re: Lunch"),
        ("Fwd: Re: Lunch", "Re: Fwd: Re: Lunch"),
        ("Reception at noon", "Re: Reception at noon"),
        ("Ref: 4711", "Re: Ref: 4711"),
        ("Möte på fredag 🎉", "Re: Möte på fredag 🎉"),
        ("=?utf-8?q?M=C3=B6te?=", "Re: Möte"),
        ("=?utf-8?q?Hi=0D=0ABcc:_eve=40example.com?=", "Re: Hi Bcc: eve@example.com"),
        ("Hi =?utf-8?q?=3D=3Futf-8=3Fq=3FHi=3D0ABcc=3A_eve=40example.com=3F=3D?=", "Re: Hi"),
        ("Hi\r\nBcc: eve@example.com", "Re: Hi Bcc: eve@example.com"),
        ("=??= ==???=", "Re:"),
        ("", "Re:"),
        ("x" * 900, "Re: " + "x" * 500),
    ],
)
def test_subject(subject: str, expected: str) -> None:
    assert reply_subject(subject) == expected
    mail = composed(subject=subject)
    assert mail["Subject"].replace(" ", "") == expected.replace(" ", "")
    assert mail.get_all("Bcc") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ben Okafor", "Ben Okafor"),
        ("Okafor, Ben (Estates)", "Okafor, Ben (Estates)"),
        ('Ben "the man" \\ Okafor', "Ben 'the man' Okafor"),
        ("Bén Ökafor", "Bén Ökafor"),
        ("", ""),
        ("ben@example.org", "ben@example.org"),
        ("Ben\r\nBcc: eve@example.com", "Ben Bcc: eve@example.com"),
        ("<eve@example.com>,", "<eve@example.com>,"),
        ("=?utf-8?q?Ben=0ABcc:_eve?=", "Ben Bcc: eve"),
    ],
)
def test_sender_name(name: str, expected: str) -> None:
    mail = composed(sender_name=name)
    assert [address.addr_spec for address in mail["From"].addresses] == ["ben@example.org"]
    assert " ".join(mail["From"].addresses[0].display_name.split()) == expected


def test_recipients_are_written_once_and_in_ascii() -> None:
    mail = composed(
        to=["Ada@Example.net", "ada@example.net", "x@räksmörgås.se"], cc=["ada@example.net", "cleo@example.com"]
    )
    assert addresses(mail, "To") == ["ada@example.net", "x@xn--rksmrgs-5wao1o.se"]
    assert addresses(mail, "Cc") == ["cleo@example.com"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@example.net, eve@example.com",
        "ada@example.net\r\nBcc: eve@example.com",
        "Ada <ada@example.net>",
        "=?utf-8?q?a?=@example.net",
        '"ada novak"@example.net',
        "åsa@example.net",
        "ada@exam ple.net",
        "ada@example..net",
        "a" * 300 + "@example.net",
        "group:ada@example.net;",
        "ada@example.net(x)",
    ],
)
@pytest.mark.parametrize("field", ["to", "cc", "sender"])
def test_an_address_that_cannot_be_written_safely_is_refused(field: str, address: str) -> None:
    with pytest.raises(UnsafeHeaderError):
        composed(**{field: address if field == "sender" else [address]})


def test_a_message_to_nobody_is_refused() -> None:
    with pytest.raises(UnsafeHeaderError):
        composed(to=[])


@pytest.mark.parametrize(
    ("in_reply_to", "references", "written"),
    [
        (None, [], []),
        (None, ["<a@b>"], ["<a@b>"]),
        ("<m@x>", ["<m@x>", "<a@b>", "<a@b>"], ["<a@b>", "<m@x>"]),
        (
            "not an id",
            ["<a b>", "<a@b>\r\nBcc: eve@example.com", "<=?utf-8?q?x?=@b>", "<é@b>", "<" + "x" * 999 + ">"],
            [],
        ),
        (
            "<z@x>",
            [f"<{number}@x>" for number in range(400)],
            ["<0@x>", *(f"<{n}@x>" for n in range(382, 400)), "<z@x>"],
        ),
    ],
)
def test_thread_headers(in_reply_to: str | None, references: list[str], written: list[str]) -> None:
    mail = composed(in_reply_to=in_reply_to, references=references)
    assert (mail["References"] or "").split() == written
    assert mail["In-Reply-To"] == (in_reply_to if in_reply_to and in_reply_to.startswith("<") else None)


def test_long_ids_stay_whole() -> None:
    long = [f"<{letter * 200}@example.net>" for letter in "abc"]
    assert str(composed(references=long, in_reply_to=None)["References"]).split() == long


@pytest.mark.parametrize(
    "body",
    [
        "Hej!\n.\nFrom here on\n" + "long " * 400,
        "Bcc: eve@example.com\r\n\r\nå = ä\t \n",
        "\n\nX",
        "🎉" * 500,
        "tail \n\rend",
    ],
)
def test_the_body_arrives_as_it_was_written(body: str) -> None:
    mail = composed(body=body)
    assert text_of(mail).rstrip() == body.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def test_a_body_with_what_cannot_be_sent_is_sent_without_it() -> None:
    assert text_of(composed(body="a\x00b\ud800c")) == "a\ufffdb\ufffdc\n"


def test_quotes_the_answered_message() -> None:
    quoted = "On Mon, 5 Oct 2026 at 08:00, Ada Novak <ada@example.net> wrote:\n> Lunch?\n>> at noon\n"
    assert text_of(composed(signature="Ben Okafor\nEstates", quoted=quoted)) == (
        "Yes, gladly.\n\n-- \nBen Okafor\nEstates\n\n"
        "On Mon, 5 Oct 2026 at 08:00, Ada Novak <ada@example.net> wrote:\n> Lunch?\n>> at noon\n"
    )


def letter(**over: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "sender": "ben@example.org",
        "sender_name": "Ben Okafor",
        "to": ["ada@example.net"],
        "cc": [],
        "subject": "Fwd: Lunch",
        "text": "See below.",
        "in_reply_to": "<m1@example.net>",
        "references": [],
        "action_id": ACTION,
        "automatic": False,
        "date": DATE,
    }
    return usual | over


def test_an_answer_for_a_calendar_goes_beside_its_text() -> None:
    ical = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nSUMMARY:Möte\r\nEND:VCALENDAR\r\n"
    mail = message_from_bytes(compose(**letter(part=calendar_part(ical))), EmailMessage, policy=SMTP)
    text, calendar = mail.iter_parts()
    assert mail.get_content_type() == "multipart/alternative"
    assert text.get_content().strip() == "See below."
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "REPLY"
    assert calendar.get_content() == ical


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_a_whole_mail_goes_along_as_it_is(ends: bytes) -> None:
    original = ends.join(
        [b"From: ada@example.net", b"Subject: Lunch", b"", b"Kaf\xc3\xa9 at noon?", b"--getanswers-", b""]
    )
    mail = message_from_bytes(compose(**letter(part=message_part(original))), EmailMessage, policy=SMTP)
    text, attached = mail.iter_parts()
    assert text.get_content().strip() == "See below."
    assert attached.get_content_type() == "message/rfc822"
    assert attached.get_content_disposition() == "attachment"
    [inner] = attached.iter_parts()
    assert inner["Subject"] == "Lunch"
    assert addresses(mail, "To") == ["ada@example.net"]
    assert original.replace(b"\r\n", b"\n").rstrip() in compose(**letter(part=message_part(original))).replace(
        b"\r\n", b"\n"
    )


@pytest.mark.parametrize("body", [b"a\0b", b"x" * 999])
def test_a_mail_that_no_server_carries_is_not_attached(body: bytes) -> None:
    with pytest.raises(UnsafeHeaderError):
        message_part(b"Subject: Lunch\r\n\r\n" + body)


@pytest.mark.parametrize("line", [b"Bcc: eve@example.com\r\n", b"BCC : eve@example.com,\r\n\tmal@example.com\r\n"])
def test_whom_the_user_wrote_to_in_secret_stays_behind(line: bytes) -> None:
    raw = b"From: ben@example.org\r\n" + line + b"Subject: Lunch\r\n\r\nBcc: is a word in the body\r\n"
    assert without_bcc(raw) == b"From: ben@example.org\r\nSubject: Lunch\r\n\r\nBcc: is a word in the body\r\n"


@pytest.mark.parametrize(
    ("subject", "expected"), [("Lunch", "Fwd: Lunch"), ("Fwd: FW: Lunch", "Fwd: Lunch"), ("", "Fwd:")]
)
def test_subject_of_what_is_passed_on(subject: str, expected: str) -> None:
    assert forward_subject(subject) == expected


def test_the_same_reply_gives_the_same_bytes() -> None:
    assert reply() == reply()
