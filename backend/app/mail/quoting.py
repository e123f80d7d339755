"""The history below an answer, as a mail client writes it: who wrote when, and the words behind a mark."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.mail.canonical import one_line, storable
from app.mail.quotes import QUOTE_MARK

MAX_QUOTED: Final = 20_000
_LONGEST_NAME: Final = 100
_LEFT_OUT: Final = "[…]"


@dataclass(frozen=True, slots=True)
class _Wording:
    days: str
    """From Monday on, with spaces between; so are the months."""
    months: str
    date: str
    """Holds {day}, {number}, {month}, {year} and {time}."""
    wrote: str
    """Holds {date} and {author}."""
    forwarded: str
    headers: str
    """From, date, subject and to, with spaces between."""


_ENGLISH: Final = _Wording(
    "Mon Tue Wed Thu Fri Sat Sun", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "{day}, {number} {month} {year} at {time}", "On {date}, {author} wrote:",
    "Forwarded message", "From Date Subject To",
)  # fmt: skip
_WORDINGS: Final[Mapping[str, _Wording]] = {
    "en": _ENGLISH,
    "sv": _Wording(
        "mån tis ons tors fre lör sön", "jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec.",
        "{day} {number} {month} {year} kl. {time}", "Den {date} skrev {author}:",
        "Vidarebefordrat meddelande", "Från Datum Ämne Till",
    ),
    "de": _Wording(
        "Mo. Di. Mi. Do. Fr. Sa. So.", "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        "{day}, {number}. {month} {year} um {time} Uhr", "Am {date} schrieb {author}:",
        "Weitergeleitete Nachricht", "Von Datum Betreff An",
    ),
    "fr": _Wording(
        "lun. mar. mer. jeu. ven. sam. dim.", "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "{day} {number} {month} {year} à {time}", "Le {date}, {author} a écrit :",
        "Message transféré", "De Date Objet À",
    ),
    "es": _Wording(
        "lun mar mié jue vie sáb dom", "ene feb mar abr may jun jul ago sept oct nov dic",
        "{day}, {number} {month} {year} a las {time}", "El {date}, {author} escribió:",
        "Mensaje reenviado", "De Fecha Asunto Para",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quotable:
    """A message that is answered or passed on."""

    sender_name: str
    sender_address: str
    sent_at: datetime
    """Aware."""
    text: str
    earlier: str = ""
    """What it quotes itself."""
    to: tuple[str, ...] = ()
    subject: str = ""


def quote(message: Quotable, *, language: str, timezone: str) -> str:
    """The whole message behind marks, below a line that says whose it is; bounded, and saying so where it was cut."""
    wording = _WORDINGS.get(language, _ENGLISH)
    date = _date(message.sent_at, wording, timezone)
    whole = "\n\n".join(part.strip() for part in (message.text, message.earlier) if part.strip())
    lines = [f"{QUOTE_MARK}{line}".rstrip() for line in _bounded(whole).splitlines()]
    return "\n".join((wording.wrote.format(date=date, author=_author(message)), *lines))


def forwarded_inline(message: Quotable, *, language: str, timezone: str) -> str:
    """The message below a block of its headers, as mail clients pass one on."""
    wording = _WORDINGS.get(language, _ENGLISH)
    values = (
        _author(message),
        _date(message.sent_at, wording, timezone),
        one_line(message.subject, 500),
        ", ".join(message.to[:50]),
    )
    headers = (f"{name}: {value}" for name, value in zip(wording.headers.split(), values, strict=True))
    block = (f"---------- {wording.forwarded} ----------", *headers)
    whole = "\n\n".join(part.strip() for part in (message.text, message.earlier) if part.strip())
    return "\n".join((*block, "", _bounded(whole)))


def _bounded(text: str) -> str:
    text = storable(text).strip()
    return text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED].rstrip()}\n{_LEFT_OUT}"


def _author(message: Quotable) -> str:
    name = one_line(message.sender_name, _LONGEST_NAME)
    address = f"<{message.sender_address}>" if message.sender_address else ""
    return " ".join(filter(None, (name, address))) or "?"


def _date(moment: datetime, wording: _Wording, timezone: str) -> str:
    local = moment.astimezone(_zone(timezone))
    return wording.date.format(
        day=wording.days.split()[local.weekday()],
        number=local.day,
        month=wording.months.split()[local.month - 1],
        year=local.year,
        time=f"{local:%H:%M}",
    )


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
