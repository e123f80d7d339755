"""Strangers' text on our pages: shown as it is, with what is invisible made visible and links marked, not made."""

import re
import unicodedata
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup, escape

UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
JOINERS: Final = frozenset("\u200c\u200d")
"""Part of ordinary Persian, Hindi and emoji."""

LINK_LIKE: Final = re.compile(
    r"""
      (?: https?:// | www\. ) [^\s<>"]+ [^\s<>".,;:!?)]  # a link, without the end of its sentence
    | [\w.+-]+ @ [\w-]+ (?: \. [\w-]+ )+            # an address
    | \b [\w-]+ (?: \. [\w-]+ )* \. [^\W\d_]{2,} \b # a bare domain
    """,
    re.VERBOSE,
)


def visible(text: str) -> str:
    """Replace characters that steer or hide, direction overrides and zero-width ones, by their code in brackets."""
    return "".join(map(_seen, text.replace("\r\n", "\n")))


def editable(text: str) -> str:
    """Without what cannot be seen: what a person saves after editing has no more in it than they saw."""
    return "".join(character for character in text.replace("\r\n", "\n") if _seen(character) == character)


def one_line(text: str) -> str:
    return " ".join(visible(text).split())


def marked(text: str) -> Markup:
    """Escape the text and mark every link, domain and address in it; none of them can be clicked."""
    shown, parts, end = visible(text), [Markup()], 0
    for found in LINK_LIKE.finditer(shown):
        parts += [escape(shown[end : found.start()]), Markup("<mark>{}</mark>").format(found.group())]
        end = found.end()
    return Markup().join([*parts, escape(shown[end:])])


def person(name: str, address: str) -> str:
    """The address always stands there: a name alone is whatever its owner wants it to be."""
    name, address = one_line(name), one_line(address)
    if not address:
        return name or "an unreadable sender"
    return f"{name} <{address}>" if name and name.casefold() != address else address


def local_time(moment: datetime, timezone: str) -> str:
    there = moment.astimezone(zone_of(timezone))
    return f"{there:%a} {there.day} {there:%b %Y, %H:%M}"


def zone_of(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def file_size(size: int) -> str:
    units = ("bytes", "KB", "MB")
    step = min(len(units) - 1, max(0, (size.bit_length() - 1) // 10))
    return f"{size / 1024**step:.{min(step, 1)}f} {units[step]}"


def _seen(character: str) -> str:
    if character in "\n\t" or character in JOINERS or unicodedata.category(character) not in UNSEEN:
        return character
    return f"⟨U+{ord(character):04X}⟩"
