"""Reads the colours of a mail as far as it takes to see whether text stands out."""

import colorsys
import re
from typing import Final

_SAME: Final = 40
"""Sum of the differences of red, green and blue that no eye tells apart in a text."""
_CLEAR: Final = 0.1
_NAMED: Final = {
    "black": (0, 0, 0), "white": (255, 255, 255), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192),
    "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245), "ghostwhite": (248, 248, 255),
    "azure": (240, 255, 255), "aliceblue": (240, 248, 255), "mintcream": (245, 255, 250), "honeydew": (240, 255, 240),
    "floralwhite": (255, 250, 240), "seashell": (255, 245, 238), "oldlace": (253, 245, 230), "linen": (250, 240, 230),
    "lavenderblush": (255, 240, 245), "navy": (0, 0, 128), "maroon": (128, 0, 0), "orange": (255, 165, 0),
    "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211), "darkgray": (169, 169, 169),
}  # fmt: skip
_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\Z")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(\s*([\d.]{1,8})(?:deg)?[\s,]+([\d.]{1,8})%?[\s,]+([\d.]{1,8})%?")
_ALPHA = re.compile(r"(?:rgb|hsl)a?\([^()]{1,60}[,/]\s*([\d.]{1,8})(%?)\s*\)\Z")
_PARTS = 3
_SHORT_HEX = 4

Colour = tuple[int, int, int]


def read_colour(value: str) -> Colour | None:
    """The colour of a CSS value or an HTML attribute, None where it cannot be told."""
    if value in _NAMED:
        return _NAMED[value]
    found = _HEX.match(value if value.startswith("#") else f"#{value}")
    if found:
        digits = _long(found[1])
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))
    function = _FUNCTION.match(value)
    if function is None:
        return None
    first, second, third = (_number(function[place]) for place in (2, 3, 4))
    if function[1] == "rgb":
        return (int(first), int(second), int(third))
    red, green, blue = colorsys.hls_to_rgb(first % 360 / 360, min(third, 100) / 100, min(second, 100) / 100)
    return (round(red * 255), round(green * 255), round(blue * 255))


def is_clear(value: str) -> bool:
    """Whether it is no colour at all, or next to none."""
    if value == "transparent":
        return True
    found = _HEX.match(value)
    if found and len(found[1]) % _SHORT_HEX == 0:
        return int(_long(found[1])[6:], 16) < 255 * _CLEAR
    alpha = _ALPHA.match(value) if value.count(",") >= _PARTS or "/" in value else None
    return alpha is not None and _number(alpha[1]) / (100 if alpha[2] else 1) < _CLEAR


def same(left: Colour | None, right: Colour | None) -> bool:
    if left is None or right is None:
        return False
    return sum(abs(a - b) for a, b in zip(left, right, strict=True)) <= _SAME


def _long(digits: str) -> str:
    return "".join(2 * digit for digit in digits) if len(digits) <= _SHORT_HEX else digits


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
