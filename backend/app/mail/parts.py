"""Walks the tree of a message's parts, within limits, and sorts them into bodies, calendar and attachments."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.mail.canonical import MAX_TEXT, one_line
from app.mail.charsets import decode_base64, decode_body, decode_words
from app.mail.headers import first, parameter, read_headers
from app.mail.payload import as_list, as_mapping, as_text

MAX_PARTS = 200
MAX_DEPTH = 20
_MAX_TEXT_BYTES = 2 * MAX_TEXT
_LONGEST_FILENAME = 255
_MIME_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}\Z")
# In a multipart that could not be taken apart: a boundary, and the headers of the part behind it.
_BOUNDARY = re.compile(r"^--\S{1,72}[ \t]*\r?\n?(?:[A-Za-z-]{1,40}:[^\n]*\n?)*", re.MULTILINE)
_CALENDARS: Final = frozenset({"text/calendar", "application/ics"})
_NO_PROSE: Final = frozenset(
    {"text/rtf", "text/vcard", "text/x-vcard", "text/directory", "text/css", "text/javascript"}
)
_DECLARED_WITHIN = 1_024
_DECLARED_IN_HTML = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
_BYTE_ORDER_MARK: Final = "\ufeff"
_OTHER_VIEWS: Final = frozenset({"text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext"})


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    mime_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Body:
    """One text of a message, in one or both of its forms."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Parts:
    bodies: list[Body] = field(default_factory=list[Body])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    calendar: str | None = None
    too_many: bool = False
    too_deep: bool = False
    missing_text: bool = False
    """A text did not come along, or not as text."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One node of the tree, whatever was really there."""

    mime_type: str
    filename: str
    headers: Mapping[str, Sequence[str]]
    body: Mapping[str, Any]
    children: Sequence[Any]

    @property
    def is_attachment(self) -> bool:
        disposition = first(self.headers, "content-disposition").strip().lower()
        return bool(self.filename) or disposition.startswith("attachment") or self.mime_type in _NO_PROSE

    @property
    def size(self) -> int:
        """Bytes, as stated, or as counted where nothing is stated."""
        stated, data = self.body.get("size"), self.body.get("data")
        if isinstance(stated, int) and stated > 0:
            return min(stated, 2**31)
        return len(as_text(data)) * 3 // 4

    def text(self) -> str | None:
        data = self.body.get("data")
        if not isinstance(data, str):
            return None if self.body.get("attachmentId") or data is not None else ""
        content = decode_base64(data, _MAX_TEXT_BYTES)
        charset = parameter(first(self.headers, "content-type"), "charset")
        if not charset and self.mime_type == "text/html":
            declared = _DECLARED_IN_HTML.search(content[:_DECLARED_WITHIN])
            charset = declared[1].decode("ascii", "replace") if declared else ""
        return decode_body(content, charset).removeprefix(_BYTE_ORDER_MARK)[:MAX_TEXT]


def collect_parts(payload: Mapping[str, Any]) -> Parts:
    parts = Parts()
    parts.bodies = _Collector(parts).collect(payload, depth=0)
    return parts


class _Collector:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.count = 0
        self.characters = 0

    def collect(self, raw: Any, depth: int) -> list[Body]:
        """Texts of a part and of what is in it; depth is bounded, so recursion is."""
        self.count += 1
        if self.count > MAX_PARTS or depth > MAX_DEPTH:
            self.parts.too_many |= self.count > MAX_PARTS
            self.parts.too_deep |= depth > MAX_DEPTH
            return []
        part = _read(raw)
        # A message within the message is somebody else's text: an attachment, not something this sender says.
        if part.children and part.mime_type != "message/rfc822":
            bodies = [body for child in self._children(part) for body in self.collect(child, depth + 1)]
            return _merged(bodies) if part.mime_type == "multipart/alternative" else bodies
        return list(self._leaf(part))

    def _children(self, part: _Part) -> Iterator[Any]:
        for child in part.children:
            if self.count >= MAX_PARTS:
                self.parts.too_many = True
                return
            yield child

    def _leaf(self, part: _Part) -> Iterator[Body]:
        if part.mime_type in _CALENDARS and self.parts.calendar is None:
            self.parts.calendar = part.text() or None
        if part.is_attachment or not part.mime_type.startswith(("text/", "multipart/")):
            self.parts.attachments.append(Attachment(part.filename, part.mime_type, part.size))
        elif part.mime_type not in _CALENDARS | _OTHER_VIEWS and self.characters < MAX_TEXT:
            text = part.text()
            self.characters += len(text or "")
            if part.mime_type.startswith("multipart/"):
                text = _BOUNDARY.sub("", text or "").strip() or None
            self.parts.missing_text |= text is None
            if text:
                yield Body(html=text) if part.mime_type == "text/html" else Body(plain=text)


def _merged(bodies: Sequence[Body]) -> list[Body]:
    """The branches of an alternative, as one text."""
    plain = "\n".join(body.plain for body in bodies if body.plain)
    html = "\n".join(body.html for body in bodies if body.html)
    return [Body(plain, html)] if plain or html else []


def _read(raw: Any) -> _Part:
    part = as_mapping(raw)
    return _Part(
        mime_type=_mime_type(as_text(part.get("mimeType"))),
        filename=clean_filename(as_text(part.get("filename"))),
        headers=read_headers(part.get("headers")),
        body=as_mapping(part.get("body")),
        children=as_list(part.get("parts")),
    )


def _mime_type(value: str) -> str:
    lowered = value.strip().lower() or "text/plain"
    return lowered if _MIME_TYPE.match(lowered) else "application/octet-stream"


def clean_filename(name: str) -> str:
    """The last component of a file's name, without anything that misleads the eye or a file system."""
    last = one_line(decode_words(name), 4 * _LONGEST_FILENAME).replace("\\", "/").rstrip("/").rpartition("/")[2]
    return last.strip(" .")[:_LONGEST_FILENAME] if not last.strip(". ") else last.strip()[:_LONGEST_FILENAME]
