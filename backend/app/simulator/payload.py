"""A mail as Gmail's JSON gives it: parts, headers, bodies, snippet."""

import base64
import binascii
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.simulator.mime import Header, Part, decode_text, decode_words

SNIPPET_LENGTH = 200
SNIPPET_SOURCE = 20_000

_HIDDEN_HTML = re.compile(r"<(script|style|head|title)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Style:
    """Two habits of Gmail that clients report and no document promises; an adapter has to cope with either."""

    decodes_headers: bool = True
    """RFC 2047 words in header values come decoded. The bytes as they stand are only to be had with format=raw."""
    serves_utf8: bool = True
    """Text is turned into UTF-8, while its Content-Type header goes on naming the old character set."""


GMAIL_STYLE = Style()


def b64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii")


def from_b64url(text: str) -> bytes:
    """Accepts both alphabets and missing padding, as Gmail does. Raises ValueError on anything else."""
    compact = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    if not compact.isascii():
        raise ValueError("not base64")
    return binascii.a2b_base64(compact + "=" * (-len(compact) % 4), strict_mode=True)


def full_payload(part: Part, message_id: str, style: Style = GMAIL_STYLE) -> dict[str, Any]:
    """One MessagePart with everything below it."""
    found: dict[str, Any] = {
        "partId": part.part_id,
        "mimeType": part.mime_type,
        "filename": part.filename,
        "headers": headers_json(part.headers, style),
        "body": _body(part, message_id, style),
    }
    if part.parts:
        found["parts"] = [full_payload(child, message_id, style) for child in part.parts]
    return found


def metadata_payload(part: Part, names: Iterable[str], style: Style = GMAIL_STYLE) -> dict[str, Any]:
    """Only the top headers, all of them unless names are given."""
    wanted = {name.lower() for name in names}
    headers = [header for header in part.headers if not wanted or header.name.lower() in wanted]
    found: dict[str, Any] = {"mimeType": part.mime_type}
    if headers:
        found["headers"] = headers_json(headers, style)
    return found


def headers_json(headers: Iterable[Header], style: Style) -> list[dict[str, str]]:
    return [
        {"name": header.name, "value": decode_words(header.value) if style.decodes_headers else header.value}
        for header in headers
    ]


def _body(part: Part, message_id: str, style: Style) -> dict[str, Any]:
    if part.mime_type.startswith("multipart/") and part.parts:
        return {"size": 0}
    if _is_external(part):
        return {"attachmentId": attachment_id(message_id, part.part_id), "size": len(part.body)}
    content = utf8_text(part) if style.serves_utf8 else part.body
    return {"size": len(content), "data": b64url(content)} if content else {"size": 0}


def _is_external(part: Part) -> bool:
    return bool(part.filename) or not part.mime_type.startswith(("text/", "multipart/"))


def utf8_text(part: Part) -> bytes:
    """The part's text as UTF-8, or its bytes as they are where the declared character set is wrong or unknown."""
    text = decode_text(part.body, part.charset or "us-ascii")
    return part.body if text is None else text.encode()


def attachment_id(message_id: str, part_id: str) -> str:
    return "ANGjdJ" + b64url(f"{message_id}/{part_id}".encode()).rstrip("=")


def attachment_content(part: Part, message_id: str, wanted: str) -> bytes | None:
    for candidate in part.walk():
        if attachment_id(message_id, candidate.part_id) == wanted and _is_external(candidate):
            return candidate.body
    return None


def visible_text(part: Part) -> str:
    """The first readable text of the mail, markup removed."""
    for wanted in ("text/plain", "text/html"):
        for candidate in part.walk():
            if candidate.mime_type == wanted and not candidate.filename and candidate.body:
                text = utf8_text(candidate).decode("utf-8", "replace")
                return _strip_markup(text) if wanted == "text/html" else text
    return ""


def _strip_markup(text: str) -> str:
    visible = _HIDDEN_HTML.sub(" ", text[:SNIPPET_SOURCE])
    return html.unescape(_TAG.sub(" ", visible))


def snippet(part: Part) -> str:
    words = " ".join(visible_text(part)[:SNIPPET_SOURCE].split())
    # Gmail's snippets are HTML text: a client that shows them escapes nothing and decodes everything.
    return html.escape(words[:SNIPPET_LENGTH], quote=True).replace("&#x27;", "&#39;")
