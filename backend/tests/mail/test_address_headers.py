import time

import pytest

from app.mail.address_headers import MAX_ADDRESSES, clean_address, parse_addresses


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ada@example.net", [("", "ada@example.net")]),
        ("Ada Novak <ADA@Example.NET>", [("Ada Novak", "ada@example.net")]),
        (
            '"Novak, Ada" <ada@example.net>, ben@example.org',
            [("Novak, Ada", "ada@example.net"), ("", "ben@example.org")],
        ),
        ("ada@example.net (Ada (the) Novak)", [("Ada (the) Novak", "ada@example.net")]),
        ("Friends: ada@example.net, Ben <ben@example.org>;", [("", "ada@example.net"), ("Ben", "ben@example.org")]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?q?=C3=85sa?= <asa@example.net>", [("Åsa", "asa@example.net")]),
        ("=?utf-8?b?w4VzYQ==?=\r\n =?utf-8?q?_Berg?= <asa@example.net>", [("Åsa Berg", "asa@example.net")]),
        ("=?x-nonsense?q?Ada?= <ada@example.net>", [("Ada", "ada@example.net")]),
        ("Doe, John <john@example.net>", [("John", "john@example.net")]),
        ('"open <ada@example.net>', [("open", "ada@example.net")]),
        ("(open ada@example.net", []),
        ("<ada@example.net", [("", "ada@example.net")]),
        ("Ada <ada@example.net>;ben@example.org", [("Ada", "ada@example.net"), ("", "ben@example.org")]),
        ("åsa@räksmörgås.example", [("", "åsa@räksmörgås.example")]),
        ("<@relay.example:ada@example.net>", [("", "ada@example.net")]),
        ('<"ada novak"@example.net>', [("", '"ada novak"@example.net')]),
        ("ada@example.net.", [("", "ada@example.net")]),
        ("ada@[192.0.2.1]", []),
        ("ada at example.net", []),
        ("ada@@example.net", []),
        ("ada@exa\u200bmple.net", []),
        ("ada@example.net\x00", []),
        ("ban\N{KELVIN SIGN}@example.net", []),
        ("a" * 400 + "@example.net", []),
        ("", []),
        (",,,;;", []),
        ("\ud800 <ada@example.net>", [("\ufffd", "ada@example.net")]),
    ],
)
def test_reads_addresses(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.name, found.address) for found in parse_addresses(value)] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"ceo@example.org" <eve@example.com>', ["eve@example.com"]),
        ('"<ceo@example.org>" <eve@example.com>', ["eve@example.com"]),
        ('<eve@example.com> "<ceo@example.org>"', ["eve@example.com"]),
        ("<ceo@example.org> <eve@example.com>", []),
        ("=?utf-8?q?ceo=40example=2Eorg=2C?= <eve@example.com>", ["eve@example.com"]),
        ("ceo@example.org(<eve@example.com>)", ["ceo@example.org"]),
        ("ceo@example.org eve@example.com", []),
        ('"a\\" <ceo@example.org>, \\"" <eve@example.com>', ["eve@example.com"]),
    ],
)
def test_a_name_never_becomes_an_address(value: str, expected: list[str]) -> None:
    assert [found.address for found in parse_addresses(value)] == expected


@pytest.mark.parametrize(
    "value",
    [
        "(" * 800 + ")" * 800 + "ada@example.net",
        "(" * 60_000,
        '"' * 60_001,
        "<" * 60_000,
        "<a@b" * 15_000,
        "(\\" * 30_000,
    ],
)
def test_nesting_attacks_are_bounded(value: str) -> None:
    start = time.process_time()
    parse_addresses(value)
    assert time.process_time() - start < 1


def test_nested_comments_do_not_hide_the_address() -> None:
    assert parse_addresses("(" * 800 + ")" * 800 + "ada@example.net")[0].address == "ada@example.net"


def test_reads_a_bounded_number_of_addresses() -> None:
    assert len(parse_addresses(", ".join(f"a{number}@example.net" for number in range(3_000)))) == MAX_ADDRESSES


def test_reads_a_list_that_was_encoded_as_a_whole() -> None:
    assert parse_addresses("=?utf-8?q?Ada_=3Cada=40example=2Enet=3E?=")[0].address == "ada@example.net"


def test_an_address_with_a_hidden_character_is_not_mended() -> None:
    assert clean_address("ceo@exam\u00adple.org") == ""
