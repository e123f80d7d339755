import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.text import editable, file_size, local_time, marked, one_line, person, visible
from tests.factories import NOON


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain\ttext\nhere", "plain\ttext\nhere"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("tag\U000e0041", "tag⟨U+E0041⟩"),
        ("null\x00", "null⟨U+0000⟩"),
        ("lines\r\nend", "lines\nend"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_what_cannot_be_seen_is_shown(given_text: str, shown: str) -> None:
    assert visible(given_text) == shown


def test_what_is_edited_holds_nothing_unseen() -> None:
    assert editable("a\u202eb\u200bc\r\nd") == "abc\nd"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://a.example/x?y=1 now", "https://a.example/x?y=1"),
        ("www.a.example", "www.a.example"),
        ("write to eve.b@mail.example!", "eve.b@mail.example"),
        ("at shop.example today", "shop.example"),
        ("bücher.example", "bücher.example"),
    ],
)
def test_links_domains_and_addresses_are_marked(text: str, found: str) -> None:
    assert f"<mark>{found}</mark>" in marked(text)


def test_ordinary_sentences_are_not_marked() -> None:
    assert "<mark>" not in marked("Yes. On Friday, e.g. at 10.30, for 12.50 or so...")


@given(st.text())
def test_marking_never_lets_markup_through(text: str) -> None:
    shown = marked(text).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in shown
    assert shown.unescape() == visible(text)


def test_a_name_never_stands_without_its_address() -> None:
    assert person("Your Bank", "eve@evil.example") == "Your Bank <eve@evil.example>"
    assert person("", "eve@evil.example") == "eve@evil.example"
    assert person("Eve\n\u202e", "") == "Eve ⟨U+202E⟩"
    assert person("", "") == "an unreadable sender"


def test_a_line_is_one_line() -> None:
    assert one_line(" a\n\n b\t c ") == "a b c"


def test_times_are_those_of_the_person() -> None:
    assert local_time(NOON, "Europe/Stockholm") == "Fri 20 Nov 2026, 13:00"
    assert local_time(NOON, "Nowhere/Land") == "Fri 20 Nov 2026, 12:00"


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (1023, "1023 bytes"), (2048, "2.0 KB"), (5 * 1024**2, "5.0 MB")]
)
def test_sizes_are_in_units_people_read(size: int, words: str) -> None:
    assert file_size(size) == words
