"""One line of a file of labelled messages, and the mail it stands for."""

import hashlib
from collections.abc import Iterator
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.evaluation.labels import Labels

_FORBID = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class AttachedFile(BaseModel):
    model_config = _FORBID

    name: str
    type: str = "application/octet-stream"


class EarlierMail(BaseModel):
    model_config = _FORBID

    sender: str = Field(alias="from")
    to: str = ""
    date: str
    text: str = ""


class Past(BaseModel):
    """What the mailbox knew before the message came."""

    model_config = _FORBID

    written_to: tuple[str, ...] = ()
    thread: tuple[EarlierMail, ...] = ()


class Record(BaseModel):
    model_config = _FORBID

    id: str = Field(min_length=1)
    me: tuple[str, ...] = Field(min_length=1)
    timezone: str = "UTC"
    raw: str | None = None
    sender: str | None = Field(default=None, alias="from")
    to: str = ""
    cc: str = ""
    reply_to: str = ""
    subject: str = ""
    date: str = ""
    headers: dict[str, str | list[str]] = Field(default_factory=dict[str, str | list[str]])
    text: str = ""
    html: str = ""
    calendar: str = ""
    attachments: tuple[AttachedFile, ...] = ()
    earlier: Past = Past()
    labels: Labels | None = None

    @model_validator(mode="after")
    def _holds_a_mail(self) -> Self:
        if self.raw is None and self.sender is None:
            raise ValueError('it needs either "raw", the whole message, or at least "from"')
        if self.raw is not None and self.sender is not None:
            raise ValueError('it has both "raw" and fields of a message; keep one of them')
        return self


def raw_mail(record: Record) -> bytes:
    """The message as RFC 822 bytes, header lines in UTF-8 as RFC 6532 has it."""
    if record.raw is not None:
        return record.raw.encode("utf-8", "replace")
    boundary = hashlib.sha256(record.id.encode()).hexdigest()[:24]
    lines = [*_header_lines(record), "MIME-Version: 1.0"]
    parts = list(_parts(record))
    if len(parts) == 1 and not record.attachments:
        return "\n".join([*lines, parts[0]]).encode("utf-8", "replace")
    body = [_multipart("alternative", boundary, parts), *map(_attachment, record.attachments)]
    whole = _multipart("mixed", f"{boundary}m", body) if record.attachments else body[0]
    return "\n".join([*lines, whole]).encode("utf-8", "replace")


def _header_lines(record: Record) -> Iterator[str]:
    fields = {
        "From": record.sender or "",
        "To": record.to,
        "Cc": record.cc,
        "Reply-To": record.reply_to,
        "Subject": record.subject,
        "Date": record.date,
    }
    yield from (_line(name, value) for name, value in fields.items() if value)
    for name, value in record.headers.items():
        yield from (_line(name, one) for one in ([value] if isinstance(value, str) else value))


def _line(name: str, value: str) -> str:
    return f"{name}: {' '.join(value.split())}"


def _parts(record: Record) -> Iterator[str]:
    if record.text or not (record.html or record.calendar):
        yield _part("text/plain", record.text)
    if record.html:
        yield _part("text/html", record.html)
    if record.calendar:
        yield _part("text/calendar", record.calendar)


def _part(kind: str, text: str) -> str:
    return f"Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"


def _attachment(file: AttachedFile) -> str:
    name = file.name.replace('"', "'")
    return f'Content-Type: {file.type}\nContent-Disposition: attachment; filename="{name}"\n\n(not kept)'


def _multipart(kind: str, boundary: str, parts: list[str]) -> str:
    pieces = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{pieces}--{boundary}--\n'
