"""Whom a pattern is about, and what is shown of a header that anybody can write."""

import pytest

from app.db.models import Message
from app.triage.patterns.senders import Sender, sender_of


def message(address: str, list_id: str | None = None) -> Message:
    return Message(sender_address=address, headers={} if list_id is None else {"list-id": [list_id]})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (message("news@letters.example"), Sender("news@letters.example")),
        (message("ed@letters.example", "<week.letters.example>"), Sender("letters.example", "<week.letters.example>")),
        (message("bo@gmail.com", "<birds.lists.example>"), Sender("bo@gmail.com", "<birds.lists.example>")),
        (message("news@letters.example", ""), Sender("news@letters.example")),
        (message("", "<week.letters.example>"), None),
        (message("not an address"), None),
    ],
)
def test_a_sender_is_an_address_or_a_list_with_its_domain(given: Message, expected: Sender | None) -> None:
    assert sender_of(given) == expected


@pytest.mark.parametrize(
    ("list_id", "shown"),
    [
        ("<week.letters.example>", "the list week.letters.example from letters.example"),
        ("The week <week.letters.example>", "the list week.letters.example from letters.example"),
        ("week.letters.example", "the list week.letters.example from letters.example"),
        ("<Your bank asks you to approve this>", "a list from letters.example"),
        ("<script>alert(1)</script>", "a list from letters.example"),
        ("<https://evil.example/login>", "a list from letters.example"),
        ("<" + "x" * 500, "a list from letters.example"),
    ],
)
def test_no_words_of_a_stranger_stand_in_our_reason(list_id: str, shown: str) -> None:
    assert Sender("letters.example", list_id).name == shown
