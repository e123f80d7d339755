import time

import pytest

from app.mail.canonical import canonical_text, one_line, storable


@pytest.mark.parametrize(
    ("text", "canonical", "hidden"),
    [
        ("plain text", "plain text", 0),
        ("a\r\nb\rc\u2028d\x0ce", "a\nb\nc\nd\ne", 0),
        ("a  \n\n\n\n\nb\t", "a\n\nb", 0),
        ("ｆｕｌｌ ﬁne ²", "full fine 2", 0),
        ("e\u0301", "é", 0),
        ("a\u00a0b", "a b", 0),
        ("p\u200ba\u200bs\u200bs", "pass", 3),
        ("\u202eevil\u202c", "evil", 2),
        ("hi" + "".join(chr(0xE0000 + ord(letter)) for letter in "obey"), "hi", 4),
        ("\u3164\u2800\u115f", "", 3),
        ("😀" + "\U000e0101" * 5, "😀", 5),
        ("a" + "\ufe0f" * 9, "a", 9),
        ("👩\u200d💻 ❤\ufe0f\u200d🔥 می\u200cخواهم", "👩💻 ❤🔥 میخواهم", 0),
        ("\u200fمرحبا \u200e7\u200f", "مرحبا 7", 0),
        ("a\x00b\ud800c\x07", "a\ufffdb\ufffdc", 0),
        ("", "", 0),
    ],
)
def test_canonical_text(text: str, canonical: str, hidden: int) -> None:
    found = canonical_text(text)
    assert (found.text, found.hidden) == (canonical, hidden)


@pytest.mark.parametrize(
    "text", ["a" + "\u0301\u0316" * 500_000, "\ufdfa" * 500_000, "\u200b" * 1_000_000, " " * 1_000_000]
)
def test_takes_bounded_time(text: str) -> None:
    start = time.process_time()
    assert len(canonical_text(text).text) <= 2_000_000
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\n b\tc", "a b c"),
        ("a\u202eb\u200b\U000e0041c", "abc"),
        ("❤\ufe0f ﬁ ½", "❤\ufe0f ﬁ ½"),
        ("word " * 10, "word word"),
        ("\x00\ud800", "\ufffd\ufffd"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text, 10) == line


def test_storable_keeps_everything_else() -> None:
    assert storable("å\n\t\x07\U0001f600\x00\udcff") == "å\n\t\x07\U0001f600\ufffd\ufffd"
