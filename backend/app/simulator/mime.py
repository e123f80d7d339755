"""Splits the bytes of a mail into headers and parts; any bytes at all give an answer."""

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

# The standard library's parser is not used here: it raises on real mail, and a simulator that fails on the mail it is
# meant to serve would hide the very cases the real adapter has to survive.
MAX_DEPTH = 20
MAX_PARTS = 1000
MAX_PARAMETER_TEXT = 10_000

_HEADER_LINE = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)', re.DOTALL)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_NOT_BASE64 = bytes(byte for byte in range(256) if not (chr(byte).isascii() and (chr(byte).isalnum() or byte in b"+/")))
_MIME_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)
# Codecs that are no character sets of mail, or that can take very long.
_REFUSED_CODECS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})


@dataclass(frozen=True, slots=True)
class Header:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """One node of the mail; `body` has its transfer encoding undone and keeps its character set."""

    part_id: str
    mime_type: str
    charset: str
    filename: str
    headers: tuple[Header, ...]
    body: bytes
    parts: tuple["Part", ...] = ()

    def header(self, name: str) -> str:
        """The first header of that name, unfolded, or nothing."""
        wanted = name.lower()
        return next((header.value for header in self.headers if header.name.lower() == wanted), "")

    def walk(self) -> Iterator["Part"]:
        yield self
        for part in self.parts:
            yield from part.walk()


def parse_mail(raw: bytes) -> Part:
    """The tree of parts; what is broken or too deep stays one opaque leaf."""
    return _PartReader().read(raw, part_id="", depth=0)


class _PartReader:
    def __init__(self) -> None:
        self._left = MAX_PARTS

    def read(self, raw: bytes, *, part_id: str, depth: int) -> Part:
        headers, content = split_headers(raw)
        content_type, parameters = _parse_value(_first(headers, "content-type"))
        mime_type = content_type if _MIME_TYPE.fullmatch(content_type) else "text/plain"
        children = self._children(mime_type, parameters.get("boundary", ""), content, part_id, depth)
        _, disposition = _parse_value(_first(headers, "content-disposition"))
        encoding = _first(headers, "content-transfer-encoding").strip().lower()
        is_container = mime_type.startswith("multipart/") and bool(children)
        return Part(
            part_id=part_id,
            mime_type=mime_type,
            charset=parameters.get("charset", "").strip().lower(),
            filename=decode_words(disposition.get("filename") or parameters.get("name") or ""),
            headers=headers,
            body=b"" if is_container else _undo_transfer_encoding(content, encoding),
            parts=children,
        )

    def _children(self, mime_type: str, boundary: str, content: bytes, part_id: str, depth: int) -> tuple[Part, ...]:
        if depth >= MAX_DEPTH:
            return ()
        if mime_type == "message/rfc822":
            pieces = [content]
        elif mime_type.startswith("multipart/") and boundary:
            pieces = _split_multipart(content, boundary)
        else:
            return ()
        children: list[Part] = []
        for index, piece in enumerate(pieces):
            if self._left <= 0:
                break
            self._left -= 1
            child_id = f"{part_id}.{index}" if part_id else str(index)
            children.append(self.read(piece, part_id=child_id, depth=depth + 1))
        return tuple(children)


def split_headers(raw: bytes) -> tuple[tuple[Header, ...], bytes]:
    """Headers with their folding removed, and everything after them."""
    lines: list[list[bytes]] = []
    position = 0
    while position < len(raw):
        end = raw.find(b"\n", position)
        end = len(raw) if end < 0 else end + 1
        line = raw[position:end].rstrip(b"\r\n")
        is_envelope_line = position == 0 and line.startswith((b"From ", b">From "))
        if line.startswith((b" ", b"\t")) and lines:
            lines[-1].append(line)
        elif not line:
            position = end
            break
        elif _HEADER_LINE.match(line):
            lines.append([line])
        elif not is_envelope_line:
            break
        position = end
    return tuple(_header(b"".join(line)) for line in lines), raw[position:]


def _header(line: bytes) -> Header:
    name, _, value = line.partition(b":")
    return Header(name.rstrip(b" \t").decode("ascii", "replace"), _text(value).strip())


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _first(headers: tuple[Header, ...], name: str) -> str:
    return next((header.value for header in headers if header.name.lower() == name), "")


def _parse_value(value: str) -> tuple[str, dict[str, str]]:
    """`text/plain; charset=utf-8` as its value and its parameters, RFC 2231 pieces joined."""
    value = value[:MAX_PARAMETER_TEXT]
    main = value.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(value):
        name, text = match[1].lower(), _unquote(match[2])
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(name, text)
            continue
        number = rest.rstrip("*")
        order = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0  # noqa: PLR2004 - a cap
        pieces.setdefault(base, []).append((order, name.endswith("*"), text))
    for base, found in pieces.items():
        plain[base] = _join_extended(sorted(found))
    return main, plain


def _join_extended(pieces: list[tuple[int, bool, str]]) -> str:
    charset, joined = "utf-8", b""
    for _, is_encoded, text in pieces:
        rest = text
        if is_encoded and text.count("'") >= 2 and not joined:  # noqa: PLR2004 - charset'language'text
            charset, _, rest = text.split("'", 2)
        joined += unquote_to_bytes(rest) if is_encoded else rest.encode("utf-8", "replace")
    return decode_text(joined, charset) or _text(joined)


def _unquote(value: str) -> str:
    if len(value) >= 2 and value.startswith('"') and value.endswith('"'):  # noqa: PLR2004 - a pair of quotes
        return re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL)
    return value


def _split_multipart(content: bytes, boundary: str) -> list[bytes]:
    mark = re.escape(boundary.encode("utf-8", "replace"))
    delimiters = list(re.finditer(rb"^--" + mark + rb"(--)?[ \t]*\r?$", content, re.MULTILINE))
    pieces: list[bytes] = []
    for index, delimiter in enumerate(delimiters):
        if delimiter[1]:
            break
        end = delimiters[index + 1].start() if index + 1 < len(delimiters) else len(content)
        piece = content[delimiter.end() + 1 : end]
        # The line break before a delimiter belongs to the delimiter.
        pieces.append(piece.removesuffix(b"\n").removesuffix(b"\r") if index + 1 < len(delimiters) else piece)
    return pieces


def _undo_transfer_encoding(content: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        text = content.translate(None, _NOT_BASE64)
        usable = len(text) - 1 if len(text) % 4 == 1 else len(text)
        return binascii.a2b_base64(text[:usable] + b"=" * (-usable % 4))
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content)
    return content


def decode_text(content: bytes, charset: str) -> str | None:
    """The text, or None where the character set is unknown or does not fit the bytes."""
    try:
        codec = codecs.lookup(charset or "utf-8").name
        if codec.replace("_", "-") in _REFUSED_CODECS:
            return None
        text = content.decode(codec)
        text.encode()  # UTF-7 can smuggle in lone surrogates, which no JSON can carry
    except (LookupError, ValueError):
        return None
    return text


def decode_words(value: str) -> str:
    """RFC 2047 words turned into text; words split inside a character are joined first."""
    out: list[str] = []
    charset, pending, position = "", b"", 0
    for match in _ENCODED_WORD.finditer(value):
        gap = value[position : match.start()]
        name = match[1].partition("*")[0].lower()
        if pending and (gap.strip() or name != charset):
            out.append(decode_text(pending, charset) or _text(pending))
            pending = b""
        out.append(gap if gap.strip() or position == 0 else "")
        charset, position = name, match.end()
        pending += _decode_word(match[2].lower(), match[3])
    if pending:
        out.append(decode_text(pending, charset) or _text(pending))
    return "".join([*out, value[position:]])


def _decode_word(encoding: str, text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    if encoding == "b":
        return _undo_transfer_encoding(content, "base64")
    return binascii.a2b_qp(content.replace(b"_", b" "))
