"""The sample mailbox: its table fits its files, and the hard cases it promises are in the bytes."""

import email
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.simulator.sample_mail import (
    USER_ADDRESS,
    USER_ALIASES,
    Attack,
    Direction,
    Expected,
    expected_outcomes,
    sample_messages,
)
from app.triage.verdict import Category, Urgency

HOME = ZoneInfo("Europe/Stockholm")
FIRST_DAY, LAST_DAY = date(2026, 10, 20), date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Sample:
    """One file: its bytes with LF ends, what the parser makes of them, its row."""

    name: str
    raw: bytes
    message: Message
    expected: Expected

    def day(self) -> date | None:
        """The day of the Date header where Ana lives, or of the last trace line when there is none to read."""
        for text in (self.message.get("Date"), (self.message.get("Received") or "").rpartition(";")[2]):
            moment = _moment(str(text or "").strip())
            if moment is not None:
                return moment.astimezone(HOME).date()
        return None


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _read(path: Path, expected: Expected) -> Sample:
    raw = path.read_bytes()
    return Sample(path.name, raw.replace(b"\r\n", b"\n"), email.message_from_bytes(raw), expected)


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    outcomes = expected_outcomes()
    return [_read(path, outcomes[path.name]) for path in sample_messages()]


@pytest.fixture(scope="module")
def incoming(samples: list[Sample]) -> list[Sample]:
    return [sample for sample in samples if sample.expected.direction is Direction.IN]


@pytest.fixture(scope="module")
def own(samples: list[Sample]) -> list[Sample]:
    return [sample for sample in samples if sample.expected.direction is Direction.OUT]


def test_the_table_and_the_files_name_the_same_messages() -> None:
    files = [path.name for path in sample_messages()]
    assert len(files) >= 150
    assert files == list(expected_outcomes())
    assert all(name.isascii() for name in files)


def test_files_are_in_the_order_of_time(samples: list[Sample]) -> None:
    days = [day for sample in samples if (day := sample.day()) is not None]
    assert all(earlier <= later for earlier, later in pairwise(days))
    assert days[0] == FIRST_DAY
    assert days[-1] == LAST_DAY


def test_every_category_occurs_among_incoming_mail(incoming: list[Sample]) -> None:
    counts = Counter(sample.expected.category for sample in incoming)
    assert set(counts) == set(Category)
    assert min(counts.values()) >= 4


def test_about_thirty_own_messages_ask_nothing_of_the_program(own: list[Sample]) -> None:
    assert len(own) >= 30
    for sample in own:
        assert any(address in str(sample.message["From"]) for address in (USER_ADDRESS, *USER_ALIASES)), sample.name
        assert not sample.expected.needs_reply, sample.name
        assert not sample.expected.archive_ok, sample.name


def test_message_ids_are_unique_where_present(samples: list[Sample]) -> None:
    ids = [found for sample in samples if (found := sample.message["Message-ID"])]
    assert len(ids) > 200
    assert len(set(ids)) == len(ids)


def test_answers_point_at_earlier_messages(samples: list[Sample]) -> None:
    seen: set[str] = set()
    answers = 0
    for sample in samples:
        parent = str(sample.message.get("In-Reply-To") or "")
        answers += parent in seen
        if parent in seen and sample.message["References"]:
            assert str(sample.message["References"]).split()[-1] == parent, sample.name
        seen.add(str(sample.message["Message-ID"]))
    assert answers >= 50


def test_several_threads_have_many_messages_of_several_people(samples: list[Sample]) -> None:
    roots: dict[str, list[str]] = {}
    for sample in samples:
        ids = f"{sample.message.get('References') or ''} {sample.message['Message-ID']}".split()
        roots.setdefault(ids[0], []).append(str(sample.message["From"]))
    long = [senders for senders in roots.values() if len(senders) >= 3 and len(set(senders)) >= 2]
    assert len(long) >= 10
    assert any(len(set(senders)) >= 3 for senders in long)


def test_no_deadline_lies_before_its_message(samples: list[Sample]) -> None:
    dated = [sample for sample in samples if sample.expected.deadline is not None]
    assert len(dated) >= 40
    for sample in dated:
        day, deadline = sample.day(), sample.expected.deadline
        assert day is not None, sample.name
        assert deadline is not None, sample.name
        assert day <= deadline, sample.name


def test_a_deadline_of_today_or_tomorrow_is_urgent_and_no_other_is(incoming: list[Sample]) -> None:
    for sample in incoming:
        day, deadline = sample.day(), sample.expected.deadline
        if day is not None and deadline is not None:
            assert ((deadline - day).days <= 1) == (sample.expected.urgency is Urgency.HIGH), sample.name


PROTECTED = {
    Category.SECURITY,
    Category.FINANCE,
    Category.INVOICE,
    Category.LEGAL,
    Category.MEETING,
    Category.BOUNCE,
    Category.SUSPICIOUS,
    Category.OTHER,
}


def test_what_must_not_be_archived_unasked_is_never_marked_harmless(incoming: list[Sample]) -> None:
    for sample in incoming:
        row = sample.expected
        if row.category in PROTECTED or row.needs_reply or row.deadline or row.attack is not Attack.NONE:
            assert not row.archive_ok, sample.name


def test_mail_of_a_correspondent_to_her_alone_is_never_marked_harmless(samples: list[Sample]) -> None:
    written_to: set[str] = set()
    for sample in samples:
        people = _addresses(sample, "To") | _addresses(sample, "Cc") | _addresses(sample, "Bcc")
        if sample.expected.direction is Direction.OUT:
            written_to |= people
        elif _addresses(sample, "From") & written_to and people <= {USER_ADDRESS, *USER_ALIASES}:
            assert not sample.expected.archive_ok, sample.name


def _addresses(sample: Sample, header: str) -> set[str]:
    return set(re.findall(r"[\w.+-]+@[\w.-]+", str(sample.message.get(header) or "")))


def test_attacks_are_suspicious_unless_an_honest_person_passes_one_on(incoming: list[Sample]) -> None:
    attacks = [sample for sample in incoming if sample.expected.attack is not Attack.NONE]
    passed_on = [sample for sample in attacks if sample.expected.category is not Category.SUSPICIOUS]
    assert len(passed_on) == 1
    assert b"Forwarded message" in passed_on[0].raw
    assert all(
        sample.expected.attack is not Attack.NONE
        for sample in incoming
        if sample.expected.category is Category.SUSPICIOUS
    )
    assert not any(sample.expected.needs_reply for sample in attacks if sample not in passed_on)


def test_most_incoming_mail_carries_the_receivers_authentication_results(incoming: list[Sample]) -> None:
    judged = [sample for sample in incoming if b"\nAuthentication-Results: mx.google.com;" in sample.raw]
    assert len(judged) / len(incoming) > 0.9


def test_line_ends_of_both_kinds_occur() -> None:
    raws = [path.read_bytes() for path in sample_messages()]
    crlf = sum(b"\r\n" in raw for raw in raws)
    assert crlf > 50
    assert len(raws) - crlf > 50


def test_no_two_messages_say_the_same(samples: list[Sample]) -> None:
    openings = Counter(_opening(sample.message) for sample in samples)
    assert [text for text, count in openings.items() if text and count > 1] == []


def _opening(message: Message) -> str:
    """The first words of the first part with text."""
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(payload, bytes):
            return " ".join(payload.decode("utf-8", "replace").split())[:120]
    return ""
