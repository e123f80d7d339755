"""Whom an answer goes to, what a payload can say, and what its hash binds."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from app.actions.kinds import (
    MAX_BODY,
    ArchivePayload,
    LabelPayload,
    MarkReadPayload,
    Recipients,
    ReplyPayload,
    hash_of,
    label_payload,
    payload_of,
    reply_payload,
    reply_recipients,
    to_stored,
)
from app.db.models import Message
from app.triage.verdict import Category

ANA = "ana@example.org"
MESSAGE = UUID("01900000-0000-7000-8000-000000000001")


def message(**over: Any) -> Message:
    values: dict[str, Any] = {
        "sender_address": "erik@example.com",
        "reply_to": [],
        "to": [ANA, "bo@example.net"],
        "cc": ["cia@example.net", ANA],
        "subject": "The offer",
    }
    return Message(**(values | over))


@pytest.mark.parametrize(
    ("over", "to"),
    [
        ({}, ("erik@example.com",)),
        ({"reply_to": ["desk@example.com"]}, ("desk@example.com",)),
        ({"reply_to": ["a@example.com", "A@example.com", "b@example.com"]}, ("a@example.com", "b@example.com")),
        ({"reply_to": [ANA]}, ("erik@example.com",)),
        ({"reply_to": ["not an address"]}, ("erik@example.com",)),
        ({"reply_to": ["x@example.com\r\nBcc: eve@evil.example"]}, ("erik@example.com",)),
        ({"reply_to": ["x@example.com,eve@evil.example"]}, ("erik@example.com",)),
        ({"sender_address": ANA}, ()),
        ({"sender_address": "ANA@Example.org"}, ()),
        ({"sender_address": ""}, ()),
    ],
    ids=str,
)
def test_recipients_come_from_the_mail_alone(over: dict[str, Any], to: tuple[str, ...]) -> None:
    assert reply_recipients(message(**over), [ANA]) == Recipients(to=to, cc=())


def test_everyone_means_who_was_addressed_and_never_oneself() -> None:
    everyone = reply_recipients(message(), ["Ana@example.org"], everyone=True)
    assert everyone == Recipients(to=("erik@example.com",), cc=("bo@example.net", "cia@example.net"))


@pytest.mark.parametrize("body", ["", "  \n", "x" * (MAX_BODY + 1)], ids=["empty", "blank", "endless"])
def test_what_cannot_be_sent_is_no_reply(body: str) -> None:
    assert reply_payload(message(), body, [ANA]) is None


def test_nobody_to_write_to_is_no_reply() -> None:
    assert reply_payload(message(sender_address=""), "Yes.", [ANA]) is None


def test_a_reply_can_be_stored_and_read_again() -> None:
    payload = reply_payload(message(subject="=?utf-8?q?The=0aoffer?="), "Yes.\x00", [ANA])
    assert payload is not None
    assert "\x00" not in payload.body
    assert "\n" not in payload.subject
    assert payload_of("reply", to_stored(payload)) == payload


@pytest.mark.parametrize("category", Category)
def test_every_category_has_its_label(category: Category) -> None:
    [label] = label_payload(category.value).add
    assert label.startswith("GetAnswers/")


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        ("label", {"add": ["TRASH"]}),
        ("label", {"add": ["Private"]}),
        ("label", {"add": ["GetAnswers/Done"], "remove": ["INBOX"]}),
        ("label", {"add": ["GetAnswers/Done/../../INBOX"]}),
        ("label", {"add": []}),
        ("archive", {"add": ["TRASH"]}),
        ("reply", {"subject": "Re: x", "body": "y", "to": ["a@example.com"], "bcc": ["eve@evil.example"]}),
        ("reply", {"subject": "Re: x", "body": "y", "to": []}),
        ("reply", {"subject": "Re: x", "body": " ", "to": ["a@example.com"]}),
        ("forward", {}),
    ],
)
def test_a_payload_cannot_say_more_than_its_kind(kind: str, stored: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        payload_of(kind, stored)


def test_the_hash_changes_with_everything_that_is_bound() -> None:
    base = ReplyPayload(subject="Re: x", body="y", to=("a@example.com",), cc=("b@example.com",))
    variants = [
        base,
        base.model_copy(update={"subject": "Re: z"}),
        base.model_copy(update={"body": "y "}),
        base.model_copy(update={"to": ("c@example.com",)}),
        base.model_copy(update={"to": ("a@example.com", "b@example.com"), "cc": ()}),
        payload_of("draft", to_stored(base)),
        ArchivePayload(),
        MarkReadPayload(),
        LabelPayload(add=("GetAnswers/A",)),
        LabelPayload(add=("GetAnswers/A",), remove=("GetAnswers/B",)),
    ]
    hashes = {hash_of(MESSAGE, payload) for payload in variants} | {hash_of(uuid4(), base)}
    assert len(hashes) == len(variants) + 1
    assert hash_of(MESSAGE, base) == hash_of(MESSAGE, payload_of("reply", to_stored(base)))
