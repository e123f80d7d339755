"""Writes replies, byte by byte, and checks that bytes about to be sent are what was approved.

The headers are written here and not by the email package: on many patch levels of Python it writes a real Bcc header
for a subject that holds an encoded-word with a newline. It reads them again as a second opinion.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import UUID

from app.mail.canonical import one_line, storable
from app.mail.charsets import decode_words
from app.mail.outgoing_check import UnsafeHeaderError, ascii_address, verify_outgoing

__all__ = ["Quoted", "UnsafeHeaderError", "compose_reply", "verify_outgoing"]

_MAX_BODY = 500_000
_MAX_QUOTED = 50_000
_LONGEST_SUBJECT = 500
_LONGEST_NAME = 100
_MOST_REFERENCES = 20
_LINE = 76
_BYTES_PER_WORD = 42
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}>\Z")
_WORD = re.compile(r"=\?[^?]*+\?[^?]*+\?[^?]*+\?=")
_WORD_MARK = re.compile(r"=\?|\?=")
_PLAIN_SUBJECT = re.compile(r"[ -~]*\Z")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 '-]*\Z")
_REPLY_PREFIX = re.compile(
    r"(?:re|sv|svar|aw|antw|antwort|rép|réf|vá|odp|ynt|vs|bls|r|回复|答复|返信|ответ)\s{0,3}(?:\[\d{1,3}\]|\^\d{1,3})?"
    r"\s{0,3}[:：]\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """The message that is answered, to be quoted below the answer."""

    author: str
    sent_at: datetime | None
    text: str


def compose_reply(
    *,
    sender: str,
    sender_name: str,
    to: Sequence[str],
    cc: Sequence[str],
    subject: str,
    body: str,
    in_reply_to: str | None,
    references: Sequence[str],
    action_id: UUID,
    automatic: bool,
    quoted: Quoted | None = None,
    date: datetime,
) -> bytes:
    """Write a plain-text reply; the same arguments give the same bytes. Raises UnsafeHeaderError."""
    own = ascii_address(sender)
    main = _distinct(to, without=())
    copies = _distinct(cc, without=main)
    lines = [
        _address_line("From", [f"{_display_name(sender_name)}<{own}>"]),
        _address_line("To", main),
        *([_address_line("Cc", copies)] if copies else []),
        _text_line("Subject", reply_subject(subject)),
        *_thread_lines(in_reply_to, references),
        f"Date: {format_datetime(date.astimezone(UTC))}",
        # Made from the action, so that composing it again gives the same bytes and the same hash.
        f"Message-ID: <{action_id}@{own.rpartition('@')[2]}>",
        f"X-GetAnswers-Action: {action_id}",
        *(["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"] if automatic else []),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
    ]
    raw = "\r\n".join((*lines, "", "")).encode("ascii") + _body(body, quoted)
    verify_outgoing(raw, recipients=frozenset((*main, *copies)))
    return raw


def reply_subject(subject: str) -> str:
    """The subject with one "Re: " before it, whatever language prefixes came in; never an encoded-word or a control."""
    text = _decoded(subject, _LONGEST_SUBJECT)
    while prefix := _REPLY_PREFIX.match(text):
        text = text[prefix.end() :]
    return f"Re: {text}".rstrip()


def _decoded(value: str, limit: int) -> str:
    """One line of decoded text in which nothing is left that a reader could decode once more."""
    text = _WORD.sub("", one_line(decode_words(value[: 8 * limit]), limit))
    while _WORD_MARK.search(text):  # taking one mark out can put two halves of another together
        text = _WORD_MARK.sub("", text)
    return " ".join(text.split())


def _distinct(addresses: Iterable[str], *, without: Sequence[str]) -> list[str]:
    written = (ascii_address(address) for address in addresses)
    return [address for address in dict.fromkeys(written) if address not in without]


def _display_name(name: str) -> str:
    text = _decoded(name, _LONGEST_NAME)
    if not text:
        return ""
    if not _PLAIN_SUBJECT.match(text):
        return "\r\n ".join(_encoded_words(text)) + " "
    if _PLAIN_NAME.match(text):
        return f"{text} "
    escaped = text.replace("\\", "").replace('"', "'")
    return f'"{escaped}" '


def _address_line(name: str, addresses: Sequence[str]) -> str:
    return f"{name}: " + ",\r\n ".join(addresses)


def _text_line(name: str, text: str) -> str:
    words = text.split(" ") if _PLAIN_SUBJECT.match(text) else _encoded_words(text)
    if any(len(word) > _LINE for word in words):
        words = _encoded_words(text)
    return _folded(f"{name}:", words)


def _folded(start: str, words: Iterable[str]) -> str:
    lines = [start]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1] != start:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def _encoded_words(text: str) -> list[str]:
    """RFC 2047 words of whole characters, each short enough for one line."""
    chunks: list[bytes] = [b""]
    for char in text:
        encoded = char.encode("utf-8")
        if len(chunks[-1]) + len(encoded) > _BYTES_PER_WORD:
            chunks.append(b"")
        chunks[-1] += encoded
    return [f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=" for chunk in chunks]


def _thread_lines(in_reply_to: str | None, references: Sequence[str]) -> list[str]:
    """In-Reply-To and References of the ids that are well formed; of very many the first and the last."""
    answered = _usable_ids([in_reply_to or ""])
    thread = [reference for reference in _usable_ids(references) if reference not in answered] + answered
    if len(thread) > _MOST_REFERENCES:
        thread = [thread[0], *thread[1 - _MOST_REFERENCES :]]
    lines = [f"In-Reply-To: {answered[0]}"] if answered else []
    return [*lines, "References: " + "\r\n ".join(thread)] if thread else lines


def _usable_ids(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found for found in ids if _MESSAGE_ID.match(found) and not _WORD_MARK.search(found)))


def _body(body: str, quoted: Quoted | None) -> bytes:
    text = storable(body[:_MAX_BODY]).rstrip() + ("\n\n" + _quote(quoted) if quoted else "")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return binascii.b2a_qp("\r\n".join((*lines, "")).encode("utf-8"), istext=True)


def _quote(quoted: Quoted) -> str:
    moment = f"On {quoted.sent_at.astimezone(UTC):%Y-%m-%d at %H:%M} UTC, " if quoted.sent_at else ""
    lines = storable(quoted.text[:_MAX_QUOTED]).strip().splitlines()
    return "\n".join((f"{moment}{one_line(quoted.author, _LONGEST_NAME)} wrote:", *(f"> {line}" for line in lines)))
