"""Reads single headers: which are kept, message ids, dates, parameters."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from app.mail.canonical import one_line
from app.mail.charsets import MAX_HEADER, decode_words
from app.mail.payload import as_list, as_mapping

KEPT_HEADERS: Final = frozenset({
    "arc-authentication-results", "authentication-results", "auto-submitted", "content-language", "content-type",
    "date",
    "delivered-to", "dkim-signature", "feedback-id", "importance", "precedence", "received-spf", "return-path",
    "sender", "x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-beenthere", "x-campaign-id",
    "x-failed-recipients", "x-github-reason", "x-gitlab-notificationreason", "x-loop", "x-mailer", "x-mailing-list",
    "x-priority",
})  # fmt: skip
"""Lower-case names; with them every name that begins as one of KEPT_PREFIXES."""
KEPT_PREFIXES: Final = ("list-", "x-getanswers-")
MAX_HEADERS = 1_000
_MOST_VALUES = 10
_LONGEST_VALUE = 4_000
_LONGEST_ID = 990
_MOST_REFERENCES = 100
_EARLIEST_YEAR = 1990
_LATEST_YEAR = 2100
_NAME = re.compile(r"[!-9;-~]{1,100}\Z")
_ID = re.compile(r"<([^<>]{1,990})>")
_PARAMETER = re.compile(r";\s*+([\w*-]++)\s*+=\s*+(?:\"([^\"]*+)\"|([^\s;\"]++))")


def read_headers(listed: Any) -> dict[str, list[str]]:
    """Lower-case name to values, in order, out of Gmail's list of {name, value}; what is no header is left out."""
    headers: dict[str, list[str]] = {}
    for name, value in _pairs(listed):
        values = headers.setdefault(name.lower(), [])
        values.append(value[:MAX_HEADER])
    return headers


def _pairs(listed: Any) -> Iterator[tuple[str, str]]:
    for header in as_list(listed)[:MAX_HEADERS]:
        name, value = as_mapping(header).get("name"), as_mapping(header).get("value")
        if isinstance(name, str) and isinstance(value, str) and _NAME.match(name):
            yield name, value


def kept_headers(headers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Pick the headers that triage and policy look at, each value one line."""
    return {
        name: [one_line(value, _LONGEST_VALUE) for value in values[:_MOST_VALUES]]
        for name, values in headers.items()
        if name in KEPT_HEADERS or name.startswith(KEPT_PREFIXES)
    }


def first(headers: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(headers.get(name, ())), "")


def text_header(headers: Mapping[str, Sequence[str]], name: str, limit: int) -> str:
    return one_line(decode_words(first(headers, name)), limit)


def message_ids(value: str) -> tuple[str, ...]:
    """Message ids of a header, each in its angle brackets; of very many the first and the last."""
    value = one_line(value, MAX_HEADER)
    ids = [f"<{found.replace(' ', '')}>" for found in _ID.findall(value)]
    if not ids and "@" in value and " " not in value and len(value) <= _LONGEST_ID:
        ids = [f"<{value.strip('<>')}>"]
    distinct = tuple(dict.fromkeys(ids))
    return distinct if len(distinct) <= _MOST_REFERENCES else (distinct[0], *distinct[1 - _MOST_REFERENCES :])


def parse_date(value: str) -> datetime | None:
    """Read a Date header as UTC; None where it is missing or nonsense. Never raises."""
    try:
        read = parsedate_to_datetime(one_line(value, 200))
        moment = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, AttributeError, OverflowError):
        return None  # What the standard library raises on dates that people do send.
    return moment if _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR else None


def parameter(value: str, name: str) -> str:
    """Read one parameter of a Content-Type or Content-Disposition, empty when it is not there."""
    for key, quoted, bare in _PARAMETER.findall(value[:_LONGEST_VALUE]):
        if key.lower() == name:
            return quoted or bare
    return ""
