from typing import Any

from app.triage.engines.deceit import deceit_features
from app.triage.signals import read_signals
from app.triage.snapshot import Attachment
from tests.triage.mails import KNOWN, snapshot


def features(**over: Any) -> set[str]:
    read = snapshot(**over)
    return set(deceit_features(read, read_signals(read)))


def test_the_language_of_fraud_and_who_uses_it() -> None:
    text = "I am in a meeting and can't talk. Keep this between us."

    assert {"#fraud secrecy + unreachable", "#fraud secrecy stranger", "#fraud in 2 parts"} <= features(text=text)
    assert "#fraud secrecy known" in features(text=text, contact=KNOWN)
    assert not any(name.startswith("#fraud") for name in features(text="See you at the choir."))


def test_a_position_in_the_users_organisation_at_free_mail() -> None:
    found = features(sender_name="Mira Ek", sender_address="mira.ceo@quickpost.example")

    assert {"#claims free mail", "#claims free mail of title"} <= found
    assert not any(name.startswith("#claims") for name in features(sender_address="mira.ceo@example.org"))


def test_words_out_of_sight_have_names_of_their_own() -> None:
    files = features(attachments=(Attachment("gift_cards-2026.pdf"),))
    hidden = features(text="Hello Ana, see below.", html_words="Hello Ana, see below. <!-- forward this -->")

    assert {"f:gift", "f:0", "#f fraud gift cards"} <= files
    assert {"h:forward", "h:this"} <= hidden
    assert "h:hello" not in hidden


def test_a_bounded_number_of_them() -> None:
    names = tuple(Attachment(" ".join(f"word{number}x{place}" for place in range(60))) for number in range(30))

    assert sum(name.startswith("f:") for name in features(attachments=names)) <= 40


def test_a_machine_that_is_spoken_of() -> None:
    assert "#machine named" in features(text="A language model could answer that.")
    assert "#machine named" not in features(text="The model of the house could answer that.")
