import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.simulator.mime import MAX_DEPTH, MAX_PARTS, decode_words, parse_mail, split_headers
from app.simulator.payload import full_payload, snippet
from tests.simulator.discovery import validate_response
from tests.simulator.mails import MIXED_MAIL

FRAGMENTS = (
    b"From: a@example.org\r\n",
    b"Subject: =?utf-8?q?=ff?= =?nope?b?!!?=\r\n",
    b"Content-Type: multipart/mixed; boundary=x\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/html; charset=utf-7\r\n",
    b'Content-Disposition: attachment; filename*0*="a%; filename*9="\r\n',
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"--x\r\n",
    b"--x--\r\n",
    b"\r\n",
    b" folded\n",
    b"+2AA- =\xff\x00 ====",
    b"<!-- <script",
)


@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=40)), max_size=30).map(b"".join))
def test_any_bytes_make_a_valid_payload(raw: bytes) -> None:
    part = parse_mail(raw)
    validate_response("messages.get", {"payload": full_payload(part, "1"), "snippet": snippet(part)})
    for found in part.walk():
        for header in found.headers:
            assert "\n" not in header.value
            decode_words(header.value).encode()


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_text_without_encoded_words_stays_as_it_is(text: str) -> None:
    if "=?" not in text:
        assert decode_words(text) == text


def test_parts_keep_their_order_names_and_decoded_bytes() -> None:
    part = parse_mail(MIXED_MAIL)
    assert [(found.part_id, found.mime_type) for found in part.walk()] == [
        ("", "multipart/mixed"),
        ("0", "multipart/alternative"),
        ("0.0", "text/plain"),
        ("0.1", "text/html"),
        ("1", "application/pdf"),
    ]
    assert part.parts[0].parts[0].body == b"Viele Gr\xfc\xdfe & so on"
    assert part.parts[1].body == b"%PDF-1.4"
    assert part.parts[1].filename == "Rechnung N° 1.pdf"
    assert part.header("x-long") == "one two"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?b?w4Q=?=", "Ä"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?b?w4==?= =?utf-8?b?hA==?=", "Ä"),  # one character, split over two words
        ("=?utf-8?q?a?= and =?iso-8859-1?q?=e4?=", "a and ä"),
        ("=?no-such-charset?q?a=20b?=", "a b"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
    ],
)
def test_encoded_words(value: str, text: str) -> None:
    assert decode_words(value) == text


def test_nesting_ends_at_a_depth_instead_of_at_the_stack() -> None:
    raw = b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"Subject: deep\r\n\r\nbody"
    assert sum(1 for _ in parse_mail(raw).walk()) == MAX_DEPTH + 1


def test_the_number_of_parts_is_bounded() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n.\r\n" * (MAX_PARTS * 2) + b"--x--"
    assert len(parse_mail(raw).parts) == MAX_PARTS


@pytest.mark.parametrize(
    ("raw", "names", "body"),
    [
        (b"A: 1\n\nbody", ["A"], b"body"),
        (b"A: 1\r\n\r\nbody", ["A"], b"body"),
        (b"\r\nbody", [], b"body"),
        (b"no header here\r\nat all", [], b"no header here\r\nat all"),
        (b"From bob Mon Nov  2 10:00:00 2026\nA: 1\n\nbody", ["A"], b"body"),
        (b"A: 1", ["A"], b""),
        (b"", [], b""),
    ],
)
def test_where_headers_end(raw: bytes, names: list[str], body: bytes) -> None:
    headers, content = split_headers(raw)
    assert ([header.name for header in headers], content) == (names, body)
