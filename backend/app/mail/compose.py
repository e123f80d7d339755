"""Writes mails, byte by byte, and checks that bytes about to be sent are what was approved.

The headers are written here and not by the email package: on many patch levels of Python it writes a real Bcc header
for a subject that holds an encoded-word with a newline. It reads them again as a second opinion.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from app.mail.canonical import one_line, storable
from app.mail.charsets import decode_words
from app.mail.outgoing_check import TEXT_TYPE, UnsafeHeaderError, ascii_address, verify_outgoing

__all__ = ["Part", "UnsafeHeaderError", "compose", "compose_reply", "verify_outgoing"]

_MAX_BODY = 500_000
_LONGEST_SUBJECT = 500
_LONGEST_NAME = 100
_MOST_REFERENCES = 20
_LINE = 76
_LONGEST_LINE_SENT = 998
_TEXT_LINES = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable")
_BYTES_PER_WORD = 42
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}>\Z")
_WORD = re.compile(r"=\?[^?]*+\?[^?]*+\?[^?]*+\?=")
_WORD_MARK = re.compile(r"=\?|\?=")
_PLAIN_SUBJECT = re.compile(r"[ -~]*\Z")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 '-]*\Z")
_FORWARD_PREFIX = re.compile(r"(?:fwd?|vb|wg|tr|rv|vl|enc)\s{0,3}[:：]\s*", re.IGNORECASE)
_REPLY_PREFIX = re.compile(
    r"(?:re|sv|svar|aw|antw|antwort|rép|réf|vá|odp|ynt|vs|bls|r|回复|答复|返信|ответ)\s{0,3}(?:\[\d{1,3}\]|\^\d{1,3})?"
    r"\s{0,3}[:：]\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """What goes along with the text: its headers as they stand in the mail, and its bytes, encoded already."""

    container: str
    """How it goes with the text: "mixed" or "alternative"."""
    headers: tuple[str, ...]
    content: bytes


def compose_reply(*, subject: str, body: str, signature: str = "", quoted: str = "", **letter: Any) -> bytes:
    """Write a plain-text reply, with arguments as `compose` has them."""
    return compose(subject=reply_subject(subject), text=whole_text(body, signature, quoted), **letter)


def compose(
    *,
    sender: str,
    sender_name: str,
    to: Sequence[str],
    cc: Sequence[str],
    subject: str,
    text: str,
    in_reply_to: str | None,
    references: Sequence[str],
    action_id: UUID,
    automatic: bool,
    part: Part | None = None,
    date: datetime,
) -> bytes:
    """Write a mail; the same arguments give the same bytes. Raises UnsafeHeaderError."""
    own = ascii_address(sender)
    main = _distinct(to, without=())
    copies = _distinct(cc, without=main)
    type_lines, content = _content(text, part)
    lines = [
        _address_line("From", [f"{_display_name(sender_name)}<{own}>"]),
        _address_line("To", main),
        *([_address_line("Cc", copies)] if copies else []),
        _text_line("Subject", _decoded(subject, _LONGEST_SUBJECT + len("Fwd: "))),
        *_thread_lines(in_reply_to, references),
        f"Date: {format_datetime(date.astimezone(UTC))}",
        # Made from the action, so that composing it again gives the same bytes and the same hash.
        f"Message-ID: <{action_id}@{own.rpartition('@')[2]}>",
        f"X-GetAnswers-Action: {action_id}",
        *(["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"] if automatic else []),
        "MIME-Version: 1.0",
        *type_lines,
    ]
    raw = "\r\n".join((*lines, "", "")).encode("ascii") + content
    verify_outgoing(raw, recipients=frozenset((*main, *copies)), parts=_types(part))
    return raw


def whole_text(body: str, signature: str = "", quoted: str = "") -> str:
    """The text as it is sent: what is said, the signature behind its delimiter, and the history below."""
    below = [f"-- \n{signature.strip()}"] if signature.strip() else []
    return "\n\n".join((body.rstrip(), *below, *([quoted.rstrip()] if quoted.strip() else [])))


def calendar_part(calendar: str) -> Part:
    """An answer to an invitation, beside the text that says the same (RFC 6047)."""
    headers = ("Content-Type: text/calendar; charset=utf-8; method=REPLY", "Content-Transfer-Encoding: base64")
    return Part("alternative", headers, base64.encodebytes(storable(calendar).encode("utf-8")).replace(b"\n", b"\r\n"))


def message_part(raw: bytes) -> Part:
    """A whole mail as an attachment. Raises UnsafeHeaderError for bytes that no mail server carries unchanged."""
    whole = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    if b"\0" in whole or any(len(line) > _LONGEST_LINE_SENT for line in whole.split(b"\r\n")):
        raise UnsafeHeaderError("This mail cannot be attached as it is. Forward it as quoted text instead.")
    # An attached mail may be encoded in no other way (RFC 2046, 5.2.1).
    headers = (
        "Content-Type: message/rfc822",
        f"Content-Transfer-Encoding: {'7bit' if whole.isascii() else '8bit'}",
        'Content-Disposition: attachment; filename="forwarded.eml"',
    )
    return Part("mixed", headers, whole.removesuffix(b"\r\n") + b"\r\n")


def without_bcc(raw: bytes) -> bytes:
    """The mail without its Bcc lines: whom the user wrote to in secret is no part of what they pass on."""
    head, separator, body = re.sub(rb"\r\n|\r|\n", b"\r\n", raw).partition(b"\r\n\r\n")
    return re.sub(rb"(?im)^bcc[ \t]*:.*(?:\r\n[ \t].*)*(?:\r\n|\Z)", b"", head) + separator + body


def forward_subject(subject: str) -> str:
    text = _decoded(subject, _LONGEST_SUBJECT)
    while prefix := _FORWARD_PREFIX.match(text):
        text = text[prefix.end() :]
    return f"Fwd: {text}".rstrip()


def _content(text: str, part: Part | None) -> tuple[Sequence[str], bytes]:
    if part is None:
        return _TEXT_LINES, _body(text)
    # Of what is inside, so that it cannot stand in there by accident or intent.
    mark = hashlib.sha256(text.encode("utf-8", "replace") + part.content).hexdigest()[:32]
    inside = [
        b"\r\n".join((*(line.encode("ascii") for line in headers), b"", content))
        for headers, content in ((_TEXT_LINES, _body(text)), (part.headers, part.content))
    ]
    start = f"--getanswers-{mark}".encode("ascii")
    whole = b"".join(start + b"\r\n" + each for each in inside) + start + b"--\r\n"
    return [f'Content-Type: multipart/{part.container}; boundary="getanswers-{mark}"'], whole


def _types(part: Part | None) -> tuple[str, ...]:
    if part is None:
        return (TEXT_TYPE,)
    return TEXT_TYPE, part.headers[0].removeprefix("Content-Type: ").partition(";")[0]


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


def _body(text: str) -> bytes:
    lines = storable(text[:_MAX_BODY]).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return binascii.b2a_qp("\r\n".join((*lines, "")).encode("utf-8"), istext=True)
