import pytest

from app.triage.signals.reading import MAX_SENTENCES, phrases, speak
from tests.triage.mails import reading


def sentences(text: str) -> list[str]:
    return [sentence.text for sentence in reading(text).sentences]


def test_wrapped_lines_are_one_sentence() -> None:
    text = "I wanted to ask you whether the delivery that was\nplanned for March can come earlier? Thanks."

    assert sentences(text) == [
        "I wanted to ask you whether the delivery that was planned for March can come earlier?",
        "Thanks.",
    ]


def test_short_lines_stand_alone() -> None:
    assert sentences("Hi Ana,\nhow are you?\nErik") == ["Hi Ana,", "how are you?", "Erik"]


@pytest.mark.parametrize(
    "text", ["Wir treffen uns am 4. November in Kiel.", "Ask Dr. Ek about it.", "Kom kl. 15 i dag."]
)
def test_a_dot_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert sentences(text) == [text]


def test_the_signature_is_left_out() -> None:
    assert sentences("Yes.\n-- \nAny questions? Call us!") == ["Yes."]


def test_links_are_no_words() -> None:
    assert sentences("See https://example.com/a?b=c? for more.") == ["See for more."]


def test_the_number_of_sentences_is_bounded() -> None:
    assert len(sentences("Yes! " * 5_000)) == MAX_SENTENCES


def test_words_are_folded() -> None:
    assert speak("Don’t  SHOUT, Straße-Weg") == " don't shout strasse weg "


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("due date", "The due date is near", True),
        ("due date", "The due dates are near", False),
        ("invoice*", "Two invoices", True),
        ("*faktura", "Hyresfaktura för mars", True),
        ("pouvez-vous", "Pouvez-vous venir ?", True),
        ("art", "Start now", False),
    ],
)
def test_phrases_match_whole_words(phrase: str, text: str, *, found: bool) -> None:
    assert phrases(phrase).found_in(speak(text)) is found
