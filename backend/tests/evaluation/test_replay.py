"""A labelled message goes the way of real mail: the same parser, the same snapshot."""

import pytest

from app.evaluation.records import Record, raw_mail
from app.evaluation.replay import UnreadableMailError, boldest_situation, replay

FIELDS = {
    "id": "x",
    "me": ["Ana@example.org", "a@example.org"],
    "timezone": "Europe/Oslo",
    "from": "Ivo Ström <ivo@example.com>",
    "to": "ana@example.org",
    "subject": "Möte",
    "date": "Tue, 03 Mar 2026 16:42:00 +0100",
    "headers": {"List-Id": "<a.example>", "Received": ["one", "two"]},
    "text": "När?\n\n> gammalt",
    "html": "<p>När?</p>",
    "calendar": "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
    "attachments": [{"name": "ritning.pdf", "type": "application/pdf"}],
    "earlier": {
        "written_to": ["ivo@example.com"],
        "thread": [
            {"from": "a@example.org", "to": "Ivo <ivo@example.com>", "date": "Mon, 02 Mar 2026 10:00:00 +0100"},
            {"from": "Ivo <ivo@example.com>", "to": "a@example.org", "date": "Mon, 02 Mar 2026 11:00:00 +0100"},
        ],
    },
}


def test_fields_become_the_snapshot_of_a_real_mail() -> None:
    snapshot = replay(Record.model_validate(FIELDS)).snapshot
    message = snapshot.message
    assert (message.sender_name, message.sender_address) == ("Ivo Ström", "ivo@example.com")
    assert (message.subject, message.text, message.quoted_text) == ("Möte", "När?", "> gammalt")
    assert message.sent_at is not None
    assert message.sent_at.isoformat() == "2026-03-03T15:42:00+00:00"
    assert message.headers["list-id"] == ["<a.example>"]
    assert message.calendar is not None
    assert [one.filename for one in message.attachments] == ["ritning.pdf"]
    assert snapshot.reader.addresses == {"ana@example.org", "a@example.org"}
    assert [one.mine for one in snapshot.earlier] == [True, False]
    assert (snapshot.contact.written, snapshot.contact.received, snapshot.contact.written_to_domain) == (2, 1, 2)
    assert snapshot.known_domains == {"example.org", "example.com"}


def test_a_raw_message_is_taken_as_it_is() -> None:
    raw = "From: x@example.com\nSubject: =?utf-8?B?TcO2dGU=?=\n\nHej\n"
    record = Record.model_validate({"id": "y", "me": ["ana@example.org"], "raw": raw})
    assert raw_mail(record) == raw.encode()
    assert replay(record).snapshot.message.subject == "Möte"


def test_what_would_be_put_aside_is_told() -> None:
    record = Record.model_validate({"id": "z", "me": ["ana@example.org"], "raw": ""})
    with pytest.raises(UnreadableMailError):
        replay(record)


def test_boldest_situation_has_everything_switched_on() -> None:
    record = Record.model_validate(FIELDS)
    situation = boldest_situation(replay(record), record.me[0])
    assert situation.user.autonomy == "high"
    assert not situation.effects_paused
    assert situation.live_kinds == set(situation.records)
    assert situation.written_to == {"ivo@example.com"}
