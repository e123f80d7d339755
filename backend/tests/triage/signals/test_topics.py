import pytest

from app.triage.signals.reading import read
from app.triage.signals.topic_words import Topic
from app.triage.signals.topics import topics_of
from app.triage.snapshot import Attachment
from tests.triage.mails import incoming


@pytest.mark.parametrize(
    ("subject", "text", "topic"),
    [
        ("Invoice 1041", "Amount due: 300 EUR, due date 1 December", Topic.INVOICE),
        ("Faktura 1041", "Att betala 300 kr, förfallodatum 1 december", Topic.INVOICE),
        ("Ihre Bestellung", "wurde versandt, Sendungsnummer 77", Topic.RECEIPT),
        ("Kontoutdrag oktober", "Saldo och ränta", Topic.FINANCE),
        ("The contract", "for signature, clause 4", Topic.LEGAL),
        ("New sign-in", "from a new device; reset your password", Topic.SECURITY),
        ("Build failed", "pipeline 77", Topic.NOTIFICATION),
        ("Veckobrev 47", "läs mer", Topic.NEWSLETTER),
        ("Black Friday", "20 % off, shop now", Topic.MARKETING),
    ],
)
def test_words_tell_the_topic(subject: str, text: str, topic: Topic) -> None:
    message = incoming(subject=subject, text=text)
    found = topics_of(read(message), message)

    assert max(found.scores, key=lambda one: found.scores[one]) is topic
    assert topic in found.in_subject


@pytest.mark.parametrize(
    "text", ["Your code is 482913", "Din kod: 482 913", "Use the code G-482913 within ten minutes"]
)
def test_a_verification_code(text: str) -> None:
    message = incoming(text=text)

    assert topics_of(read(message), message).code


def test_an_attached_bill_counts() -> None:
    message = incoming(text="see attached", attachments=(Attachment("Rechnung_1041.pdf"),))

    assert topics_of(read(message), message).score(Topic.INVOICE) > 0


def test_a_bank_is_known_by_its_name() -> None:
    message = incoming(sender_name="Norrbank", text="Hello")

    assert Topic.FINANCE in topics_of(read(message), message).in_subject
