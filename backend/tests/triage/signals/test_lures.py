import pytest

from app.triage.signals.lures import Lure, lures_in, pressed
from tests.triage.mails import reading


@pytest.mark.parametrize(
    ("text", "lure"),
    [
        ("Please verify your account", Lure.CREDENTIALS),
        ("Bekräfta dina uppgifter nu", Lure.CREDENTIALS),
        ("Ihr Konto wurde gesperrt", Lure.ACCOUNT_THREAT),
        ("Votre compte sera suspendu", Lure.ACCOUNT_THREAT),
        ("we have new bank details", Lure.PAYMENT_CHANGE),
        ("unsere neue Bankverbindung", Lure.PAYMENT_CHANGE),
        ("buy five gift cards", Lure.GIFT_CARDS),
        ("I recorded you with your webcam", Lure.EXTORTION),
        ("you have won the lottery", Lure.ADVANCE_FEE),
        ("pay the fee for your parcel", Lure.PARCEL),
        ("enter the card number below", Lure.SECRETS),
        ("Letzte Mahnung vor der Pfändung", Lure.DUNNING),
        ("enable macros to read it", Lure.OPEN_DOCUMENT),
    ],
)
def test_the_language_of_fraud(text: str, lure: Lure) -> None:
    assert lure in lures_in(reading(text))


@pytest.mark.parametrize("text", ["We never ask for your card number.", "Vi frågar aldrig efter ditt kortnummer."])
def test_a_warning_is_no_lure(text: str) -> None:
    assert lures_in(reading(text)) == ()


def test_haste() -> None:
    assert pressed(reading("Act within 24 hours"))
    assert not pressed(reading("Whenever it suits you"))
