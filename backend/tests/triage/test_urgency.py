from datetime import date, timedelta

import pytest

from app.triage.signals import Signals, read_signals
from app.triage.urgency import urgency_of
from app.triage.verdict import Category, Urgency
from tests.triage.mails import snapshot


def signals(text: str, subject: str = "") -> Signals:
    return read_signals(snapshot(text=text, subject=subject))


@pytest.mark.parametrize(
    ("days", "urgency"), [(0, Urgency.HIGH), (1, Urgency.HIGH), (2, Urgency.NORMAL), (30, Urgency.NORMAL)]
)
def test_a_date_is_urgent_until_the_end_of_the_next_day(days: int, urgency: Urgency) -> None:
    found = signals("Could you send it?")
    deadline: date = found.written + timedelta(days=days)
    assert urgency_of(Category.PERSONAL, found, deadline, answer_wanted=True) is urgency


def test_the_word_urgent_alone_makes_nothing_urgent() -> None:
    assert (
        urgency_of(Category.PERSONAL, signals("URGENT! Could you send it?"), None, answer_wanted=True) is Urgency.NORMAL
    )
    assert urgency_of(Category.MARKETING, signals("URGENT: last seats"), None, answer_wanted=False) is Urgency.LOW


@pytest.mark.parametrize(
    ("category", "text", "urgency"),
    [
        (Category.SECURITY, "A new sign-in from an unknown device.", Urgency.HIGH),
        (Category.SECURITY, "Your code is 402 113.", Urgency.HIGH),
        (Category.SECURITY, "You changed your password this morning.", Urgency.NORMAL),
        (Category.BOUNCE, "The address does not exist. Delivery failed.", Urgency.NORMAL),
        (Category.BOUNCE, "Delivery is delayed. We are still trying.", Urgency.LOW),
        (Category.MEETING, "Booked: a talk on 4 May.", Urgency.LOW),
        (Category.MEETING, "The talk tomorrow is cancelled.", Urgency.HIGH),
        (Category.NOTIFICATION, "The release failed three times.", Urgency.NORMAL),
        (Category.NOTIFICATION, "Three people liked it.", Urgency.LOW),
        (Category.FINANCE, "Did you authorise this payment of 812 euro?", Urgency.HIGH),
        (Category.FINANCE, "Your statement is ready.", Urgency.LOW),
        (Category.INVOICE, "Our bill is attached.", Urgency.NORMAL),
        (Category.RECEIPT, "Thank you for your order.", Urgency.LOW),
        (Category.NEWSLETTER, "Ten ways to prune a rose.", Urgency.LOW),
    ],
)
def test_without_a_date_it_is_what_is_reported(category: Category, text: str, urgency: Urgency) -> None:
    assert urgency_of(category, signals(text), None, answer_wanted=False) is urgency
