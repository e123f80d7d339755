"""Words of an engine made safe to store and to show: plain text, no control characters, bounded."""

import re
import unicodedata
from typing import Final

MAX_SUMMARY: Final = 140
MAX_ASK: Final = 300
MAX_REASON: Final = 200
MAX_DRAFT: Final = 4_000

_SPACES: Final = re.compile(r"\s+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_KEPT: Final = frozenset("\n\t")


def one_line(text: str, limit: int) -> str:
    """One line of at most `limit` characters, cut between words with an ellipsis."""
    line = _SPACES.sub(" ", _visible(text[: limit * 8])).strip()
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > limit // 2 else cut).rstrip(" ,;:-") + "…"


def paragraphs(text: str, limit: int) -> str:
    """Several lines; trailing spaces and runs of blank lines go."""
    lines = (line.rstrip() for line in _visible(text[: limit * 2].replace("\r\n", "\n")).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()[:limit].rstrip()


def _visible(text: str) -> str:
    """Without control, format, surrogate and private-use characters: no bidi tricks, no zero width."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if char in _KEPT or unicodedata.category(char)[0] != "C")
