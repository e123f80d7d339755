"""Reads JSON of a shape that nobody has promised."""

from collections.abc import Mapping, Sequence
from typing import Any, cast


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def as_list(value: Any) -> Sequence[Any]:
    """The value if it is a list, else an empty one."""
    return cast("Sequence[Any]", value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else ()


def as_text(value: Any) -> str:
    """The value if it is text, else none."""
    return value if isinstance(value, str) else ""
