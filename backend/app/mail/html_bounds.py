"""Rewrites untrusted HTML so that building its tree takes bounded time and memory.

Tree construction as HTML prescribes it is quadratic in nesting, in attributes of one tag and in open formatting tags:
a mail of one megabyte can take minutes, or all memory. So tags are counted, attributes picked and cut beforehand.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

from app.mail.canonical import MAX_TEXT, storable

MAX_TAGS = 15_000
MAX_ATTRIBUTES = 200
_MAX_REBUILT = 1_000_000
"""Open formatting tags times tags: an upper bound of the nodes that misnesting can make."""
_MAX_STYLE = 100_000
_MAX_VALUE = 2_000
_KEPT_ATTRIBUTES: Final = frozenset({
    "alt", "background", "bgcolor", "class", "color", "hidden", "href", "id", "style", "type",
})  # fmt: skip
_RAW_TEXT: Final = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"})
_DROPPED: Final = frozenset({"frame", "frameset", "math", "meta", "link", "plaintext", "svg"})

_ATTRIBUTE = r"[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+"
_TAG = re.compile(rf"<(/?)([A-Za-z][^\s/>]*+)((?:[\s/]++|{_ATTRIBUTE})*+)(>|\Z)")
_ATTRIBUTES = re.compile(r"([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s>\"'][^\s>]*+))?+)?+")
_COMMENT_END = re.compile(r"--!?>")
_BOGUS_COMMENT = re.compile(r"<(?:[!?]|/(?![A-Za-z]))[^>]*+>?")
_PLAIN_NAME = re.compile(r"[a-z][a-z0-9]{0,15}\Z")
_FORMATTING = re.compile(r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE)
_FORMATTING_NAMES: Final = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoundedHtml:
    markup: str
    stylesheet: str
    complete: bool
    """False when tags were left out; then the original is not fit for any other HTML parser either."""


class _Rewriter:
    def __init__(self, html: str) -> None:
        self.html = html
        self.out: list[str] = []
        self.styles: list[str] = []
        self.tags = 0
        self.most_attributes = 0
        tags = html.count("<")
        self.too_many_formats = len(_FORMATTING.findall(html)) * min(tags, MAX_TAGS) > _MAX_REBUILT

    def run(self) -> BoundedHtml:
        position = 0
        while (start := self.html.find("<", position)) >= 0:
            self.out.append(self.html[position:start])
            position = self._markup(start)
        self.out.append(self.html[position:])
        complete = self.tags <= MAX_TAGS and not self.too_many_formats and self.most_attributes <= MAX_ATTRIBUTES
        return BoundedHtml("".join(self.out), "\n".join(self.styles)[:_MAX_STYLE], complete)

    def _markup(self, start: int) -> int:
        """Rewrite what begins at this `<`; gives where to go on."""
        if self.html.startswith("<!--", start):
            end = _COMMENT_END.search(self.html, start + 2)
            return end.end() if end else len(self.html)
        found = _TAG.match(self.html, start)
        if found:
            return self._tag(found)
        bogus = _BOGUS_COMMENT.match(self.html, start)
        if bogus:
            return bogus.end()
        self.out.append("&lt;")
        return start + 1

    def _tag(self, found: re.Match[str]) -> int:
        closing, name, attributes, end = found.groups()
        name = name.lower()
        if not end or name in _DROPPED:
            return found.end()
        if name in _RAW_TEXT:
            return found.end() if closing else self._raw_text(name, found.end())
        self.tags += 1
        if self.tags > MAX_TAGS:
            self.out.append(" ")
            return found.end()
        if not _PLAIN_NAME.match(name) or (self.too_many_formats and name in _FORMATTING_NAMES):
            name = "span"
        self.out.append(f"</{name}>" if closing else f"<{name}{self._attributes(attributes)}>")
        return found.end()

    def _raw_text(self, name: str, start: int) -> int:
        end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(self.html, start)
        stop = end.start() if end else len(self.html)
        if name == "style":
            self.styles.append(self.html[start : min(stop, start + _MAX_STYLE)])
        return stop

    def _attributes(self, text: str) -> str:
        kept: dict[str, str] = {}
        for count, (name, double, single, bare) in enumerate(_ATTRIBUTES.findall(text)):
            self.most_attributes = max(self.most_attributes, count)
            lowered = name.lower()
            if lowered in _KEPT_ATTRIBUTES and lowered not in kept:
                value = unescape((double or single or bare)[:_MAX_VALUE])
                kept[lowered] = value.replace("&", "&amp;").replace('"', "&quot;")
        return "".join(f' {name}="{value}"' for name, value in kept.items())


def bound_html(html: str) -> BoundedHtml:
    """Rewrite HTML into harmless HTML of the same meaning, and the text of its style elements beside it."""
    return _Rewriter(storable(html[:MAX_TEXT])).run()
