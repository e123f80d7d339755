"""The one request a person can send to a list's server, against a real server with a certificate of its own."""

import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from app.mail.one_click import NoAnswerError, NotSentError, OneClick, RefusedByListError, is_public
from tests.mail.list_server import CLOSE, HANG, HOST, ListServer, certificate_in, one_click_here, running_list_server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def server(certificate: Path) -> AsyncIterator[ListServer]:
    async with running_list_server(certificate) as server:
        yield server


@pytest.fixture
def one_click(certificate: Path) -> OneClick:
    def anything(_: str) -> bool:
        return True

    return dataclasses.replace(one_click_here(certificate), may_ask=anything)


async def test_asks_once_with_the_words_of_the_standard(server: ListServer, one_click: OneClick) -> None:
    await one_click.post(server.url)
    [asked] = server.asked
    head, _, body = asked.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /u?id=1 HTTP/1.1\r\n")
    assert f"host: {HOST}".encode() in head.lower()
    assert b"cookie" not in head.lower()
    assert body == b"List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", RefusedByListError),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", RefusedByListError),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", NotSentError),
        (b"HTTP/1.1 429 Slowly\r\nContent-Length: 0\r\n\r\n", NotSentError),
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", NoAnswerError),
        (b"not http at all\r\n\r\n", NoAnswerError),
        (HANG, NoAnswerError),
        (CLOSE, NoAnswerError),
    ],
    ids=str,
)
async def test_every_other_answer_is_told_apart(
    server: ListServer, one_click: OneClick, answer: bytes, error: type[Exception]
) -> None:
    server.answer = answer
    if answer == HANG:
        one_click = dataclasses.replace(one_click, longest=dt.timedelta(seconds=2))
    with pytest.raises(error):
        await one_click.post(server.url)
    assert len(server.asked) == 1


async def test_an_answer_without_end_is_not_read(server: ListServer, one_click: OneClick) -> None:
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 1_000_000
    await one_click.post(server.url)


async def test_a_certificate_of_somebody_else_is_not_accepted(server: ListServer, one_click: OneClick) -> None:
    trusting_the_usual_ones = OneClick(
        resolve=one_click.resolve, may_reach=one_click.may_reach, may_ask=one_click.may_ask
    )
    with pytest.raises(NotSentError):
        await trusting_the_usual_ones.post(server.url)
    assert server.asked == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::ffff:127.0.0.1"], []], ids=str)
async def test_nothing_inside_a_house_is_reached(server: ListServer, addresses: list[str]) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    with pytest.raises(RefusedByListError):
        await OneClick(resolve=resolve).post(f"https://{HOST}/u")
    assert server.asked == []


async def test_an_unsafe_address_is_not_even_looked_up() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise AssertionError("looked up")

    with pytest.raises(RefusedByListError):
        await OneClick(resolve=resolve).post("http://127.0.0.1/u")


async def test_a_name_nobody_knows_was_not_asked() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(NotSentError):
        await OneClick(resolve=resolve).post(f"https://{HOST}/u")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.168.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:0a00:0001::1", False),
        ("64:ff9b::7f00:1", False),
        ("ff02::1", False),
        ("not an address", False),
    ],
)
def test_what_is_public(address: str, *, public: bool) -> None:
    assert is_public(address) is public
