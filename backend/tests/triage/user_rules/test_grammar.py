"""The sentences that docs/rules.md promises, and what is said of all others."""

from typing import Any

import pytest

from app.triage.user_rules.grammar import read_rule
from app.triage.user_rules.meaning import Conditions, Effects, Reached, SenderSort
from app.triage.user_rules.vocabulary import RECRUITING_WORDS
from app.triage.verdict import Category

INVOICE = {"categories": (Category.INVOICE,)}


@pytest.mark.parametrize(
    ("text", "conditions", "effects"),
    [
        ("Never answer recruiters.", {"words": RECRUITING_WORDS}, {"never_reply": True}),
        ("never reply to strangers", {"known_sender": False}, {"never_reply": True}),
        ("Don't answer mail from erik@example.com", {"addresses": ("erik@example.com",)}, {"never_reply": True}),
        ("Do not respond to anybody at shop.example.", {"domains": ("shop.example",)}, {"never_reply": True}),
        (
            "Never answer newsletters from @letters.example",
            {"categories": (Category.NEWSLETTER,), "domains": ("letters.example",)},
            {"never_reply": True},
        ),
        ("Always ask me about mail from Erik Holm", {"sender_names": ("Erik Holm",)}, {"always_ask": True}),
        ("Ask before answering contracts", {"categories": (Category.LEGAL,)}, {"always_ask": True}),
        ("Label invoices as Accounting", INVOICE, {"label": "Accounting"}),
        ("Label mail about the roof as House", {"words": ("roof",)}, {"label": "House"}),
        (
            'Label mail with "lease" in the subject as "Flat & keys"',
            {"subject_words": ("lease",)},
            {"label": "Flat & keys"},
        ),
        ("Invoices go to Accounting", INVOICE, {"label": "Accounting"}),
        ("Put receipts in the folder Taxes", {"categories": (Category.RECEIPT,)}, {"label": "Taxes"}),
        (
            "Never archive mail from school.example or ben@example.net",
            {"domains": ("school.example",), "addresses": ("ben@example.net",)},
            {"never_archive": True},
        ),
        ("Keep mail from Mira in the inbox", {"sender_names": ("Mira",)}, {"never_archive": True}),
        ("Archive newsletters", {"categories": (Category.NEWSLETTER,)}, {"archive": True}),
        ("Archive mail I'm only copied on", {"reached": (Reached.COPIED,)}, {"archive": True}),
        (
            "Archive notifications from machines",
            {"categories": (Category.NOTIFICATION,), "sender_sorts": (SenderSort.SERVICE,)},
            {"archive": True},
        ),
        ("Mail from Mira is urgent", {"sender_names": ("Mira",)}, {"urgent": True}),
        ("Treat questions from people I know as urgent", {"needs_reply": True, "known_sender": True}, {"urgent": True}),
        (
            "When replying to Mira, keep it short and say du",
            {"sender_names": ("Mira",)},
            {"note": "keep it short and say du"},
        ),
        (
            "Archive newsletters and label them as Reading",
            {"categories": (Category.NEWSLETTER,)},
            {"archive": True, "label": "Reading"},
        ),
        ("Label invoices as Accounting. Never answer them.", INVOICE, {"label": "Accounting", "never_reply": True}),
        ("Always ask about everything", {"everything": True}, {"always_ask": True}),
        ("Never answer mailing lists", {"from_list": True}, {"never_reply": True}),
    ],
)
def test_a_known_sentence_is_understood_whole(text: str, conditions: dict[str, Any], effects: dict[str, Any]) -> None:
    meaning = read_rule(text)
    assert meaning.conditions == Conditions(**conditions)
    assert meaning.effects == Effects(**effects)
    assert meaning.not_understood == ()
    assert meaning.usable


def test_what_may_never_happen_becomes_a_question_and_is_said() -> None:
    meaning = read_rule("Invoices go to Accounting and to Ana for approval")
    assert meaning.conditions == Conditions(categories=(Category.INVOICE,))
    assert meaning.effects == Effects(label="Accounting", always_ask=True)
    [said] = meaning.not_understood
    assert "“Ana for approval”" in said
    assert "never forwards" in said


@pytest.mark.parametrize("text", ["Forward invoices to ben@example.net", "Send bills on to Ana for approval"])
def test_forwarding_is_not_supported(text: str) -> None:
    meaning = read_rule(text)
    assert meaning.effects == Effects(always_ask=True)
    assert "never forwards" in meaning.not_understood[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "Be nice",
        "Never answer the usual suspects",
        "Delete newsletters",
        "Label invoices as ../../INBOX",
        "Label invoices as Accounting/2026",
        "Archive mail about",
        "Never answer",
        "Unsubscribe from everything",
    ],
)
def test_what_is_not_understood_is_named_and_makes_no_rule(text: str) -> None:
    meaning = read_rule(text)
    assert not meaning.usable
    assert bool(meaning.not_understood) == bool(text)


def test_a_sentence_about_other_mail_is_a_rule_of_its_own() -> None:
    meaning = read_rule("Archive newsletters. Never answer recruiters.")
    assert meaning.effects == Effects(archive=True)
    assert "rule of its own" in meaning.not_understood[0]


def test_the_part_that_was_understood_stands_beside_the_one_that_was_not() -> None:
    meaning = read_rule("Archive newsletters; bring me coffee")
    assert meaning.usable
    assert meaning.not_understood == ("“bring me coffee”",)


@pytest.mark.parametrize("text", ["never answer " + "a" * 5000, "and " * 2000, "x from " * 500, "label " * 1000])
def test_no_text_is_too_odd_to_read(text: str) -> None:
    assert not read_rule(text[:500]).usable
