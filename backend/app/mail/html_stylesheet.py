"""Reads style sheets and attributes of a mail as far as they decide what a person sees."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborNode

_MAX_RULES = 200
_MAX_COMPOUNDS = 5
_MAX_STEPS = 50_000
"""Elements looked at above others in one page: selectors and nesting may both be hostile."""
_USED: Final = frozenset({
    "background", "background-color", "background-image", "bottom", "clip", "clip-path", "color", "content-visibility",
    "display", "filter", "font", "font-size", "height", "left", "letter-spacing", "margin-left", "margin-top",
    "max-height", "max-width", "opacity", "overflow", "position", "right", "text-indent", "top", "transform",
    "visibility", "white-space", "width",
})  # fmt: skip
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_BRACE = re.compile(r"([{}])")
_ANY_SCREEN = re.compile(r"@media\s+(?:only\s+)?(?:all|screen)\Z", re.IGNORECASE)
_COMPOUND = re.compile(r"(?:\*|([a-z][a-z0-9]*))?((?:[.#][\w-]{1,60})*)\Z", re.ASCII)
_COMBINATOR = re.compile(r"\s*>\s*|\s+")
_BY_CLASS = re.compile(r"\[class[~*^|]?=[\"']?([\w-]{1,60})[\"']?\]")
_BY_ID = re.compile(r"\[id=[\"']?([\w-]{1,60})[\"']?\]")
_UNLESS = re.compile(r":not\([^()]{1,60}\)")

Attributes = Mapping[str, str | None]
Style = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Compound:
    tag: str
    classes: frozenset[str]
    ids: frozenset[str]

    def matches(self, tag: str, classes: frozenset[str], own_id: str) -> bool:
        return self.tag in {"", tag} and self.classes <= classes and self.ids <= {own_id}


@dataclass(frozen=True, slots=True)
class _Rule:
    last: _Compound
    within: tuple[_Compound, ...]
    """What stands above, nearest first."""
    style: Style


@dataclass(slots=True)
class Stylesheet:
    """The rules (`.preheader`, `td.note`, `#top .x`), by the part of the last compound that is rarest."""

    rules: dict[str, list[_Rule]] = field(default_factory=dict[str, list[_Rule]])
    steps_left: int = _MAX_STEPS

    def style_of(self, node: LexborNode, tag: str, attributes: Attributes) -> dict[str, str]:
        """Declarations that hold for an element; its own style attribute comes last."""
        style: dict[str, str] = {}
        if self.rules:
            classes, own_id = _names(attributes)
            for key in ("*", tag, *(f".{name}" for name in classes), f"#{own_id}"):
                for rule in self.rules.get(key, ()):
                    if rule.last.matches(tag, classes, own_id) and self._stands_within(node, rule.within):
                        style |= rule.style
        return style | declarations(attributes.get("style") or "")

    def _stands_within(self, node: LexborNode, within: tuple[_Compound, ...]) -> bool:
        """A parent and any ancestor are taken for the same, so that one walk up is enough."""
        missing = list(reversed(within))
        above = node.parent if missing else None
        while missing and above is not None and self.steps_left > 0:
            self.steps_left -= 1
            if missing[-1].matches(above.tag or "", *_names(above.attributes)):
                missing.pop()
            above = above.parent
        return not missing


def _names(attributes: Attributes) -> tuple[frozenset[str], str]:
    return frozenset((attributes.get("class") or "").split()), attributes.get("id") or ""


def parse_stylesheet(text: str) -> Stylesheet:
    sheet = Stylesheet()
    count = 0
    for selectors, body in _top_level_blocks(_COMMENT.sub("", text)):
        style = declarations(body)
        for selector in selectors.split(",") if style else ():
            compounds = _compounds(selector)
            if compounds and count < _MAX_RULES:
                count += 1
                last, *above = reversed(compounds)
                sheet.rules.setdefault(_key(last), []).append(_Rule(last, tuple(above), style))
    return sheet


def _compounds(selector: str) -> tuple[_Compound, ...]:
    """None of them where it says more than is understood here."""
    plain = _UNLESS.sub("", _BY_ID.sub(r"#\1", _BY_CLASS.sub(r".\1", selector.strip())))
    words = _COMBINATOR.split(plain)
    found = [_COMPOUND.match(word) for word in words[: _MAX_COMPOUNDS + 1]]
    if len(words) > _MAX_COMPOUNDS or "" in words:
        return ()
    compounds = tuple(_compound(one[1] or "", one[2]) for one in found if one is not None)
    return compounds if len(compounds) == len(words) else ()


def _compound(tag: str, rest: str) -> _Compound:
    parts = re.findall(r"[.#][\w-]+", rest)
    names = {sign: frozenset(part[1:] for part in parts if part[0] == sign) for sign in ".#"}
    return _Compound(tag, names["."], names["#"])


def _key(compound: _Compound) -> str:
    for sign, names in (("#", compound.ids), (".", compound.classes)):
        if names:
            return sign + min(names)
    return compound.tag or "*"


def _top_level_blocks(css: str) -> Iterator[tuple[str, str]]:
    """Blocks outside of media queries: what hides on a telephone only is not hidden."""
    depth, prelude, any_screen = 0, "", False
    pieces = _BRACE.split(css)
    for text, brace in zip(pieces[::2], pieces[1::2], strict=False):
        if brace == "{":
            opens = text.rpartition(";")[2].strip()
            if depth == 0 and not any_screen and _ANY_SCREEN.match(opens):
                any_screen = True
                continue
            depth += 1
            prelude = opens if depth == 1 else "@"
        else:
            if depth == 1 and not prelude.startswith("@"):
                yield prelude, text
            any_screen = any_screen and depth > 0
            depth = max(0, depth - 1)


def declarations(text: str) -> dict[str, str]:
    """Read declarations that matter for visibility; of several the last, or the last important one, holds."""
    if not text:
        return {}
    text = _ESCAPE.sub(_unescape, _COMMENT.sub("", text)) if "\\" in text or "/*" in text else text
    style: dict[str, str] = {}
    important: set[str] = set()
    for declaration in text.lower().split(";"):
        name, _, value = declaration.partition(":")
        name, (value, bang, _) = name.strip(), value.strip().partition("!")
        if name in _USED and (bang or name not in important):
            style.pop(name, None)
            style[name] = value.strip()
            important |= {name} if bang else set()
    return style


def _unescape(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if 0 < code < 0xD800 else ""  # noqa: PLR2004 - no surrogates
