"""Reads mail from disk: .eml files, folders of them, mbox files and Maildirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

MAIL_SUFFIX = ".eml"
_MBOX_START = b"From "
_SEEN_FLAG = "S"


class LoadError(Exception):
    """A file cannot be loaded as mail; the message names it."""


@dataclass(frozen=True, slots=True)
class LoadedMail:
    raw: bytes
    is_read: bool = False


def read_mail(path: Path) -> list[LoadedMail]:
    """Every mail at this path, in the order of names. Raises LoadError."""
    if not path.exists():
        raise LoadError(f"{path}: there is no such file or folder")
    if not path.is_dir():
        return _read_file(path)
    if (path / "cur").is_dir() or (path / "new").is_dir():
        return _read_maildir(path)
    files = sorted(file for file in _files_below(path) if file.suffix.lower() == MAIL_SUFFIX)
    if not files:
        raise LoadError(f"{path}: the folder holds no {MAIL_SUFFIX} files and is no Maildir")
    return [mail for file in files for mail in _read_file(file)]


def _files_below(folder: Path) -> Iterable[Path]:
    return (file for file in folder.rglob("*") if file.is_file())


def _read_maildir(path: Path) -> list[LoadedMail]:
    found: list[LoadedMail] = []
    for folder in (path / "cur", path / "new"):
        if folder.is_dir():
            files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
            found.extend(LoadedMail(_read_bytes(file), is_read=_is_seen(file.name)) for file in files)
    if not found:
        raise LoadError(f"{path}: the Maildir is empty")
    return found


def _is_seen(name: str) -> bool:
    return _SEEN_FLAG in name.rpartition(":2,")[2] if ":2," in name else False


def _read_file(path: Path) -> list[LoadedMail]:
    raw = _read_bytes(path)
    if raw.startswith(_MBOX_START) and path.suffix.lower() != MAIL_SUFFIX:
        return [LoadedMail(mail) for mail in _split_mbox(raw)]
    return [LoadedMail(raw)]


def _read_bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LoadError(f"{path}: {error.strerror or error}") from error
    if not raw.strip():
        raise LoadError(f"{path}: the file is empty")
    return raw


def _split_mbox(raw: bytes) -> list[bytes]:
    """Mails between `From ` lines that follow an empty line; quoted `>From ` lines get their sign back."""
    mails: list[list[bytes]] = []
    after_empty = True
    for line in BytesIO(raw):
        if after_empty and line.startswith(_MBOX_START):
            mails.append([])
        elif mails:
            mails[-1].append(line.removeprefix(b">") if line.lstrip(b">").startswith(_MBOX_START) else line)
        after_empty = not line.strip()
    return [_without_last_empty_line(b"".join(lines)) for lines in mails if lines]


def _without_last_empty_line(mail: bytes) -> bytes:
    return mail.removesuffix(b"\n").removesuffix(b"\r") if mail.endswith((b"\n\n", b"\n\r\n")) else mail
