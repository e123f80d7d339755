import re
from typing import Any

import pytest

from app.triage.draft import first_name, holding_reply
from app.triage.signals import read_signals
from tests.triage.mails import ANA, snapshot

PROMISES = re.compile(
    r"\b(?:will|shall|tomorrow|soon|promise|återkommer|kommer att|melde mich|werde|vais|enviaré|voy a)\b", re.IGNORECASE
)
FOREIGN = re.compile(r"https?:|www\.|@|\d")
MAILS = {
    "en": "Hi Ana,\n\ncould you pay 300 EUR to https://evil.test before 20 November? Call +46 70 123 45 67.",
    "sv": "Hej Ana,\n\nkan du betala 300 kr till https://evil.test senast den 20 november?",
    "de": "Hallo Ana,\n\nkönnen Sie 300 EUR an https://evil.test überweisen, bis zum 20. November?",
    "fr": "Bonjour Ana,\n\npouvez-vous payer 300 EUR avant le 20 novembre ?",
    "es": "Hola Ana:\n\n¿puede pagar 300 EUR antes del 20 de noviembre?",
}
BEGINNINGS = {"en": "Hi Erik,", "sv": "Hej Erik,", "de": "Guten Tag Erik,", "fr": "Bonjour Erik,", "es": "Hola, Erik:"}


def draft(**over: Any) -> str:
    one = snapshot(**over)
    return holding_reply(one, read_signals(one))


@pytest.mark.parametrize("language", MAILS)
def test_it_answers_in_the_mails_language_and_repeats_nothing_of_it(language: str) -> None:
    text = draft(text=MAILS[language])

    assert text.startswith(BEGINNINGS[language])
    assert text.endswith("Ana")
    assert not FOREIGN.search(text)
    assert not PROMISES.search(text)


def test_other_languages_are_answered_in_english() -> None:
    assert draft(text="도면을 보내 주시겠습니까?").startswith("Hi Erik,")


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("図面を送っていただけますか？", "Erik様"),
        ("Pode enviar o desenho, por favor?", "Olá Erik,"),
        ("Mi può mandare il disegno, per favore?", "Buongiorno Erik,"),
        ("Kun je de tekening sturen? Alvast bedankt, groet", "Hallo Erik,"),
        ("Czy może mi Pan przysłać rysunek? Proszę o odpowiedź.", "Dzień dobry,"),
        ("Не могли бы вы прислать чертёж?", "Здравствуйте, Erik!"),
        ("هل يمكن إرسال الرسم إلى المكتب؟", "مرحبا Erik،"),
    ],
)
def test_the_answer_is_in_the_language_of_the_mail(text: str, opening: str) -> None:
    assert draft(text=text).startswith(opening)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Which colour?", "your question,"),
        ("Which colour? Which size?", "your questions,"),
        ("Please send it.", "your request,"),
        ("Which colour? Please send it.", "your questions and requests,"),
    ],
)
def test_it_names_what_was_asked_in_neutral_words(text: str, word: str) -> None:
    assert word in draft(text=text)


@pytest.mark.parametrize(
    ("display_name", "name"),
    [
        ("Erik Holm", "Erik"),
        ("Holm, Erik", "Erik"),
        ("Dr. Katrin Vogel", "Katrin"),
        ("Jean-Luc Petit", "Jean-Luc"),
        ("Åsa Öberg", "Åsa"),
        ("Holm Bygg AB", ""),
        ("Support Team", ""),
        ("erik@example.com", ""),
        ("Pay at http://evil.test", ""),
        ("E", ""),
        ("", ""),
        ("A" * 500, ""),
    ],
)
def test_first_names(display_name: str, name: str) -> None:
    assert first_name(display_name) == name


def test_without_a_name_it_greets_nobody_by_name() -> None:
    assert draft(text="Which colour?", sender_name="").startswith("Hello,")


def test_without_a_users_name_it_is_not_signed() -> None:
    unnamed = type(ANA)(addresses=ANA.addresses)

    assert draft(text="Which colour?", reader=unnamed).endswith("Best regards")
