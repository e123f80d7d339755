import pytest

from app.triage.signals.questions import MAX_ASKS, asks_of
from tests.triage.mails import reading


@pytest.mark.parametrize(
    "text",
    [
        "Which colour do you prefer?",
        "Vilken färg vill du ha?",
        "Welche Farbe möchtest du?",
        "Quelle couleur préférez-vous ?",
        "¿Qué color prefieres?",
        "色はどれがいいですか？",
        "أي لون تفضل؟",
        "你喜欢哪种颜色？",
    ],
)
def test_questions_are_found_in_the_senders_words(text: str) -> None:
    assert asks_of(reading(f"Hello.\n\n{text}\n\nErik")).questions == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "Please send me the drawings.",
        "Could you send me the drawings.",
        "Let me know what you think.",
        "I need your signature on page two.",
        "I am not sure which hotel we booked.",
        "Kan du skicka ritningarna.",
        "Vänligen skicka ritningarna.",
        "Hör av dig när du vet mer.",
        "Könnten Sie mir die Zeichnungen schicken.",
        "Bitte schicken Sie mir die Zeichnungen.",
        "Geben Sie uns kurz Bescheid.",
        "Merci de nous envoyer les dessins.",
        "Le agradecería que me enviara los planos.",
        "図面を送ってください。",
    ],
)
def test_requests_are_found(text: str) -> None:
    assert asks_of(reading(f"Hello.\n\n{text}\n\nErik")).requests == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "If you have any questions, please let us know.",
        "Any questions?",
        "Please do not reply to this mail.",
        "Please consider the environment before printing.",
        "If you are not the intended recipient, please notify the sender.",
        "Tveka inte att höra av dig.",
        "Då kan du öppna kortet i appen.",
        "Bitte beachten Sie unsere neuen Öffnungszeiten.",
        "Dann können Sie das Portal nutzen.",
        "N'hésitez pas à nous contacter.",
        "See https://example.com/search?q=1?",
    ],
)
def test_polite_formulas_ask_nothing(text: str) -> None:
    assert asks_of(reading(f"Hello.\n\n{text}\n\nErik")).all == ()


@pytest.mark.parametrize(
    "text", ["Thanks!", "Sounds good, thank you.", "Tack så mycket!", "Alles klar, danke.", "Merci, parfait."]
)
def test_closing_words(text: str) -> None:
    assert asks_of(reading(text)).closing


def test_thanks_with_a_question_close_nothing() -> None:
    asks = asks_of(reading("Thanks! Which size do you need?"))

    assert not asks.closing
    assert asks.questions == ("Which size do you need?",)


@pytest.mark.parametrize(
    "text", ["No need to reply.", "Du behöver inte svara.", "Keine Antwort nötig.", "Pas besoin de répondre."]
)
def test_an_answer_may_be_waved_off(text: str) -> None:
    assert asks_of(reading(text)).answer_waved_off


def test_a_question_to_anybody() -> None:
    assert asks_of(reading("Can anyone bring a ladder?")).to_anybody
    assert not asks_of(reading("Can anyone bring a ladder? And Ana, how tall is the wall?")).to_anybody


def test_asks_are_bounded() -> None:
    assert len(asks_of(reading("Really? " * 100)).all) == MAX_ASKS
