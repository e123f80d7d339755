"""Reads a provider's message into what the system stores of it; whatever is damaged is noted and left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.mail.address_headers import NamedAddress, distinct, parse_addresses
from app.mail.canonical import MAX_TEXT, canonical_text, storable
from app.mail.headers import KEPT_HEADERS, first, kept_headers, message_ids, parse_date, read_headers, text_header
from app.mail.html_text import render_html
from app.mail.parts import MAX_DEPTH, MAX_PARTS, Attachment, Body, Parts, collect_parts
from app.mail.payload import as_list, as_mapping, as_text
from app.mail.provider import RawMessage
from app.mail.quotes import separate_quotes

__all__ = ["KEPT_HEADERS", "ParsedMessage", "Problem", "UnparsableError", "parse_message"]

MAX_INLINE_BYTES: Final = 25 * 1024 * 1024
_MOST_NODES = 20_000
_MOST_VALUES = 10
_MOST_LINKS = 500
_MARKUP_WITHIN = 5_000
_SHORT_TEXT = 400
_RUBBISH = 0.01
_LONGEST_SUBJECT = 1_000
_MAX_CALENDAR = 500_000
_LONG_HTML_WORDS = 50
_SHORT_PLAIN = 1 / 3
_FEW_WORDS = 8
_SHARED_WORDS = 0.5
# Scripts that are written without spaces are compared by characters.
_WORD = re.compile("[^\\W\\d_\u0e00-\u0eff\u2e80-\uffff]{3,}|[\u0e00-\u0eff\u2e80-\uffff]")
_ADDRESS_IN_TEXT = re.compile(r"https?://\S{1,2000}")
_MARKUP = re.compile(r"<(?:html|body|div|table|p|span|br)\b[^>]{0,200}>", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:view|see|read|open|visa|läs|öppna|ansehen|anzeigen).{0,60}(?:html|browser|webbläsare)|html.{0,40}(?:mail|view)"
    r"|(?:not support|not display|visar inte|zeigt kein|unterstützt kein|no muestra|pas (?:le )?)\s?html",
    re.IGNORECASE,
)


class Problem(StrEnum):
    """What was wrong with a message that could be read all the same, in words for the user."""

    ALTERNATIVES_DIFFER = "The plain and the formatted version of this message say different things."
    TOO_MANY_PARTS = f"The message has more than {MAX_PARTS} parts; the rest was not read."
    TOO_DEEP = f"The message is nested more than {MAX_DEPTH} levels deep; what lies deeper was not read."
    TEXT_MISSING = "A text of this message could not be read."
    TEXT_CUT = "The message is very long; only its beginning was read."
    HTML_TANGLED = "The formatting of this message is too tangled to be shown."
    HIDDEN_ONLY = "All text of this message is hidden from the eye."
    SENDER_UNREADABLE = "The sender's address cannot be read."
    SEVERAL_SENDERS = "The message names more than one sender."
    DATE_UNREADABLE = "The date of the message cannot be read."


class UnparsableError(Exception):
    """The message cannot be read."""


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A message as the columns of the messages table hold it."""

    rfc_message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    sender_name: str
    sender_address: str
    reply_to: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    headers: dict[str, list[str]]
    text: str
    quoted_text: str
    html: str | None
    calendar: str | None
    attachments: tuple[Attachment, ...]
    hidden_characters: int
    links: tuple[str, ...]
    """Targets of the links a person can see."""
    problems: tuple[Problem, ...]

    def columns(self) -> dict[str, Any]:
        """Values by column of the messages table, with the lists and objects that its arrays and JSON want."""
        names = (name for name in self.__slots__ if name not in {"links", "problems"})
        values = {name: getattr(self, name) for name in names}
        for name in ("references", "reply_to", "to", "cc", "recipients"):
            values[name] = list(values[name])
        values["attachments"] = [asdict(attachment) for attachment in self.attachments]
        return values


@dataclass(frozen=True, slots=True)
class _Text:
    """What was read out of all bodies."""

    text: str = ""
    html: str = ""
    hidden: int = 0
    links: tuple[str, ...] = ()
    problems: frozenset[Problem] = frozenset()


def parse_message(raw: RawMessage) -> ParsedMessage:
    """Read a message. Raises UnparsableError, with a reason for the user, only when there is nothing to make of it."""
    _check_limits(raw.payload)
    headers = read_headers(raw.payload.get("headers"))
    parts = collect_parts(raw.payload)
    if not headers and not parts.bodies and not parts.attachments:
        raise UnparsableError("The message is empty: it has neither headers nor content.")
    subject = text_header(headers, "subject", _LONGEST_SUBJECT)
    text = _read_bodies(parts.bodies)
    if not headers and text.text.count("\ufffd") > len(text.text) * _RUBBISH:
        raise UnparsableError("This is not a message: it has no headers, and its content is not text.")
    separated = separate_quotes(text.text, subject=subject)
    people = _read_people(headers)
    date = first(headers, "date")
    sent_at = parse_date(date)
    problems = text.problems | people.problems | _part_problems(parts)
    if date and sent_at is None:
        problems |= {Problem.DATE_UNREADABLE}
    return ParsedMessage(
        rfc_message_id=next(iter(message_ids(first(headers, "message-id"))), None),
        in_reply_to=next(iter(message_ids(first(headers, "in-reply-to"))), None),
        references=message_ids(" ".join(headers.get("references", ()))),
        sender_name=people.sender.name,
        sender_address=people.sender.address,
        reply_to=people.reply_to,
        to=people.to,
        cc=people.cc,
        recipients=distinct((*people.to, *people.cc, *people.bcc)),
        subject=subject,
        sent_at=sent_at,
        headers=kept_headers(headers),
        text=separated.text,
        quoted_text=separated.quoted,
        html=None if Problem.HTML_TANGLED in problems else text.html or None,
        calendar=storable(parts.calendar[:_MAX_CALENDAR]) if parts.calendar else None,
        attachments=tuple(parts.attachments),
        hidden_characters=text.hidden,
        links=text.links,
        problems=tuple(problem for problem in Problem if problem in problems),
    )


def _check_limits(payload: Any) -> None:
    """Refuse what is no message, or too large a one, before any work. Attachments kept by the provider do not count."""
    if not isinstance(payload, Mapping):
        raise UnparsableError("The provider sent something that is not a message.")
    pending: list[Any] = [payload]
    size = 0
    for _ in range(_MOST_NODES):
        if not pending:
            return
        part = as_mapping(pending.pop())
        size += len(as_text(as_mapping(part.get("body")).get("data"))) * 3 // 4
        if size > MAX_INLINE_BYTES:
            raise UnparsableError("The message is larger than 25 MB.")
        pending.extend(as_list(part.get("parts")))
    raise UnparsableError("The message consists of far too many parts.")


@dataclass(frozen=True, slots=True)
class _People:
    sender: NamedAddress
    reply_to: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    problems: frozenset[Problem]


def _read_people(headers: Mapping[str, Sequence[str]]) -> _People:
    senders = _addresses(headers, "from")
    named = text_header(headers, "from", _LONGEST_SUBJECT)
    problems: set[Problem] = set()
    if not senders:
        problems.add(Problem.SENDER_UNREADABLE)
    if len({sender.address for sender in senders}) > 1 or len(headers.get("from", ())) > 1:
        problems.add(Problem.SEVERAL_SENDERS)
    reply_to, to, cc, bcc = (
        distinct(found.address for found in _addresses(headers, name)) for name in ("reply-to", "to", "cc", "bcc")
    )
    sender = senders[0] if senders else NamedAddress(name=named, address="")
    return _People(sender, reply_to, to, cc, bcc, frozenset(problems))


def _addresses(headers: Mapping[str, Sequence[str]], name: str) -> list[NamedAddress]:
    return [found for value in headers.get(name, ())[:_MOST_VALUES] for found in parse_addresses(value)]


def _part_problems(parts: Parts) -> frozenset[Problem]:
    found = {
        Problem.TOO_MANY_PARTS: parts.too_many,
        Problem.TOO_DEEP: parts.too_deep,
        Problem.TEXT_MISSING: parts.missing_text,
    }
    return frozenset(problem for problem, there in found.items() if there)


def _read_bodies(bodies: Sequence[Body]) -> _Text:
    texts = [_read_body(body) for body in bodies]
    joined = "\n\n".join(text.text for text in texts if text.text)
    hidden = sum(text.hidden for text in texts)
    problems = frozenset[Problem]().union(*(text.problems for text in texts))
    if len(joined) >= MAX_TEXT:
        problems |= {Problem.TEXT_CUT}
    if hidden and not joined:
        problems |= {Problem.HIDDEN_ONLY}
    return _Text(
        text=joined[:MAX_TEXT],
        html="\n".join(text.html for text in texts if text.html)[:MAX_TEXT],
        hidden=hidden,
        links=tuple(dict.fromkeys(link for text in texts for link in text.links)),
        problems=problems,
    )


def _read_body(body: Body) -> _Text:
    """Choose between the two forms of one text: the plain one, unless it is not what a person would see."""
    plain, html = body.plain, body.html
    if not html and len(_MARKUP.findall(plain[:_MARKUP_WITHIN])) > 1:
        plain, html = "", plain
    canonical = canonical_text(plain)
    if not html:
        return _Text(text=canonical.text, hidden=canonical.hidden, links=_links_in(canonical.text))
    page = render_html(html)
    problems = set[Problem]() if page.complete else {Problem.HTML_TANGLED}
    plain_words, page_words = _words(canonical.text), _words(page.text)
    placeholder = len(canonical.text) < _SHORT_TEXT and bool(_PLACEHOLDER.search(canonical.text))
    if not placeholder and _differ(plain_words, page_words):
        problems.add(Problem.ALTERNATIVES_DIFFER)
    takes_page = page.text and (
        placeholder
        or not plain_words
        or Problem.ALTERNATIVES_DIFFER in problems
        or (len(page_words) > _LONG_HTML_WORDS and len(plain_words) < len(page_words) * _SHORT_PLAIN)
    )
    return _Text(
        text=page.text if takes_page else canonical.text,
        html=storable(html),
        hidden=max(page.hidden, canonical.hidden),
        links=page.links,
        problems=frozenset(problems),
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_ADDRESS_IN_TEXT.sub(" ", text).casefold()))


def _differ(plain: frozenset[str], page: frozenset[str]) -> bool:
    """Whether two versions of one text tell two stories. A summary does not: its words are in the longer version."""
    if min(len(plain), len(page)) < _FEW_WORDS:
        return False
    return len(plain & page) < _SHARED_WORDS * min(len(plain), len(page))


def _links_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ADDRESS_IN_TEXT.findall(text)))[:_MOST_LINKS]
