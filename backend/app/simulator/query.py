"""Gmail's search language, as far as clients of mail APIs use it."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from app.simulator.mime import decode_words
from app.simulator.model import INBOX, SPAM, TRASH, StoredMessage
from app.simulator.payload import visible_text

MAX_SECONDS_DIGITS: Final = 12

Test = Callable[[StoredMessage], bool]

_DATE = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_AGE = re.compile(r"(\d+)([hdmy])")
_AGE_UNITS: Final = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}
_PLACES: Final = {"anywhere": None, "inbox": INBOX, "spam": SPAM, "trash": TRASH, "draft": "DRAFT", "drafts": "DRAFT"}
_STATES: Final = {"unread": "UNREAD", "starred": "STARRED", "important": "IMPORTANT"}
_TERM = re.compile(r'-?\([^()]*\)|-?[\w]+:\([^()]*\)|-?(?:[\w]+:)?"[^"]*"|\S+')


@dataclass(frozen=True, slots=True)
class Query:
    """A search, ready to be put to messages."""

    tests: tuple[Test, ...]
    covers_spam_and_trash: bool = False

    def matches(self, message: StoredMessage) -> bool:
        return all(test(message) for test in self.tests)


@dataclass(frozen=True, slots=True)
class _Context:
    now: datetime
    label_ids: Mapping[str, str]
    """Ids by lower-case name, with spaces and slashes as hyphens too."""


def parse_query(text: str, *, now: datetime, label_ids: Mapping[str, str]) -> Query:
    """Terms side by side must all hold; `OR` joins two of them. What cannot be read matches nothing."""
    context = _Context(now, label_ids)
    terms = _TERM.findall(text)
    tests: list[Test] = []
    position = 0
    while position < len(terms):
        alternatives = [_test(terms[position], context)]
        while position + 2 < len(terms) and terms[position + 1] == "OR":
            position += 2
            alternatives.append(_test(terms[position], context))
        tests.append(_any_of(alternatives))
        position += 1
    places = {term.lower() for term in terms}
    return Query(tuple(tests), bool(places & {"in:anywhere", "in:spam", "in:trash", "label:spam", "label:trash"}))


def label_names(names: Mapping[str, str]) -> dict[str, str]:
    """Ids by every spelling the search accepts: the name, and the name with hyphens for spaces and slashes."""
    return {
        spelling: label_id
        for label_id, name in names.items()
        for spelling in (name.lower(), re.sub(r"[\s/]+", "-", name.lower()))
    }


def _any_of(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda message: any(test(message) for test in tests)


def _test(term: str, context: _Context) -> Test:
    if term.startswith("-") and len(term) > 1:
        inner = _test(term[1:], context)
        return lambda message: not inner(message)
    if term.startswith("(") and term.endswith(")"):
        return parse_query(term[1:-1], now=context.now, label_ids=context.label_ids).matches
    operator, colon, value = term.partition(":")
    build = _OPERATORS.get(operator.lower()) if colon else None
    if build is None:
        return _words(term.strip('"'))
    if value.startswith("(") and value.endswith(")"):
        words = _split_words(value[1:-1])
        return _any_of([build(word, context) for word in words if word != "OR"]) if words else _nothing
    return build(value.strip('"'), context)


def _split_words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _nothing(_: StoredMessage) -> bool:
    return False


def _words(text: str) -> Test:
    wanted = text.casefold()

    def test(message: StoredMessage) -> bool:
        part = message.parsed()
        headers = " ".join(decode_words(part.header(name)) for name in ("Subject", "From", "To", "Cc"))
        return wanted in f"{headers} {visible_text(part)}".casefold()

    return test


def _header(name: str) -> Callable[[str, _Context], Test]:
    def build(value: str, _: _Context) -> Test:
        wanted = value.casefold()
        return lambda message: wanted in decode_words(message.parsed().header(name)).casefold()

    return build


def _message_id(value: str, _: _Context) -> Test:
    wanted = value.strip("<>")
    return lambda message: message.message_id_header.strip("<>") == wanted


def _has_label(label_id: str) -> Test:
    return lambda message: label_id in message.label_ids


def _in(value: str, context: _Context) -> Test:
    place = value.lower()
    if place == "anywhere":
        return lambda _: True
    return _has_label(_PLACES.get(place) or context.label_ids.get(place) or place.upper())


def _label(value: str, context: _Context) -> Test:
    return _has_label(context.label_ids.get(value.lower(), value))


def _is(value: str, _: _Context) -> Test:
    if value.lower() == "read":
        return lambda message: "UNREAD" not in message.label_ids
    label = _STATES.get(value.lower())
    return _has_label(label) if label else _nothing


def _category(value: str, _: _Context) -> Test:
    name = "PERSONAL" if value.lower() == "primary" else value.upper()
    return _has_label(f"CATEGORY_{name}")


def _has(value: str, _: _Context) -> Test:
    if value.lower() != "attachment":
        return _nothing
    return lambda message: any(part.filename for part in message.parsed().walk())


def _moment(value: str) -> int | None:
    """Epoch milliseconds of a date (taken as UTC; Gmail takes the user's zone) or of a number of seconds."""
    if value.isascii() and value.isdigit() and len(value) <= MAX_SECONDS_DIGITS:
        return int(value) * 1000
    found = _DATE.fullmatch(value)
    if not found:
        return None
    try:
        day = datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
    except ValueError:
        return None
    return int(day.timestamp() * 1000)


def _after(value: str, _: _Context) -> Test:
    moment = _moment(value)
    return _nothing if moment is None else lambda message: message.internal_date_ms >= moment


def _before(value: str, _: _Context) -> Test:
    moment = _moment(value)
    return _nothing if moment is None else lambda message: message.internal_date_ms < moment


def _age(value: str, context: _Context) -> int | None:
    found = _AGE.fullmatch(value.lower())
    if not found or len(found[1]) > 4:  # noqa: PLR2004 - longer ages than 9999 of any unit leave the calendar
        return None
    return int((context.now - int(found[1]) * _AGE_UNITS[found[2]]).timestamp() * 1000)


def _newer_than(value: str, context: _Context) -> Test:
    moment = _age(value, context)
    return _nothing if moment is None else lambda message: message.internal_date_ms >= moment


def _older_than(value: str, context: _Context) -> Test:
    moment = _age(value, context)
    return _nothing if moment is None else lambda message: message.internal_date_ms < moment


_OPERATORS: Final[Mapping[str, Callable[[str, _Context], Test]]] = {
    "after": _after,
    "newer": _after,
    "before": _before,
    "older": _before,
    "newer_than": _newer_than,
    "older_than": _older_than,
    "in": _in,
    "label": _label,
    "is": _is,
    "category": _category,
    "has": _has,
    "from": _header("From"),
    "to": _header("To"),
    "cc": _header("Cc"),
    "subject": _header("Subject"),
    "list": _header("List-ID"),
    "rfc822msgid": _message_id,
}
