import pytest

from app.mail.charsets import decode_base64, decode_body, decode_bytes, decode_words


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("räka".encode(), "utf-8", "räka"),
        ("räka".encode("latin-1"), "iso-8859-1", "räka"),
        (b"\x93quoted\x94", "iso-8859-1", "“quoted”"),
        ("räka".encode(), "us-ascii", "räka"),
        ("räka".encode("cp1252"), "us-ascii", "räka"),
        ("räka".encode("cp1252"), "utf-8", "räka"),
        ("räka".encode(), None, "räka"),
        ("räka".encode(), "x-no-such-thing", "räka"),
        ("räka".encode("cp1252"), "", "räka"),
        ("日本語".encode("iso-2022-jp"), "ISO-2022-JP", "日本語"),
        ("日本語".encode("cp932"), "x-sjis", "日本語"),
        ("汉字".encode("gb18030"), "gb2312", "汉字"),
        ("привет".encode("koi8-r"), '"koi8-r"', "привет"),
        ("hi".encode("utf-16"), "utf-16", "hi"),
        (b"aGk=", "base64", "aGk="),
        (b"\\u0041", "unicode_escape", "\\u0041"),
        (b"+ADw-script+AD4-", "utf-7", "+ADw-script+AD4-"),
        (b"a-b", "punycode", "a-b"),
        (b"x", "utf-8\x00", "x"),
        (b"x", "é" * 10, "x"),
        (b"x", "u" * 1_000, "x"),
        (b"\x81\x8d", None, "\ufffd\ufffd"),
        (b"", "utf-8", ""),
    ],
)
def test_decodes_whatever_was_declared(data: bytes, declared: str | None, text: str) -> None:
    assert decode_bytes(data, declared) == text


def test_a_character_cut_in_two_does_not_spoil_the_text() -> None:
    text = decode_bytes(("å" * 500).encode()[:-1], "utf-8")
    assert text == "å" * 499 + "\ufffd"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?r=C3=A4ka?=", "räka"),
        ("=?UTF-8?B?csOka2E=?=", "räka"),
        ("=?utf-8*sv?q?r=C3=A4ka?=", "räka"),
        ("=?iso-8859-1?q?r=E4ka?= now", "räka now"),
        ("a =?utf-8?q?b?= =?utf-8?q?c?= d", "a bc d"),
        ("=?utf-8?q?r=C3?=\r\n =?utf-8?q?=A4ka?=", "räka"),
        ("=?utf-8?q?a?= =?koi8-r?b?0NI=?=", "aпр"),
        ("=?utf-8?q?a_b=20c?=", "a b c"),
        ("=?utf-8?q?=ZZ?=", "=ZZ"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?b?YWI?=", "ab"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?never closed", "=?utf-8?q?never closed"),
        ("=?x-none?q?r=C3=A4ka?=", "räka"),
        ("r\udcc3\udca4ka", "räka"),
        ("r\udce4ka", "räka"),
        ("\ud800=?utf-8?q?a?=", "\ud800a"),
    ],
)
def test_decodes_encoded_words(value: str, text: str) -> None:
    assert decode_words(value) == text


@pytest.mark.parametrize(
    ("data", "decoded"),
    [("_-8", b"\xff\xef"), ("/+8=", b"\xff\xef"), ("YW Jj\r\n", b"abc"), ("YWJjZ", b"abc"), ("=", b""), ("é!", b"")],
)
def test_decodes_damaged_base64(data: str, decoded: bytes) -> None:
    assert decode_base64(data, 100) == decoded


def test_decodes_no_more_base64_than_asked() -> None:
    assert decode_base64("YWJj" * 1_000, 10) == b"abcabcabca"


@pytest.mark.parametrize(
    ("text", "served_as", "declared"),
    [
        ("Die Prüfung überweist", "utf-8", "iso-8859-1"),
        ("Die Prüfung überweist", "iso-8859-1", "iso-8859-1"),
        ("Здравствуйте, Анна! Каталог во вложении.", "utf-8", "koi8-r"),
        ("Здравствуйте, Анна! Каталог во вложении.", "koi8-r", "koi8-r"),
        ("您好，请在星期五之前确认订单。", "utf-8", "gb18030"),
        ("您好，请在星期五之前确认订单。", "gb18030", "gb18030"),
        ("联通", "gb2312", "gb2312"),
        ("お世話になっております。", "iso-2022-jp", "iso-2022-jp"),
        ("お世話になっております。", "utf-8", "iso-2022-jp"),
        ("plain", "ascii", "us-ascii"),
    ],
)
def test_a_body_is_read_whether_or_not_gmail_has_turned_it_into_utf8(text: str, served_as: str, declared: str) -> None:
    assert decode_body(text.encode(served_as), declared) == text
