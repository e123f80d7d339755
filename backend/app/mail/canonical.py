"""Makes text canonical: what the eye reads, without what it cannot see and without what a database refuses."""

import re
import unicodedata
from dataclasses import dataclass

MAX_TEXT = 2_000_000
"""Characters of text that are looked at; what is longer is cut."""

_JOINERS = "\u00ad\u034f\u200c\u200d\ufe0e\ufe0f"
_BIDI_AND_TAGS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e0fff"
_INVISIBLE = (
    _JOINERS + _BIDI_AND_TAGS + "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u2800\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_REFUSED = re.compile("[\x00\ud800-\udfff]")
_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(f"[{_CONTROLS}]")
_INVISIBLES = re.compile(f"[{_INVISIBLE}]")
# Emoji and several scripts need a joiner or two between visible characters; only those are not counted as hidden.
_HONEST_JOINER = re.compile(f"(?<=[^\\s{_INVISIBLE}])\ufe0f?[{_JOINERS}](?![{_INVISIBLE}])")
# So do texts that mix directions: a mark of direction by itself, unlike an override, hides nothing.
_HONEST_DIRECTION = re.compile(f"(?<![{_INVISIBLE}])[\u061c\u200e\u200f](?![{_INVISIBLE}])")
# unicodedata sorts combining marks by insertion: a run of a million takes hours, so runs are normalised in pieces.
_FOREIGN = re.compile("[\x21-\x7f]?[^\x00-\x7f]{1,256}")
_NOT_IN_A_LINE = re.compile(f"[{_BIDI_AND_TAGS}\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb]")
_BLANK_LINES = re.compile("\n{3,}")


@dataclass(frozen=True, slots=True)
class Canonical:
    text: str
    hidden: int
    """Invisible characters that were taken out."""


def storable(text: str) -> str:
    """Replace what PostgreSQL refuses in text (NUL, lone surrogates) by the replacement character."""
    return _REFUSED.sub("\ufffd", text)


def canonical_text(text: str) -> Canonical:
    """Normalise to NFKC without control, zero-width, bidi and tag characters; lines trimmed, one blank line at most."""
    text = _NEWLINE.sub("\n", storable(text[:MAX_TEXT]))
    text = _CONTROL.sub("", text)
    hidden = 0
    if not text.isascii():
        text = _HONEST_DIRECTION.sub("", _HONEST_JOINER.sub("", text))
        text, hidden = _INVISIBLES.subn("", text)
        text = _FOREIGN.sub(_compose, text)[:MAX_TEXT]
    return Canonical(text=tidy_lines(text), hidden=hidden)


def _compose(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found.group())


def tidy_lines(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip("\n")


def one_line(text: str, limit: int) -> str:
    """Text for a header or a name: one line, no control, bidi or tag characters. Not NFKC, or threads would break."""
    text = _CONTROL.sub(" ", storable(text[: 4 * limit]))
    return " ".join(_NOT_IN_A_LINE.sub("", text).split())[:limit].rstrip()
