import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage.plain import one_line, paragraphs


def test_a_long_line_is_cut_between_words() -> None:
    cut = one_line("word " * 100, 50)

    assert len(cut) <= 50
    assert cut.endswith("word…")


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u0000", "\u001b", "\U000e0041", "\ufeff", "\u0085"])
def test_what_cannot_be_seen_is_left_out(hidden: str) -> None:
    assert one_line(f"pay{hidden}ment", 50) == "payment"
    assert paragraphs(f"pay{hidden}ment", 50) == "payment"


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs("Hi,\r\n\r\n\r\n\r\nyes.  \nAna", 100) == "Hi,\n\nyes.\nAna"


@given(st.text(max_size=400), st.integers(min_value=2, max_value=60))
def test_one_line_is_one_bounded_line(text: str, limit: int) -> None:
    line = one_line(text, limit)

    assert len(line) <= limit
    assert "\n" not in line
    assert line == line.strip()
