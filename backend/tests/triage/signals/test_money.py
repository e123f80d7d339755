import pytest

from app.triage.signals.money import money_in
from tests.triage.mails import reading


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("It costs € 1.250,50 in all", "€ 1.250,50"),
        ("Totalt 12 400 kr att betala", "12 400 kr"),
        ("a fee of $99", "$99"),
        ("gesamt 5.846,40 EUR", "5.846,40 eur"),
        ("zahlen Sie CHF 2.95 heute", "chf 2.95"),
        ("a fee of EUR 1,870", "eur 1,870"),
    ],
)
def test_amounts(text: str, amount: str) -> None:
    assert money_in(reading(text)).amounts == (amount,)


@pytest.mark.parametrize("text", ["call me at 3", "room 1250 b", "version 2.4.1", "in 2026"])
def test_other_numbers_are_no_money(text: str) -> None:
    assert money_in(reading(text)).amounts == ()


@pytest.mark.parametrize(
    ("text", "ibans"),
    [
        ("IBAN: DE89 3704 0044 0532 0130 00 thanks", ("DE89370400440532013000",)),
        ("to gb29nwbk60161331926819.", ("GB29NWBK60161331926819",)),
        ("IBAN: DE89 3704 0044 0532 0130 01", ()),
        ("order SE12 ABCD EFGH 1234", ()),
    ],
)
def test_ibans_need_a_check_sum_that_holds(text: str, ibans: tuple[str, ...]) -> None:
    assert money_in(reading(text)).ibans == ibans
