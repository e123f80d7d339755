"""Judges from styles and attributes whether a person would see a piece of text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

_MAX_RULES = 200
_TEXT_SIZE = 16.0
_SMALLEST_SEEN = 1.0
_FAR_AWAY = -100.0
_SAME_COLOUR = 12
"""Sum of the differences of red, green and blue that no eye tells apart."""
_USED: Final = frozenset({
    "background", "background-color", "background-image", "clip", "color", "display", "font", "font-size", "height",
    "left", "margin-left", "max-height", "opacity", "overflow", "position", "text-indent", "top", "visibility",
    "white-space",
})  # fmt: skip
_COLOURING: Final = frozenset({"background", "bgcolor", "color"})
_NAMED: Final = {
    "black": (0, 0, 0), "white": (255, 255, 255), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192),
    "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245), "ghostwhite": (248, 248, 255),
}  # fmt: skip
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_BRACE = re.compile(r"([{}])")
_SIMPLE_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]{1,60})*)\Z", re.ASCII)
_LENGTH = re.compile(r"([-+]?\d{0,9}(?:\.\d{0,9})?)(px|pt|em|rem|ex|ch|vw|vh|cm|mm|in|%)?\s*(?:\Z|\s|/)")
_SIZE_IN_FONT = re.compile(r"(?:\A|\s)(\d[\d.]{0,9}(?:px|pt|em|rem|%))(?:\s|/)")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\Z")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]{1,8})%?)?\s*\)\Z")
_PIXELS: Final = {"pt": 4 / 3, "cm": 38.0, "mm": 3.8, "in": 96.0}

Colour = tuple[int, int, int]
Style = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """What text inherits from the elements around it; None is a colour that cannot be told (an image, a gradient)."""

    size: float = _TEXT_SIZE
    colour: Colour | None = (0, 0, 0)
    background: Colour | None = (255, 255, 255)
    visible: bool = True

    @property
    def shows_text(self) -> bool:
        return self.visible and self.size > _SMALLEST_SEEN and not _same(self.colour, self.background)


def _same(left: Colour | None, right: Colour | None) -> bool:
    if left is None or right is None:
        return False
    return sum(abs(a - b) for a, b in zip(left, right, strict=True)) <= _SAME_COLOUR


@dataclass(frozen=True, slots=True)
class _Rule:
    tag: str
    classes: frozenset[str]
    ids: frozenset[str]
    style: Style


@dataclass(slots=True)
class Stylesheet:
    """The rules with simple selectors (`.preheader`, `td.note`, `#top`), by the part of the selector that is rarest."""

    rules: dict[str, list[_Rule]] = field(default_factory=dict[str, list[_Rule]])

    def style_of(self, tag: str, attributes: Mapping[str, str | None]) -> dict[str, str]:
        """Declarations that hold for an element; its own style attribute comes last."""
        classes = frozenset((attributes.get("class") or "").split())
        own_id = attributes.get("id") or ""
        style: dict[str, str] = {}
        for key in (tag, *(f".{name}" for name in classes), f"#{own_id}"):
            for rule in self.rules.get(key, ()):
                if rule.tag in {"", tag} and rule.classes <= classes and rule.ids <= {own_id}:
                    style |= rule.style
        return style | declarations(attributes.get("style") or "")


def parse_stylesheet(text: str) -> Stylesheet:
    sheet = Stylesheet()
    count = 0
    for selectors, body in _top_level_blocks(_COMMENT.sub("", text)):
        style = declarations(body)
        for selector in selectors.split(",") if style else ():
            found = _SIMPLE_SELECTOR.match(selector.strip())
            if found and count < _MAX_RULES:
                count += 1
                _add(sheet, found[1] or "", found[2], style)
    return sheet


def _add(sheet: Stylesheet, tag: str, rest: str, style: Style) -> None:
    parts = re.findall(r"[.#][\w-]+", rest)
    names = {sign: frozenset(part[1:] for part in parts if part[0] == sign) for sign in ".#"}
    key = next((part for part in parts if part[0] == "#"), parts[0] if parts else tag)
    sheet.rules.setdefault(key, []).append(_Rule(tag, names["."], names["#"], style))


def _top_level_blocks(css: str) -> Iterator[tuple[str, str]]:
    """Blocks outside of media queries: what hides on a telephone only is not hidden."""
    depth, prelude = 0, ""
    pieces = _BRACE.split(css)
    for text, brace in zip(pieces[::2], pieces[1::2], strict=False):
        if brace == "{":
            depth += 1
            prelude = text.rpartition(";")[2].strip() if depth == 1 else "@"
        else:
            if depth == 1 and not prelude.startswith("@"):
                yield prelude, text
            depth = max(0, depth - 1)


def declarations(text: str) -> dict[str, str]:
    """Read declarations that matter for visibility; of several the last, or the last important one, holds."""
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


def hides_all(attributes: Mapping[str, str | None], style: Style) -> bool:
    """Whether an element and all that is in it is out of sight."""
    if "hidden" in attributes or attributes.get("type") == "hidden":
        return True
    return bool(style) and (
        style.get("display") == "none"
        or _opacity(style) < 0.05  # noqa: PLR2004
        or _folded(style)
        or _off_screen(style)
    )


def _opacity(style: Style) -> float:
    value = style.get("opacity", "1")
    number = _number(value)
    return 1.0 if number is None else number / (100 if value.endswith("%") else 1)


def _folded(style: Style) -> bool:
    if not style.get("overflow", "").startswith(("hidden", "clip")):
        return False
    return any(_pixels(style.get(name, "")) in {0.0, 1.0} for name in ("max-height", "height"))


def _off_screen(style: Style) -> bool:
    placed = ("left", "top") if style.get("position") in {"absolute", "fixed"} else ()
    lengths = (_pixels(style.get(name, "")) for name in (*placed, "text-indent", "margin-left"))
    clipped = placed and style.get("clip", "").replace("px", "").replace(",", " ").split() == ["rect(0", "0", "0", "0)"]
    return bool(clipped) or any(length is not None and length <= _FAR_AWAY for length in lengths)


def inherit(look: Look, attributes: Mapping[str, str | None], style: Style) -> Look:
    """The look within an element that stands within `look`."""
    if not style and not _COLOURING & attributes.keys():
        return look
    return replace(
        look,
        size=_size(look.size, style),
        colour=_colour(look.colour, style.get("color") or attributes.get("color")),
        background=_background(look.background, attributes, style),
        visible=style["visibility"] not in {"hidden", "collapse"} if "visibility" in style else look.visible,
    )


def _size(inherited: float, style: Style) -> float:
    found = _SIZE_IN_FONT.search(style.get("font", ""))
    value = style.get("font-size") or (found[1] if found else "")
    pixels = _pixels(value, inherited)
    return inherited if pixels is None else pixels


def _background(inherited: Colour | None, attributes: Mapping[str, str | None], style: Style) -> Colour | None:
    shorthand = style.get("background", "")
    image = style.get("background-image", "none") != "none" or "url(" in shorthand or "gradient" in shorthand
    if image or attributes.get("background"):
        return None
    value = style.get("background-color") or shorthand or attributes.get("bgcolor")
    return inherited if value in {None, "", "none", "transparent", "inherit", "initial"} else _colour(inherited, value)


def _colour(inherited: Colour | None, value: str | None) -> Colour | None:
    value = (value or "").strip().lower()
    if value in {"", "inherit", "currentcolor"}:
        return inherited
    if value in _NAMED:
        return _NAMED[value]
    found = _HEX.match(value if value.startswith("#") else f"#{value}")
    if found:
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])  # noqa: PLR2004
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
    rgb = _RGB.match(value)
    return (int(rgb[1]), int(rgb[2]), int(rgb[3])) if rgb else None


def _number(value: str) -> float | None:
    found = _LENGTH.match(value)
    return float(found[1]) if found and found[1].strip("+-.") else None


def _pixels(value: str, inherited: float = _TEXT_SIZE) -> float | None:
    number = _number(value)
    found = _LENGTH.match(value)
    if number is None or found is None:
        return None
    unit = found[2] or "px"
    if unit in {"em", "ex", "ch"}:
        return number * inherited
    if unit == "%":
        return number * inherited / 100
    return number * (_TEXT_SIZE if unit == "rem" else _PIXELS.get(unit, 1.0))
