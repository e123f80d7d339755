"""Reads lists of addresses out of headers that anybody may have damaged, in one pass and without recursion."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.mail.canonical import one_line
from app.mail.charsets import MAX_HEADER, decode_words

MAX_ADDRESSES = 1_000
_LONGEST_ADDRESS = 320
_LONGEST_NAME = 200
_ANGLED = re.compile(r"<([^<>]*)>")
_ESCAPED = re.compile(r"\\(.)")
_LOCAL = re.compile(r'(?:[^\s"(),:;<>@\[\]\\]+|"[^"\\@]{1,64}")\Z')
_DOMAIN = re.compile(r"(?!.*\.\.)[^\s\"(),:;<>@\[\]\\./]+(?:\.[^\s\"(),:;<>@\[\]\\./]+)*\Z")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class NamedAddress:
    name: str
    address: str
    """Lower case, local@domain."""


def parse_addresses(value: str) -> tuple[NamedAddress, ...]:
    """Read every address that can be read, in order; what cannot is left out. Never raises."""
    value = value[:MAX_HEADER]
    found = tuple(_read_all(value))
    if found or "=?" not in value:
        return found
    # Some senders encode the whole list. Only tried when nothing is lost by it: encoded text must never add an address.
    return tuple(_read_all(decode_words(value)))


def _read_all(value: str) -> Iterator[NamedAddress]:
    count = 0
    for piece in _split(value):
        read = _read_one(piece)
        if read is not None:
            yield read
            count += 1
        if count == MAX_ADDRESSES:
            return


@dataclass(slots=True)
class _Piece:
    """One entry of a list: its text outside of quotes and comments, with the quoted names and comments beside it."""

    plain: list[str]
    quoted: list[str]
    comments: list[str]


def _split(value: str) -> Iterator[_Piece]:
    pieces, complete = _scan(value, quotes=True)
    if not complete:
        # An open quote would swallow the rest of the list: read again as if the quotes were not there.
        pieces, _ = _scan(value.replace('"', " "), quotes=False)
    return iter(pieces)


class _Scanner:
    """Cuts a header at its top-level commas; a depth is counted where a grammar would recurse."""

    def __init__(self) -> None:
        self.pieces: list[_Piece] = [_Piece([], [], [])]
        self.quote: list[str] | None = None
        self.depth = 0
        self.angled = False

    def feed(self, char: str) -> None:
        if self.quote is not None:
            self._in_quote(char)
        elif self.depth:
            self._in_comment(char)
        else:
            self._outside(char)

    def _in_quote(self, char: str) -> None:
        piece = self.pieces[-1]
        if char == '"' and self.quote is not None:
            text = "".join(self.quote)
            # Quoted text is a name, and whatever looks like an address in it is none, unless it stands within <>.
            (piece.plain if self.angled else piece.quoted).append(f'"{text}"')
            self.quote = None
        elif self.quote is not None:
            self.quote.append(char)

    def _in_comment(self, char: str) -> None:
        self.depth += (char == "(") - (char == ")")
        if self.depth:
            self.pieces[-1].comments.append(char)

    def _outside(self, char: str) -> None:
        if char == '"':
            self.quote = []
        elif char == "(":
            self.depth = 1
        elif char in ",;" and not self.angled:
            self.pieces.append(_Piece([], [], []))
        else:
            self.angled = char == "<" or (self.angled and char != ">")
            self.pieces[-1].plain.append(char)


def _scan(value: str, *, quotes: bool) -> tuple[list[_Piece], bool]:
    scanner = _Scanner()
    skip = ""
    for char in value:
        if skip:
            # An escaped character stands for itself and opens or closes nothing.
            if scanner.quote is not None:
                scanner.quote.append(skip + char)
            skip = ""
        elif char == "\\" and quotes and (scanner.quote is not None or scanner.depth):
            skip = char
        else:
            scanner.feed(char)
    return scanner.pieces, scanner.quote is None and scanner.depth == 0 and not scanner.angled


def _read_one(piece: _Piece) -> NamedAddress | None:
    plain = "".join(piece.plain).strip()
    if "@" not in plain:
        return None
    angled = {inside for inside in _ANGLED.findall(plain) if "@" in inside}
    if len(angled) > 1:
        return None  # Readers disagree on which of them counts, which is what an attacker wants.
    if angled:
        address = clean_address(angled.pop().rpartition(":")[2])
        quoted = " ".join(_ESCAPED.sub(r"\1", text[1:-1]) for text in piece.quoted)
        name = quoted or _without_group(plain[: plain.find("<")])
    else:
        address = clean_address(_without_group(plain))
        name = "".join(piece.comments)
    return NamedAddress(name=one_line(decode_words(name), _LONGEST_NAME), address=address) if address else None


def _without_group(text: str) -> str:
    """Drop the name of a group ("Friends: a@example.org, …;") that stands before its first member."""
    return text.rpartition(":")[2].strip()


def clean_address(address: str) -> str:
    """Lower-case form of an address, empty when it is none or holds a character that cannot be seen.

    Nothing is taken out of an address: without its hidden character it would be somebody else's.
    """
    address = address.strip(" \t\r\n<>").rstrip(".")
    lowered = unicodedata.normalize("NFC", address[: _LONGEST_ADDRESS + 1]).lower()
    local, at, domain = lowered.rpartition("@")
    readable = (
        at
        and len(address) <= _LONGEST_ADDRESS
        and lowered.isascii() == address.isascii()  # the Kelvin sign's lower case is an ordinary k
        and not any(unicodedata.category(char) in _UNSEEN for char in lowered.replace(" ", "" if '"' in local else " "))
        and _LOCAL.match(local)
        and _DOMAIN.match(domain)
    )
    return lowered if readable else ""


def distinct(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for address in addresses if address))[:MAX_ADDRESSES]
