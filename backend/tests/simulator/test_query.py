from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.simulator.model import StoredMessage
from app.simulator.query import label_names, parse_query
from tests.simulator.mails import MIXED_MAIL, a_mail

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
LABELS = label_names({"Label_1": "My Clients/New", "INBOX": "INBOX"})


def at(day: int, raw: bytes, *labels: str) -> StoredMessage:
    moment = datetime(2026, 11, day, 12, tzinfo=UTC)
    return StoredMessage("1", "1", raw, int(moment.timestamp() * 1000), set(labels), 1)


LUNCH = at(2, a_mail("Lunch on Friday", message_id="<lunch@example.com>"), "INBOX", "UNREAD")
REPORT = at(9, MIXED_MAIL, "Label_1", "STARRED", "CATEGORY_UPDATES")


@pytest.mark.parametrize(
    ("query", "finds_lunch", "finds_report"),
    [
        ("", True, True),
        ("after:2026/11/03", False, True),
        ("after:2026-11-2 before:2026/11/9", True, False),
        (f"after:{int(datetime(2026, 11, 9, tzinfo=UTC).timestamp())}", False, True),
        (f"before:{int(datetime(2026, 11, 9, tzinfo=UTC).timestamp())}", True, False),
        ("newer_than:2d", False, True),
        ("older_than:48h", True, False),
        ("in:inbox", True, False),
        ("in:anywhere", True, True),
        ("-in:inbox", False, True),
        ("label:my-clients-new", False, True),
        ('label:"my clients/new"', False, True),
        ("label:none", False, False),
        ("is:unread", True, False),
        ("is:read", False, True),
        ("is:starred", False, True),
        ("category:updates", False, True),
        ("has:attachment", False, True),
        ("from:bob@example.com", True, True),
        ("from:(carol OR bob)", True, True),
        ("from:carol", False, False),
        ("to:alice subject:friday", True, False),
        ("subject:(lunch)", True, False),
        ('subject:"lunch on"', True, False),
        ("subject:grüße", False, True),
        ("rfc822msgid:lunch@example.com", True, False),
        ("rfc822msgid:<lunch@example.com>", True, False),
        ("shall", True, False),
        ('"have lunch"', True, False),
        ("lunch OR viele", True, True),
        ("lunch viele", False, False),
        ("(lunch OR dinner) -is:read", True, False),
        ("after:never", False, False),
        ("newer_than:9999999999d", False, False),
    ],
)
def test_what_a_search_finds(query: str, finds_lunch: bool, finds_report: bool) -> None:  # noqa: FBT001 - a table
    parsed = parse_query(query, now=NOW, label_ids=LABELS)
    assert (parsed.matches(LUNCH), parsed.matches(REPORT)) == (finds_lunch, finds_report)


@given(st.text(max_size=60))
def test_no_search_text_fails(text: str) -> None:
    parse_query(text, now=NOW, label_ids=LABELS).matches(REPORT)
