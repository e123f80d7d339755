"""Turns bytes into text whatever their sender said of them, and encoded-words with them."""

import base64
import binascii
import codecs
import re

MAX_HEADER = 64_000
"""Characters of one header that are looked at."""

# Codecs that are no charset of mail (idna, punycode, unicode_escape, utf-7 …) can be slow or change the meaning.
_MAIL_CHARSET = re.compile(
    r"(?:ascii|utf-(?:8|16|32)(?:-[bl]e|-sig)?|iso8859-\d+|cp\d+|koi8-[rut]|mac-[a-z]+|gbk?|gb2312|gb18030|big5|big5hkscs"
    r"|euc_\w+|shift_jis\w*|iso2022_\w+|hz|johab|tis-620|kz1048|ptcp154)\Z"
)
# As browsers read them: senders write the narrow name and use the wide charset.
_WESTERN = "cp1252"
_WIDER = {"ascii": "utf-8", "iso8859-1": _WESTERN, "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}
_NOT_KNOWN_TO_PYTHON = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
}
_LONGEST_NAME = 60
_TOLERATED_DAMAGE = 0.01
_LAST_OF_ASCII = 0x7F
_ENOUGH_TO_TELL = 12
"""So many bytes beyond ASCII are not UTF-8 by chance."""
_ENOUGH_TO_TELL_FROM = 4_000
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*+)\?=")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_RAW_BYTES = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile("[\x80-\x9f]")
_JAPANESE = re.compile(rb"\x1b\$[@B]")
"""The escape with which ISO-2022-JP begins; in no other text of seven bits."""
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def decode_body(data: bytes, declared: str | None) -> str:
    """Decode the text of a part as Gmail serves it: often turned into UTF-8 while the header names the old charset.

    Text of another charset that happens to be UTF-8 as well is a matter of a few characters. Never raises.
    """
    beyond_ascii = sum(byte > _LAST_OF_ASCII for byte in data[:_ENOUGH_TO_TELL_FROM])
    if beyond_ascii >= _ENOUGH_TO_TELL or (beyond_ascii and not _is_multibyte(declared)):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return decode_bytes(data, declared)  # so it is what the header says, or damaged
        # Who said latin-1 and meant windows-1252 has had its quotation marks turned into control characters.
        return _CONTROL.sub(_meant, text) if _charset(declared) == _WESTERN else text
    return decode_bytes(data, declared)


def _meant(control: re.Match[str]) -> str:
    return control.group().encode("latin-1").decode(_WESTERN, "ignore")


def _is_multibyte(declared: str | None) -> bool:
    """Whether two bytes that make a character of UTF-8 may well make one of this charset, as in Chinese ones."""
    return (_charset(declared) or "").startswith(("gb", "big5", "euc", "shift", "cp932", "cp949", "johab", "hz"))


def decode_bytes(data: bytes, declared: str | None) -> str:
    """Decode with the declared charset if that works out, else as UTF-8, else as windows-1252. Never raises."""
    charset = _charset(declared)
    if charset in {None, "utf-8"} and _JAPANESE.search(data):
        charset = "iso2022_jp"
    if charset is not None:
        text = data.decode(charset, "replace")
        # A cut or a single broken byte is no reason to distrust the declaration.
        if text.count("\ufffd") <= len(text) * _TOLERATED_DAMAGE:
            return text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_WESTERN, "replace")


def _charset(declared: str | None) -> str | None:
    if not declared or len(declared) > _LONGEST_NAME or "\x00" in declared or not declared.isascii():
        return None
    name = declared.strip("\"' ").lower()
    try:
        name = codecs.lookup(_NOT_KNOWN_TO_PYTHON.get(name, name)).name
    except LookupError:
        return None
    name = _WIDER.get(name, name)
    return name if _MAIL_CHARSET.match(name) else None


def decode_base64(data: str, limit: int) -> bytes:
    """Decode base64 of either alphabet, without regard to padding and strangers in it, `limit` bytes at most."""
    clean = _NOT_BASE64.sub("", data[: limit * 4 // 3 + 4].replace("-", "+").replace("_", "/"))
    whole = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    return base64.b64decode(whole + "=" * (-len(whole) % 4))[:limit]


def decode_words(value: str) -> str:
    """Decode the encoded-words (RFC 2047) of a header; what cannot be decoded stays as it is. Never raises."""
    value = _raw_bytes(value[:MAX_HEADER])
    if "=?" not in value:
        return value
    out: list[str] = []
    words: list[tuple[str, bytes]] = []
    end = 0
    for word in _WORD.finditer(value):
        gap = value[end : word.start()]
        # White space between two encoded-words is folding, not text.
        if gap.strip() or not words:
            out += (_decode_run(words), gap)
            words = []
        charset = word[1].partition("*")[0].lower()
        words.append((charset, _word_bytes(word[2], word[3])))
        end = word.end()
    return "".join((*out, _decode_run(words), value[end:]))


def _decode_run(words: list[tuple[str, bytes]]) -> str:
    """Decode neighbours of one charset together: senders cut characters in two."""
    merged: list[tuple[str, bytearray]] = []
    for charset, data in words:
        if merged and merged[-1][0] == charset:
            merged[-1][1].extend(data)
        else:
            merged.append((charset, bytearray(data)))
    return "".join(decode_bytes(bytes(data), charset) for charset, data in merged)


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "bB":
        return decode_base64(text, MAX_HEADER)
    raw = text.replace("_", " ").encode("utf-8", "replace")
    return _Q_ESCAPE.sub(lambda code: binascii.unhexlify(code[1]), raw)


def _raw_bytes(value: str) -> str:
    """Read the bytes that a header parser has kept as surrogates."""
    if not _RAW_BYTES.search(value):
        return value
    try:
        return decode_bytes(value.encode("utf-8", "surrogateescape"), None)
    except UnicodeEncodeError:
        return value
