import pytest

from app.triage.signals.vital import vital_in
from tests.triage.mails import reading


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Your flight tomorrow has been cancelled", ""),
        ("A message", "Your test results are ready. Please contact the clinic as soon as possible."),
        ("Information", "Your son was not in school today."),
        ("About example.org", "Your domain will be removed unless renewed."),
        ("Information", "Din anställning avslutas."),
        ("Nytt lösenord", "Välj ett nytt."),
        ("Tid hos tandläkaren", "Välkommen."),
        ("Ihr Termin", "Wir freuen uns."),
        ("Information", "Die Passwörter wurden geändert."),
        ("Information", "Ihr Zug fällt aus."),
        ("Information", "Votre vol est annulé."),
        ("Information", "Su contraseña ha cambiado."),
        ("Viktigt", "Läs detta."),
    ],
)
def test_what_must_not_be_missed(subject: str, text: str) -> None:
    assert vital_in(reading(text, subject))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("This week", "In this issue: an interview. Read more."),
        ("30 % off", "Shop now, free shipping."),
        ("40 % på kontorsstolar", "Handla nu."),
        ("Owls", "One. Two. Three. Four. Your password has changed."),
    ],
)
def test_reading_matter_may_be_missed(subject: str, text: str) -> None:
    assert not vital_in(reading(text, subject))
