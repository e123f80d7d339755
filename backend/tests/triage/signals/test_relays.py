from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage.engines.offline import judge
from app.triage.signals import read_signals
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category, Step
from tests.triage.mails import snapshot
from tests.triage.signals.relayed_mails import ASKED, NOT_ASKED

HEADERS = {
    "a": ("auto-submitted", "auto-generated"),
    "u": ("list-unsubscribe", "<https://service.example/off>"),
    "l": ("list-id", "<project.service.example>"),
}
Row = tuple[str, str, str, str, str]


def mail(row: Row, **over: Any) -> Snapshot:
    name, address, marks, subject, text = row
    values: dict[str, Any] = {
        "sender_name": name,
        "sender_address": address,
        "subject": subject,
        "text": text.replace(" / ", "\n").replace("\n/ ", "\n\n"),
        "headers": {HEADERS[mark][0]: [HEADERS[mark][1]] for mark in marks if mark in HEADERS},
    }
    return snapshot(**(values | over))


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row[3])
def test_what_a_person_asks_through_a_service_wants_an_answer(row: Row) -> None:
    found = mail(row)
    signals = read_signals(found)

    assert signals.relay.asks_user
    verdict = judge(found, signals)
    assert verdict.needs_reply
    assert Step.ARCHIVE not in {proposal.step for proposal in verdict.proposals}


@pytest.mark.parametrize("row", NOT_ASKED, ids=lambda row: row[3])
def test_what_a_service_says_itself_asks_nothing(row: Row) -> None:
    found = mail(row)
    signals = read_signals(found)

    assert not signals.relay.asks_user


def test_few_of_those_are_taken_to_want_an_answer_for_their_words_alone() -> None:
    """What the models make of them; two are misjudged, a bot that asks and a digest of questions."""
    wrong = [row for row in NOT_ASKED if judge(found := mail(row), read_signals(found)).needs_reply]

    assert len(wrong) <= 2


def test_words_set_as_a_quotation_are_read() -> None:
    row = (
        "TaskBird",
        "tasks@taskbird.example",
        "u",
        "New comment on “Vans”",
        "Carmen Ruiz wrote: / Reply in TaskBird.",
    )

    assert read_signals(mail(row, quoted_text="> Ana, did they say yes to parking at the pool?")).relay.asks_user


def test_a_person_who_writes_of_a_comment_is_no_service() -> None:
    found = snapshot(text="Hi Ana,\n\nIvo commented on the plan and asked you: is it still 4.2?\n\nErik")

    assert not read_signals(found).relay.hands_on


def test_a_fraud_in_the_form_of_a_message_gets_no_answer() -> None:
    row = (
        "Security team", "no-reply@service.test", "a", "New message from your administrator",
        "IT wrote to you: / Can you confirm your password? Your account will be suspended within 24 hours.",
    )  # fmt: skip
    found = mail(row, headers={"authentication-results": ["mx.example.org; dmarc=fail"]})
    verdict = judge(found, read_signals(found))

    assert verdict.category is Category.SUSPICIOUS
    assert not verdict.needs_reply


@pytest.mark.parametrize(("reply_to", "drafted"), [((), False), (("reply+8f2@trackly.example",), True)])
def test_no_answer_is_drafted_to_an_address_that_takes_none(reply_to: tuple[str, ...], *, drafted: bool) -> None:
    found = mail(ASKED[0], reply_to=reply_to)
    verdict = judge(found, read_signals(found))

    assert verdict.needs_reply
    assert (verdict.draft is not None) is drafted
    assert verdict.asks == ("@ana.berg is this still planned for 4.2?",)


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    read_signals(mail(("S", "no-reply@s.example", "a", text[:60], f"Ivo mentioned you: {text}")))
