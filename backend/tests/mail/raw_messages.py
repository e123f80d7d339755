"""Builds messages as the provider hands them out."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from app.mail.provider import RawMessage

HEADERS = (
    ("From", "Ada Novak <ada@example.net>"),
    ("To", "ben@example.org"),
    ("Subject", "Lunch"),
    ("Date", "Mon, 05 Oct 2026 10:00:00 +0200"),
    ("Message-ID", "<m1@example.net>"),
)


def part(content: str | bytes, mime_type: str = "text/plain", charset: str = "utf-8", filename: str = "") -> Any:
    data = content.encode(charset) if isinstance(content, str) else content
    return {
        "mimeType": mime_type,
        "filename": filename,
        "headers": [{"name": "Content-Type", "value": f'{mime_type}; charset="{charset}"'}],
        "body": {"size": len(data), "data": base64.urlsafe_b64encode(data).decode().rstrip("=")},
    }


def multipart(*parts: Any, subtype: str = "mixed") -> Any:
    return {"mimeType": f"multipart/{subtype}", "filename": "", "headers": [], "body": {"size": 0}, "parts": [*parts]}


def message(payload: Any, headers: Sequence[tuple[str, str]] = HEADERS) -> RawMessage:
    """A message of that content; headers of the content come after those given."""
    listed = [{"name": name, "value": value} for name, value in headers]
    return raw({**payload, "headers": [*listed, *payload.get("headers", [])]})


def text_message(text: str, *, subject: str = "Lunch") -> RawMessage:
    return message(part(text), [*(pair for pair in HEADERS if pair[0] != "Subject"), ("Subject", subject)])


def raw(payload: Any) -> RawMessage:
    return RawMessage("m1", "t1", ("INBOX",), datetime(2026, 10, 5, 8, tzinfo=UTC), 1_000, payload)
