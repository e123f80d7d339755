"""A small mailbox with one mail of every kind that must not be lost."""

from pathlib import Path

ANA = "ana@example.org"

QUESTION = "<question@example.com>"
NEWSLETTER = "<newsletter@example.net>"
SENT = "<sent@example.org>"
PHISHING = "<phishing@attack.example>"
RECEIPT = "<receipt@shop.example>"
ATTACHMENT = "<attachment@example.com>"
MESSAGE_IDS = {
    *(QUESTION, NEWSLETTER, SENT, PHISHING, RECEIPT, ATTACHMENT),
    *("<thanks@example.com>", "<swedish@example.com>", "<invitation@example.com>", "<report@example.net>"),
}
RUBBISH = 2
"""Mails without any Message-ID, and hardly any mail at all."""
COUNT = len(MESSAGE_IDS) + RUBBISH


def _mail(
    message_id: str, sender: str, subject: str, body: str, *more: str, day: int, to: str = ANA, delivered: bool = True
) -> bytes:
    lines = [
        *([f"Delivered-To: {ANA}"] if delivered else []),
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: {message_id}",
        f"Date: Mon, {day:02} Nov 2026 09:{day:02}:00 +0000",
        *more,
    ]
    return ("\n".join(lines) + f"\n\n{body}\n").encode()


_MIXED = ("MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b1"')
_WITH_FILE = """--b1
Content-Type: text/plain; charset=utf-8

The plan of the house is attached.
--b1
Content-Type: application/pdf; name="plan.pdf"
Content-Disposition: attachment; filename="plan.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQKJeLjz9MK
--b1--"""
_CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:meeting-1@example.com
DTSTART:20961130T090000Z
DTEND:20961130T100000Z
SUMMARY:Budget
ORGANIZER:mailto:bob@example.com
ATTENDEE;RSVP=TRUE:mailto:ana@example.org
END:VEVENT
END:VCALENDAR"""

_BIRDS = """In this issue

- Ten birds that you should see this autumn
- What our readers saw in October: a photo story
- Why the swifts left early

Ten birds that you should see this autumn
By Mia Falk

The best weeks for waders begin now. We have walked the coast for you and tell where the tide brings the birds close to
the path. Read the whole article online.

You receive this newsletter because you subscribed at birds.example.net. Unsubscribe at any time.
(c) Weekly Birds"""

MAILS = (
    _mail(
        QUESTION,
        "Bob <bob@example.com>",
        "The figures",
        "Hello Ana,\n\ncould you send me the figures for October by 27 November 2026?\n\nBob",
        day=9,
    ),
    _mail(
        NEWSLETTER,
        "Weekly Birds <news@birds.example.net>",
        "Birds of the week: our newsletter",
        _BIRDS,
        "List-Unsubscribe: <https://birds.example.net/leave>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "List-Id: <weekly.birds.example.net>",
        "Precedence: bulk",
        day=10,
    ),
    _mail(SENT, f"Ana <{ANA}>", "Re: Lunch", "Yes, at noon.", day=11, to="carl@example.com", delivered=False),
    _mail(ATTACHMENT, "Carl <carl@example.com>", "The plan", _WITH_FILE, *_MIXED, day=12),
    b"\xff\xfe\x00\x01 this is : no mail \x80\x81\n\x00\x00\n",
    _mail(
        PHISHING,
        '"Your Bank" <security@attack.example>',
        "Your account will be closed",
        "Your account is suspended. Confirm your password within 24 hours at http://192.0.2.7/login or lose access.",
        "Reply-To: collect@other.example",
        "Authentication-Results: mx.example.org; spf=fail; dkim=fail; dmarc=fail",
        day=13,
    ),
    _mail(
        RECEIPT, "Shop <no-reply@shop.example>", "Your receipt 4711", "Thank you. You paid EUR 12.50 by card.", day=14
    ),
    _mail("<thanks@example.com>", "Carl <carl@example.com>", "Thanks", "Thank you, that was all.", day=15),
    _mail(
        "<swedish@example.com>",
        "=?utf-8?Q?=C3=85sa?= <asa@example.com>",
        "=?utf-8?Q?M=C3=B6te?=",
        "Hej Ana, kan du komma på tisdag?",
        "Content-Type: text/plain; charset=utf-8",
        day=16,
    ),
    _mail(
        "<invitation@example.com>",
        "Bob <bob@example.com>",
        "Invitation: Budget",
        _CALENDAR,
        "Content-Type: text/calendar; method=REQUEST; charset=utf-8",
        day=17,
    ),
    _mail(
        "<report@example.net>",
        "Builds <no-reply@builds.example.net>",
        "Build 12 failed",
        "The build failed in step 3.",
        "Auto-Submitted: auto-generated",
        day=18,
    ),
    b"Content-Type: multipart/mixed; boundary=\n\n--\n--=_\n\x00\xc3\x28\n",
)


def newsletter(number: int) -> bytes:
    """One more of those that are archived unasked, so that a run takes long enough to be disturbed."""
    return MAILS[1].replace(NEWSLETTER.encode(), f"<newsletter-{number}@example.net>".encode())


def write_mbox(path: Path, *, newsletters: int = 0) -> Path:
    """An mbox file of all of them, written by hand: the rubbish is none that a library would write."""
    mails = (*MAILS, *(newsletter(number) for number in range(newsletters)))
    path.write_bytes(b"".join(b"From sender@example.org Mon Nov  9 09:00:00 2026\n" + mail + b"\n" for mail in mails))
    return path
