from datetime import UTC, datetime
from typing import Any

import pytest

from app.mail.headers import kept_headers, message_ids, parameter, parse_date, read_headers


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Mon, 05 Oct 2026 10:00:00 +0200", datetime(2026, 10, 5, 8, tzinfo=UTC)),
        ("5 Oct 2026 10:00:00 GMT (summer)", datetime(2026, 10, 5, 10, tzinfo=UTC)),
        ("Mon, 05 Oct 2026 10:00:00 -0000", datetime(2026, 10, 5, 10, tzinfo=UTC)),
        ("Mon, 05 Oct 26 10:00 EST", datetime(2026, 10, 5, 15, tzinfo=UTC)),
        ("Mon, 05 Oct 0101 00:00:00 +2300", None),
        ("Mon, 05 Oct 9999 23:59:59 -2300", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("Mon, 45 Oct 2026 10:00:00 +0200", None),
        ("Mon, 05 Oct 2026 10:00:00 +9999999999", None),
        ("Mon, 05 Oct " + "9" * 5_000, None),
        ("tomorrow", None),
        ("", None),
        ("\x00", None),
        (",,,,", None),
    ],
)
def test_reads_dates(value: str, moment: datetime | None) -> None:
    assert parse_date(value) == moment


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@b>", ("<a@b>",)),
        ("<a@b>\r\n\t<c@d> <a@b>", ("<a@b>", "<c@d>")),
        ("a@b", ("<a@b>",)),
        ("<a b@c>", ("<ab@c>",)),
        ("nothing", ()),
        ("<>", ()),
        ("", ()),
        ("<" * 50_000, ()),
    ],
)
def test_reads_message_ids(value: str, ids: tuple[str, ...]) -> None:
    assert message_ids(value) == ids


def test_of_very_many_references_the_first_and_the_last_are_kept() -> None:
    ids = message_ids(" ".join(f"<{number}@x>" for number in range(400)))
    assert (len(ids), ids[0], ids[1], ids[-1]) == (100, "<0@x>", "<301@x>", "<399@x>")


SHAPES: list[tuple[Any, dict[str, list[str]]]] = [
    ([{"name": "To", "value": "a"}, {"name": "TO", "value": "b"}], {"to": ["a", "b"]}),
    ([{"name": "A B", "value": "x"}, {"name": "", "value": "x"}, {"name": "Ä", "value": "x"}], {}),
    ([{"name": 5, "value": "x"}, {"name": "x"}, {"value": "x"}, "x", None, []], {}),
    ("text", {}),
    (None, {}),
    ({"name": "a"}, {}),
]


@pytest.mark.parametrize(("listed", "headers"), SHAPES)
def test_reads_headers_of_any_shape(listed: Any, headers: dict[str, list[str]]) -> None:
    assert read_headers(listed) == headers


def test_keeps_only_headers_with_a_use() -> None:
    given = {
        "list-anything": ["<x>"],
        "precedence": ["bulk\r\n folded"],
        "x-getanswers-action": ["1"],
        "received": ["from here"],
        "auto-submitted": ["no"] * 50,
        "dkim-signature": ["x" * 10_000],
    }
    kept = kept_headers(given)
    assert kept["precedence"] == ["bulk folded"]
    assert "received" not in kept
    assert len(kept["auto-submitted"]) == 10
    assert len(kept["dkim-signature"][0]) == 4_000
    assert {"list-anything", "x-getanswers-action"} <= set(kept)


@pytest.mark.parametrize(
    ("value", "charset"),
    [
        ("text/plain; charset=utf-8", "utf-8"),
        ('text/plain; format=flowed; CharSet = "ISO-8859-1"', "ISO-8859-1"),
        ("text/plain;charset=utf-8;charset=x", "utf-8"),
        ('text/plain; x="a; charset=no"; charset=yes', "yes"),
        ("text/plain", ""),
        ("charset=utf-8", ""),
    ],
)
def test_reads_parameters(value: str, charset: str) -> None:
    assert parameter(value, "charset") == charset
