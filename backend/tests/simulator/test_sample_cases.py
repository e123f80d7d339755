"""The sample mailbox holds the hard cases it promises; each is found in the bytes, not by a file's name."""

import email
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

import pytest

from app.simulator.sample_mail import USER_ADDRESS, USER_ALIASES, Attack, Expected, expected_outcomes, sample_messages
from app.triage.verdict import Category


@dataclass(frozen=True, slots=True)
class Sample:
    """One file: its bytes with LF ends, what the parser makes of them, its row."""

    raw: bytes
    message: Message
    expected: Expected

    @property
    def head(self) -> bytes:
        return self.raw.partition(b"\n\n")[0]

    def has(self, pattern: bytes) -> bool:
        return re.search(pattern, self.raw, re.IGNORECASE | re.MULTILINE) is not None

    def head_has(self, pattern: bytes) -> bool:
        return re.search(pattern, self.head, re.IGNORECASE | re.MULTILINE) is not None


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    outcomes = expected_outcomes()
    return [_read(path, outcomes[path.name]) for path in sample_messages()]


def _read(path: Path, expected: Expected) -> Sample:
    raw = path.read_bytes().replace(b"\r\n", b"\n")
    return Sample(raw, email.message_from_bytes(raw), expected)


def _phishing(sample: Sample) -> bool:
    return sample.expected.attack is Attack.PHISHING


def _injection(sample: Sample) -> bool:
    return sample.expected.attack is Attack.INJECTION


def _html(sample: Sample) -> str:
    parts = [part for part in sample.message.walk() if part.get_content_type() == "text/html"]
    return "".join(_payload(part).decode("utf-8", "replace") for part in parts)


def _text(sample: Sample) -> str:
    parts = [part for part in sample.message.walk() if part.get_content_maintype() == "text"]
    return "".join(_payload(part).decode("utf-8", "replace") for part in parts)


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _charset(name: str) -> Callable[[Sample], bool]:
    return lambda sample: any(part.get_content_charset() == name for part in sample.message.walk())


def _not_in_its_charset(sample: Sample) -> bool:
    for part in sample.message.walk():
        charset = part.get_content_charset()
        if charset not in {"utf-8", "us-ascii"}:
            continue
        try:
            _payload(part).decode(charset)
        except UnicodeDecodeError:
            return True
    return False


def _type(name: str) -> Callable[[Sample], bool]:
    return lambda sample: any(part.get_content_type() == name for part in sample.message.walk())


def _calendar(*patterns: bytes) -> Callable[[Sample], bool]:
    def matches(sample: Sample) -> bool:
        parts = [part for part in sample.message.walk() if part.get_content_type() == "text/calendar"]
        return any(all(re.search(pattern, _payload(part)) for pattern in patterns) for part in parts)

    return matches


def _all_checks_pass(sample: Sample) -> bool:
    return all(sample.head_has(rb"\b%s=pass" % check) for check in (b"dkim", b"spf", b"dmarc"))


def _depth(message: Message) -> int:
    children = cast("list[Message]", message.get_payload()) if message.is_multipart() else []
    return 1 + max((_depth(child) for child in children), default=0)


def _date_is_unreadable(sample: Sample) -> bool:
    try:
        parsedate_to_datetime(str(sample.message["Date"]))
    except ValueError:
        return sample.message["Date"] is not None
    return False


def _addresses(sample: Sample, header: str) -> set[str]:
    return set(re.findall(r"[\w.+-]+@[\w.-]+", str(sample.message.get(header) or "")))


def _not_to_her(sample: Sample) -> bool:
    return not any(address in str(sample.message["To"]) for address in (USER_ADDRESS, *USER_ALIASES))


SPECIAL_CASES: dict[str, tuple[int, Callable[[Sample], bool]]] = {
    # characters
    "Japanese, ISO-2022-JP": (1, lambda s: _charset("iso-2022-jp")(s) and s.has(rb"\x1b\$B")),
    "Russian, KOI8-R": (1, _charset("koi8-r")),
    "Chinese, GB18030": (1, _charset("gb18030")),
    "Greek, ISO-8859-7": (1, _charset("iso-8859-7")),
    "Arabic with direction marks": (
        1,
        lambda s: "\u200f" in _text(s) and re.search(r"[\u0600-\u06ff]", _text(s)) is not None,
    ),
    "Latin-1": (5, _charset("iso-8859-1")),
    "windows-1252, quoted-printable": (2, lambda s: _charset("windows-1252")(s) and s.has(rb"quoted-printable")),
    "UTF-8 as base64": (
        2,
        lambda s: s.has(rb"^Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: base64"),
    ),
    "unknown charset": (1, _charset("x-nordic-dos")),
    "bytes that are not in the declared charset": (2, _not_in_its_charset),
    "raw 8 bit header": (
        1,
        lambda s: bool(s.expected.category is Category.PERSONAL and re.search(rb"[\x80-\xff]", s.head)),
    ),
    # structure
    "HTML only": (5, lambda s: s.message.get_content_type() == "text/html"),
    "alternative": (20, _type("multipart/alternative")),
    "related inside alternative inside mixed": (1, lambda s: _type("multipart/related")(s) and _depth(s.message) >= 4),
    "attached message": (1, _type("message/rfc822")),
    "PDF": (15, _type("application/pdf")),
    "picture": (4, _type("image/png")),
    "word processor file": (2, _type("application/vnd.openxmlformats-officedocument.wordprocessingml.document")),
    "very deep nesting": (1, lambda s: _depth(s.message) > 100),
    "multipart without boundary": (
        1,
        lambda s: s.message.get_content_maintype() == "multipart" and s.message.get_boundary() is None,
    ),
    "multipart that never ends": (1, lambda s: s.has(rb'boundary="zz"') and b"--zz--" not in s.raw),
    "base64 cut off": (
        1,
        lambda s: any(
            part.defects for part in s.message.walk() if _payload(part) and part.get_content_type() == "image/png"
        ),
    ),
    "nothing a parser can use": (1, lambda s: not s.message.keys() and b"\0" in s.raw),
    # headers
    "no Date": (1, lambda s: s.message["From"] is not None and s.message["Date"] is None),
    "unreadable Date": (1, _date_is_unreadable),
    "no Message-ID": (2, lambda s: s.message["From"] is not None and s.message["Message-ID"] is None),
    "no From": (1, lambda s: s.message["Subject"] is not None and s.message["From"] is None),
    "two Subjects": (1, lambda s: len(s.message.get_all("Subject") or []) == 2),
    "newline inside an encoded word": (2, lambda s: s.head_has(rb"^Subject: =\?utf-8\?Q\?[^?]*=0A")),
    "a header line folded into a blank one": (1, lambda s: s.head_has(rb"\n \n[ \t]")),
    "very long References": (1, lambda s: len(str(s.message["References"])) > 10_000),
    "reached her by Bcc or a group": (8, _not_to_her),
    "to herself": (1, lambda s: _addresses(s, "From") | _addresses(s, "To") <= {USER_ADDRESS, *USER_ALIASES}),
    # conversation
    "Gmail quotation": (5, lambda s: re.search(r"^On \w{3}, .* wrote:$", _text(s), re.MULTILINE) is not None),
    "Outlook quotation": (5, lambda s: "________________________________" in _text(s)),
    "plain quotation": (
        5,
        lambda s: re.search(r"^[\w. ]+ (wrote|skrev|schrieb):\n> ", _text(s), re.MULTILINE) is not None,
    ),
    "Swedish quotation": (
        4,
        lambda s: re.search(r"^Den \w+ \d+ \w+\. 2026 kl .* skrev ", _text(s), re.MULTILINE) is not None,
    ),
    "German quotation": (2, lambda s: re.search(r"^(Am .* schrieb |Von: )", _text(s), re.MULTILINE) is not None),
    # machines
    "List-Unsubscribe": (10, lambda s: s.message["List-Unsubscribe"] is not None),
    "Precedence: bulk": (8, lambda s: str(s.message["Precedence"]) == "bulk"),
    "discussion list": (8, lambda s: s.message["List-Post"] is not None),
    "list mail that asks her": (2, lambda s: s.message["List-Post"] is not None and s.expected.needs_reply),
    "Auto-Submitted: auto-replied": (4, lambda s: str(s.message["Auto-Submitted"]) == "auto-replied"),
    "automatic reply without a header that says so": (
        1,
        lambda s: s.expected.category is Category.AUTO_REPLY and s.message["Auto-Submitted"] is None,
    ),
    "delivery status report": (3, lambda s: _type("multipart/report")(s) and _type("message/delivery-status")(s)),
    "minimal bounce": (1, lambda s: s.expected.category is Category.BOUNCE and not s.message.is_multipart()),
    "empty return path": (6, lambda s: s.head_has(rb"^Return-Path: <>")),
    # calendar
    "invitation with time zone": (2, _calendar(rb"METHOD:REQUEST", rb"DTSTART;TZID=Europe/Stockholm:")),
    "invitation in UTC": (1, _calendar(rb"METHOD:REQUEST", rb"DTSTART:\d+T\d+Z")),
    "invitation in floating time": (1, _calendar(rb"METHOD:REQUEST", rb"DTSTART:\d+T\d+\r?\n")),
    "invitation changed": (1, _calendar(rb"METHOD:REQUEST", rb"SEQUENCE:[1-9]")),
    "invitation cancelled": (1, _calendar(rb"METHOD:CANCEL")),
    "scheduling without a calendar part": (
        1,
        lambda s: s.expected.category is Category.MEETING and not _type("text/calendar")(s),
    ),
    # attacks
    "look-alike domain with a digit": (2, lambda s: _phishing(s) and s.head_has(rb"^From: .*@(examp1e|cumu1et)\.")),
    "look-alike domain in another script": (1, lambda s: _phishing(s) and s.head_has(rb"^From: .*@xn--")),
    "Reply-To elsewhere": (3, lambda s: _phishing(s) and s.message["Reply-To"] is not None),
    "phishing that passes every check": (4, lambda s: _phishing(s) and _all_checks_pass(s)),
    "phishing that fails DMARC": (3, lambda s: _phishing(s) and s.head_has(rb"dmarc=fail")),
    "authentication results forged by the sender": (
        1,
        lambda s: len(s.message.get_all("Authentication-Results") or []) == 2,
    ),
    "honest mail that fails DMARC": (
        3,
        lambda s: not _phishing(s) and not _injection(s) and s.head_has(rb"dmarc=fail"),
    ),
    "order in the open": (
        3,
        lambda s: _injection(s) and s.message.get_content_type() == "text/plain" and "assist" in _text(s).lower(),
    ),
    "order in a hidden node": (1, lambda s: _injection(s) and "display:none" in _html(s)),
    "order in white on white": (1, lambda s: _injection(s) and "color:#ffffff" in _html(s)),
    "order in a comment": (1, lambda s: _injection(s) and "<!--" in _html(s)),
    "order in the subject": (1, lambda s: _injection(s) and s.head_has(rb"^Subject: IGNORE")),
    "order in a quotation": (
        1,
        lambda s: _injection(s) and re.search(r"^> .*assistant", _text(s), re.MULTILINE) is not None,
    ),
    "order in an attachment's name": (1, lambda s: _injection(s) and s.has(rb'filename="[^"]*assistant')),
    "order in an invitation": (1, lambda s: _injection(s) and _calendar(rb"DESCRIPTION:.*AI agent")(s)),
    "order in French": (1, lambda s: _injection(s) and "assistant automatique" in _text(s)),
    "order in invisible characters": (
        1,
        lambda s: _injection(s) and re.search("[\U000e0020-\U000e007e]{9}", _text(s)) is not None,
    ),
    "order in the HTML part only": (
        1,
        lambda s: _injection(s) and _type("multipart/alternative")(s) and "assistant" in _html(s),
    ),
    "a header smuggled in an encoded word": (1, lambda s: _injection(s) and s.head_has(rb"=0D=0ABcc:")),
    "honest newsletter with a hidden node": (
        1,
        lambda s: not _phishing(s) and not _injection(s) and "display:none" in _html(s),
    ),
    "honest mail about such orders": (
        2,
        lambda s: (
            s.expected.attack is Attack.NONE
            and re.search(r"(ignore all|disregard your) (previous )?instructions", _text(s).replace("\n", " "))
            is not None
        ),
    ),
}


@pytest.mark.parametrize("case", SPECIAL_CASES)
def test_the_special_case_occurs(case: str, samples: list[Sample]) -> None:
    at_least, matches = SPECIAL_CASES[case]
    assert sum(matches(sample) for sample in samples) >= at_least
