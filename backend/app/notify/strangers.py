"""Words that strangers wrote, made harmless before they stand in a mail of ours: no control over the page, no links."""

import re
import unicodedata
from typing import Final

DOT: Final = "[.\u2024\u3002\ufe52\uff0e\uff61]"
"""What mail programs take for the dot of a domain: also the one-dot leader and the ideographic and wide ones."""

# Something before the dot and two characters after it, the first a letter: "shop.example", but not "e.g. this".
DOMAIN_DOT = re.compile(rf"(?<=[^\s.…(\[{{<\"'“‘])({DOT})(?=[^\W\d_](?:[\w-]|[^\x00-\x7f]))")
NUMBERED_HOST = re.compile(rf"(?<!\d)(\d{{1,3}})({DOT})(\d{{1,3}})({DOT})(\d{{1,3}})({DOT})(\d{{1,3}})(?!\d)")
WWW = re.compile(rf"(?i)\b(www)({DOT})")
SCHEME = re.compile(r":(?=//)|(?i:(?<=mailto)|(?<=callto)|(?<=magnet)|(?<=skype)|(?<=tel)|(?<=sms)|(?<=sip)):(?=\S)")
NETWORK_SHARE = re.compile(r"\\\\(?=\S)")

UNSEEN: Final = {"Cf", "Cs", "Co", "Cn"}
"""Unicode categories: format (direction overrides, zero-width, tags), surrogate, private, unassigned."""


def harmless(text: str) -> str:
    """One line that no mail program turns into a link: `shop.example` becomes `shop[.]example`.

    The bracket is seen, which a zero-width character is not: it survives copying, does not smell of spam to
    filters, and tells the reader that the words are a stranger's.
    """
    line = one_line(text)
    line = SCHEME.sub("[:]", line)
    line = NETWORK_SHARE.sub(r"\\[\\]", line)
    line = NUMBERED_HOST.sub(r"\1[\2]\3[\4]\5[\6]\7", line)
    line = WWW.sub(r"\1[\2]", line)
    return DOMAIN_DOT.sub(r"[\1]", line)


def one_line(text: str) -> str:
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """Without characters that are not seen but steer; controls other than line breaks and tabs become blanks."""
    return "".join(map(_seen, text))


def shortened(text: str, limit: int) -> str:
    line = one_line(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return character if character in "\n\t" else " "
    return "" if category in UNSEEN else character
