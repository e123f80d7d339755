from typing import Any

import pytest

from app.triage.signals.addressing import Addressing, Delivery, Greeting, addressing_of
from app.triage.signals.reading import read
from tests.triage.mails import ANA, incoming

OTHER = "johan@example.com"


def addressing(**over: Any) -> Addressing:
    message = incoming(**over)
    return addressing_of(message, ANA, read(message))


@pytest.mark.parametrize(
    ("to", "cc", "delivery"),
    [
        (("ana@example.org",), (), Delivery.ALONE),
        (("ana.berg@example.org", "ana@example.org"), (), Delivery.ALONE),
        (("ana@example.org", OTHER), (), Delivery.DIRECT),
        (("ana@example.org",), (OTHER,), Delivery.DIRECT),
        ((OTHER,), ("ana@example.org",), Delivery.COPIED),
        ((OTHER,), (), Delivery.UNDISCLOSED),
        ((), (), Delivery.UNDISCLOSED),
    ],
)
def test_how_it_reached_the_user(to: tuple[str, ...], cc: tuple[str, ...], delivery: Delivery) -> None:
    assert addressing(to=to, cc=cc).delivery is delivery


@pytest.mark.parametrize(
    ("first_line", "greeting"),
    [
        ("Hi Ana,", Greeting.USER),
        ("Dear Ms Berg,", Greeting.USER),
        ("Ana, could you look at this", Greeting.USER),
        ("Ana!", Greeting.USER),
        ("Hej Ana och Jonas,", Greeting.USER),
        ("Sehr geehrte Frau Berg,", Greeting.USER),
        ("Hi Johan,", Greeting.OTHER),
        ("Hej Johan!", Greeting.OTHER),
        ("Sehr geehrter Herr Meyer,", Greeting.OTHER),
        ("Hi all,", Greeting.GROUP),
        ("Hej allihop!", Greeting.GROUP),
        ("Liebe Kolleginnen und Kollegen,", Greeting.GROUP),
        ("Hello there,", Greeting.NONE),
        ("Dear customer,", Greeting.NONE),
        ("The parts are here.", Greeting.NONE),
    ],
)
def test_whom_it_greets(first_line: str, greeting: Greeting) -> None:
    assert addressing(text=f"{first_line}\n\nthe parts are here.").greeting is greeting


def test_a_pet_name_in_a_mail_to_the_user_alone_greets_nobody_else() -> None:
    assert addressing(text="Hej gumman,\n\nhur mår du?").greeting is Greeting.NONE


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("Hi both,\n\nthe wall is done. Ana, can you check the colour?", True),
        ("Hi both,\n\n@ana which week is it?", True),
        ("Hi Jonas,\n\nAna will answer you tomorrow.", False),
        ("Hi Ana,\n\nthe wall is done.", False),
        ("Hi,\n\nBanana, apple and pear.", False),
    ],
)
def test_called_by_name(text: str, *, called: bool) -> None:
    assert addressing(text=text).called_by_name is called
