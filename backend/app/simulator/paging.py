"""Page tokens that stay right while the mailbox changes: they name the last item, not a number of items."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.simulator.api_error import invalid
from app.simulator.payload import b64url, from_b64url

T = TypeVar("T")
Key = tuple[int, str]


def page(
    items: Sequence[T], token: str, size: int, *, key: Callable[[T], Key], newest_first: bool = True
) -> tuple[list[T], str]:
    """The items after the one the token names, and the next token, empty at the end."""
    rest = list(items)
    if token:
        last = _read(token)
        rest = [item for item in items if _is_after(key(item), last, newest_first=newest_first)]
    found = rest[:size]
    return found, _write(key(found[-1])) if len(rest) > size else ""


def _is_after(key: Key, last: Key, *, newest_first: bool) -> bool:
    if not newest_first:
        return key > last
    return (-key[0], key[1]) > (-last[0], last[1])


def _write(key: Key) -> str:
    return b64url(f"{key[0]}:{key[1]}".encode()).rstrip("=")


def _read(token: str) -> Key:
    try:
        number, _, name = from_b64url(token).decode().partition(":")
        return int(number), name
    except ValueError as error:
        raise invalid("Invalid pageToken") from error
