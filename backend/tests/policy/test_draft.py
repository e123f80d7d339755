"""What a draft may not say on its own, and the ways of saying it past a filter."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.draft import draft_facts
from app.policy.facts import DraftFacts

OWN = """Hi Erik, our page is https://ana.example.org/offers and I read ana@example.org.
Call me on +46 8 5550 1234. Our account is SE45 5000 0000 0583 9825 7466. The order was 4711-2231."""


def is_clean(facts: DraftFacts) -> bool:
    return not (
        facts.new_links
        or facts.new_addresses
        or facts.new_phones
        or facts.new_ibans
        or facts.new_secrets
        or facts.overlaps_elsewhere
    )


@pytest.mark.parametrize(
    "body",
    [
        "Hi Erik,\n\nthank you, Friday at 14:30 works for me. See you on 2026-11-27!\n\nBest,\nAna",
        "Thanks, i.e. I will come at 9 a.m. on 27.11.2026, room 12.",
        "See https://ana.example.org/offers or write to ana@example.org, +46 8 5550 1234.",
        "Version 1.2 costs us 3.5 days.",
        "We met in 2024, and on 3/12/2025 at 09:15.",
        "Please use SE45 5000 0000 0583 9825 7466.",
    ],
)
def test_plain_answers_and_what_the_user_wrote_before_are_clean(body: str) -> None:
    assert is_clean(draft_facts(body, OWN))


@pytest.mark.parametrize(
    "body",
    [
        "See https://evil.example/path",
        "See hxxps://evil.example",
        "See evil.example for more",
        "See EVIL.EXAMPLE.",
        "See ev\u200bil.exam\u200bple",
        "See ｅｖｉｌ．ｅｘａｍｐｌｅ",
        "See evil。example",
        "See evil dot example",
        "See evil [.] example",
        "See evil(dot)example",
        "See http://127.0.0.1/x",
        "Connect to 10.0.0.1",
        "It runs at 203.0.113.9.",
        "See evil .example",
        "See evil . example",
        "See evil\n.example",
        "See http://3232235777/x",
        "javascript:alert(1)",
        "See examplе.org",
        "See not-ana.example.org",
        "See https://ana.example.org/other",
    ],
)
def test_links_are_found(body: str) -> None:
    assert draft_facts(body, OWN).new_links


@pytest.mark.parametrize(
    "body", ["Write to eve@evil.example", "Write to eve [at] evil.example", "eve (at) evil (dot) example", "eve@evil"]
)
def test_addresses_are_found(body: str) -> None:
    assert draft_facts(body, OWN).new_addresses


@pytest.mark.parametrize(
    "body",
    [
        "Call +1 (555) 010-0199",
        "Call 555-0100-22",
        "Call 5550100199",
        "Call ５５５ ０１００ １９９",
        "Call five five five zero one zero zero",
    ],
)
def test_phone_numbers_are_found(body: str) -> None:
    assert draft_facts(body, OWN).new_phones


@pytest.mark.parametrize("body", ["Pay to GB82 WEST 1234 5698 7654 32", "DE89370400440532013000 is new"])
def test_bank_accounts_are_found(body: str) -> None:
    assert draft_facts(body, OWN).new_ibans


@pytest.mark.parametrize(
    "body",
    [
        "The code is 483920.",
        "The code is 4839.",
        "Use 0042 at the door",
        "Use sk-live-9f8a7b6c5d4e",
        "It is Xk29vLq7TzPw",
        "hunter22!A",
        "QWxhZGRpbjpvcGVuIHNlc2FtZQ",
    ],
)
def test_secrets_are_found_and_not_repeated(body: str) -> None:
    facts = draft_facts(body, OWN)
    assert facts.new_secrets
    assert facts.new_secrets is True


def test_a_long_run_of_another_conversation_is_found() -> None:
    other = "We plan to close the northern office in March and move all twelve people to the new site by summer."
    body = f"As you asked: {other.upper()}"
    assert draft_facts(body, "", elsewhere=other).overlaps_elsewhere
    assert not draft_facts("We plan to close the deal in March.", "", elsewhere=other).overlaps_elsewhere


def test_an_empty_draft_says_so() -> None:
    assert draft_facts(" \u200b\n", "").empty
    assert not draft_facts("Yes.", "").empty


def test_words_of_the_draft_are_told() -> None:
    words = draft_facts("I attach the signed contract and will pay the invoice; the password follows.", "").words
    assert (words.money, words.credentials, words.legal, words.attachments) == (True, True, True, True)


@given(st.text(), st.text())
def test_any_text_is_judged_and_known_text_only_takes_findings_away(body: str, known: str) -> None:
    alone, with_known = draft_facts(body, ""), draft_facts(body, known)
    assert set(with_known.new_links) <= set(alone.new_links)
    assert set(with_known.new_addresses) <= set(alone.new_addresses)
    assert not (with_known.new_secrets and not alone.new_secrets)
    assert is_clean(draft_facts(body, body))


@pytest.mark.parametrize(
    "piece", ["a", "1", ".", "a.", "1.", "@", " ", "one ", "ab12", "http://", "- ", "[", "=", "1 1", "(at", "dot "]
)
def test_hostile_texts_do_not_take_long(piece: str) -> None:
    body = piece * (20_000 // len(piece)) + "!"
    started = time.process_time()
    draft_facts(body, body[::-1])
    assert time.process_time() - started < 2
