"""Strangers' words lose what steers a reader or a mail program, and keep what is to be read."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notify.strangers import harmless, one_line, shortened
from tests.notify.hostile import AUTOLINK


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Pay at shop.example/now", "Pay at shop[.]example/now"),
        ("https://evil.example/a?b=c.d", "https[:]//evil[.]example/a?b=c.d"),
        ("ana@mail.example.org", "ana@mail[.]example[.]org"),
        ("http://192.168.1.10:80/x", "http[:]//192[.]168[.]1[.]10:80/x"),
        ("WWW.x", "WWW[.]x"),
        ("пример.рф", "пример[.]рф"),
        ("bank。example", "bank[。]example"),
        ("bank\uff0eexample", "bank[\uff0e]example"),
        ("💩.example", "💩[.]example"),
        ("mailto:erik", "mailto[:]erik"),
        ("call tel:+46701", "call tel[:]+46701"),
        (r"open \\server\share", r"open \[\]server\share"),
        ("ev\u200bil.exa\u00admple", "evil[.]example"),
        ("evil.\u2060example", "evil[.]example"),
    ],
)
def test_what_would_be_linked_is_taken_apart(words: str, shown: str) -> None:
    assert harmless(words) == shown
    assert not AUTOLINK.search(shown)


@pytest.mark.parametrize(
    "words",
    [
        "Version 2.3.1 is ready, e.g. for you.",
        "It costs 1.234,50 at 12.30 on 24.12.2026.",
        "Wait... what? Yes. No.",
        "Note: 3:1 for us",
        "Grüße, 你好, مرحبا",
        "The .NET course",
    ],
)
def test_plain_words_stay_as_they_are(words: str) -> None:
    assert harmless(words) == words


@given(st.text(alphabet=st.sampled_from("abz.:/@\\ 19wéрф。\u200b\u202e[]()-mailto\n\x00"), max_size=60))
def test_nothing_that_could_be_linked_is_left(words: str) -> None:
    assert not AUTOLINK.search(harmless(words))


@given(st.text(max_size=200))
def test_one_line_has_no_break_and_nothing_unseen(words: str) -> None:
    line = one_line(words)
    assert line.splitlines() in ([], [line])
    assert {unicodedata.category(character) for character in line}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


def test_direction_overrides_and_escapes_go() -> None:
    assert one_line("invoice\u202efdp.exe\x1b[31m\r\nBcc: all") == "invoicefdp.exe [31m Bcc: all"


def test_shortened_says_that_it_is() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
