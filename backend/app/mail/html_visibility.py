"""Judges from styles and attributes whether a person would see a piece of text."""

import re
from dataclasses import dataclass, replace
from typing import Final

from app.mail.html_colours import Colour, is_clear, read_colour, same
from app.mail.html_stylesheet import Attributes, Style

_TEXT_SIZE = 16.0
_SMALLEST_SEEN = 1.0
_FAR_AWAY = -100.0
_FAR_ABOVE = -1_000.0
"""Honest mail lays one thing over another by pulling it up a little."""
_HEAPED_UP = -10.0
_FAINTEST_SEEN = 0.05
_COLOURING: Final = frozenset({"background", "bgcolor", "color"})
_PLACED: Final = {
    "absolute": ("left", "top", "right", "bottom"),
    "fixed": ("left", "top", "right", "bottom"),
    "relative": ("left", "top"),
}
_LENGTH = re.compile(r"([-+]?\d{0,9}(?:\.\d{0,9})?)(px|pt|em|rem|ex|ch|vw|vh|cm|mm|in|%)?\s*(?:\Z|\s|/)")
_SIZE_IN_FONT = re.compile(r"(?:\A|\s)(\d[\d.]{0,9}(?:px|pt|em|rem|%))(?:\s|/)")
_SCALE = re.compile(r"scale[xy]?\(\s*([\d.]{1,8})")
_TRANSLATE = re.compile(r"translate[xy3d]{0,2}\(\s*(?:[-\d.]{1,8}(?:px)?\s*,\s*)?(-[\d.]{1,8})(?:px|em|rem|pt|vw|vh)")
_FAINT = re.compile(r"opacity\(\s*([\d.]{1,8}%?)")
_CLIPPED_AWAY = re.compile(r"inset\(\s*(?:[5-9]\d|1\d\d)(?:\.\d{1,3})?%|circle\(\s*0")
_CORNERS = re.compile(r"rect\(([^()]{1,60})\)")
_INHERITED: Final = frozenset({"", "inherit", "currentcolor"})
_PIXELS: Final = {"pt": 4 / 3, "cm": 38.0, "mm": 3.8, "in": 96.0}


@dataclass(frozen=True, slots=True)
class Look:
    """What text inherits from the elements around it; None is a colour that cannot be told (an image, a gradient)."""

    size: float = _TEXT_SIZE
    colour: Colour | None = (0, 0, 0)
    background: Colour | None = (255, 255, 255)
    visible: bool = True
    clear: bool = False
    """The text has no colour."""

    @property
    def shows_text(self) -> bool:
        return self.visible and not self.clear and self.size > _SMALLEST_SEEN and not same(self.colour, self.background)


def hides_all(attributes: Attributes, style: Style) -> bool:
    """Whether an element and all that is in it is out of sight."""
    if "hidden" in attributes or attributes.get("type") == "hidden":
        return True
    return bool(style) and (
        style.get("display") == "none"
        or style.get("content-visibility") == "hidden"
        or _opacity(style.get("opacity", "1")) < _FAINTEST_SEEN
        or _folded(style)
        or _off_screen(style)
        or _drawn_as_nothing(style)
    )


def _opacity(value: str) -> float:
    number = _number(value)
    return 1.0 if number is None else number / (100 if value.endswith("%") else 1)


def _folded(style: Style) -> bool:
    if not style.get("overflow", "").startswith(("hidden", "clip")):
        return False
    return any(_pixels(style.get(name, "")) in {0.0, 1.0} for name in ("max-height", "height", "max-width", "width"))


def _off_screen(style: Style) -> bool:
    placed = _PLACED.get(style.get("position", ""), ())
    lengths = (_pixels(style.get(name, "")) for name in (*placed, "text-indent", "margin-left"))
    if any(length is not None and length <= _FAR_AWAY for length in lengths):
        return True
    pulled, spacing = _pixels(style.get("margin-top", "")), _pixels(style.get("letter-spacing", ""))
    return (pulled is not None and pulled <= _FAR_ABOVE) or (spacing is not None and spacing <= _HEAPED_UP)


def _drawn_as_nothing(style: Style) -> bool:
    """Whether it is clipped, shrunk, moved or filtered away."""
    corners = _CORNERS.match(style.get("clip", "")) if style.get("position") in {"absolute", "fixed"} else None
    if corners and {_pixels(one) for one in corners[1].replace(",", " ").split()} <= {0.0, 1.0}:
        return True
    transform = style.get("transform", "")
    scale, moved = _SCALE.search(transform), _TRANSLATE.search(transform)
    faint = _FAINT.search(style.get("filter", ""))
    return bool(
        _CLIPPED_AWAY.match(style.get("clip-path", ""))
        or (scale and _opacity(scale[1]) < _FAINTEST_SEEN)
        or (moved and (_number(moved[1]) or 0.0) <= _FAR_AWAY)
        or (faint and _opacity(faint[1]) < _FAINTEST_SEEN)
    )


def inherit(look: Look, attributes: Attributes, style: Style) -> Look:
    """The look within an element that stands within `look`."""
    if not style and not _COLOURING & attributes.keys():
        return look
    ink = (style.get("color") or attributes.get("color") or "").strip().lower()
    return replace(
        look,
        size=_size(look.size, style),
        colour=_colour(look.colour, ink),
        background=_background(look.background, attributes, style),
        visible=style["visibility"] not in {"hidden", "collapse"} if "visibility" in style else look.visible,
        clear=is_clear(ink) if ink and ink not in _INHERITED else look.clear,
    )


def _size(inherited: float, style: Style) -> float:
    found = _SIZE_IN_FONT.search(style.get("font", ""))
    value = style.get("font-size") or (found[1] if found else "")
    pixels = _pixels(value, inherited)
    return inherited if pixels is None else pixels


def _background(inherited: Colour | None, attributes: Attributes, style: Style) -> Colour | None:
    shorthand = style.get("background", "")
    image = style.get("background-image", "none") != "none" or "url(" in shorthand or "gradient" in shorthand
    if image or attributes.get("background"):
        return None
    value = (style.get("background-color") or shorthand or attributes.get("bgcolor") or "").strip().lower()
    return inherited if value in {"none", "initial"} or is_clear(value) else _colour(inherited, value)


def _colour(inherited: Colour | None, value: str) -> Colour | None:
    return inherited if value in _INHERITED else read_colour(value)


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
