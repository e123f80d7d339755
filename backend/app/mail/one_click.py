"""The one request that leaves this house for a mail, after a person asked for it: RFC 8058's POST.

The name is resolved here, every address it has must be a public one, and the connection goes to the address that was
checked: a name that answers differently a moment later leads nowhere else. What production may reach is fixed in
`OneClick`'s defaults, which no setting and nothing in a mail can change; tests make one of their own.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

import httpx

from app.mail.list_unsubscribe import is_safe_url

LONGEST: Final = timedelta(seconds=15)
BODY: Final = b"List-Unsubscribe=One-Click"
BUSY: Final = frozenset({429, 503})
_SERVER_ERROR: Final = 500

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class NotSentError(Exception):
    """The list's server could not be reached; nothing was asked of it."""


class RefusedByListError(Exception):
    """The list's server answered that it did not do it."""


class NoAnswerError(Exception):
    """The request went out, and no answer came that says what became of it."""


async def resolve(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Whether it lies on the open internet, also when it is an IPv4 address wrapped into an IPv6 one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_open(each) for each in (found, *_wrapped_in(found)))


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _wrapped_in(address: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    if isinstance(address, IPv4Address):
        return ()
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo or ()
    translated = (last,) if address.packed[:12] == _NAT64 else ()
    return tuple(each for each in (address.ipv4_mapped, address.sixtofour, *teredo, *translated) if each is not None)


_NAT64: Final = bytes.fromhex("0064ff9b0000000000000000")


@dataclass(frozen=True, slots=True)
class OneClick:
    """Posts to the address that a list gave for it, and to nothing else."""

    resolve: Resolve = resolve
    may_reach: Callable[[str], bool] = is_public
    may_ask: Callable[[str], bool] = is_safe_url
    tls: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context)
    longest: timedelta = LONGEST

    async def post(self, url: str) -> None:
        """Ask once. Raises NotSentError, RefusedByListError or NoAnswerError."""
        if not self.may_ask(url):
            raise RefusedByListError("Its address is not one that can be used safely.")
        try:
            async with asyncio.timeout(self.longest.total_seconds()):
                status = await self._status(url)
        except TimeoutError as error:
            raise NoAnswerError("The list's server did not answer in time.") from error
        if status in BUSY:
            raise NotSentError(f"The list's server asks to come back later ({status}).")
        if status >= _SERVER_ERROR:
            raise NoAnswerError(f"The list's server reported a fault of its own ({status}).")
        if not httpx.codes.is_success(status):
            raise RefusedByListError(f"The list's server did not accept it ({status}).")

    async def _status(self, url: str) -> int:
        host, port = _target(url)
        address = await self._checked_address(host, port)
        headers = {"Host": host, "Content-Type": "application/x-www-form-urlencoded", "User-Agent": "GetAnswers"}
        pinned = httpx.URL(url).copy_with(host=address)
        # A client of its own: no cookies, no tokens, no environment; nothing that Gmail's client carries.
        async with httpx.AsyncClient(verify=self.tls(), trust_env=False, follow_redirects=False) as http:
            request = http.build_request(
                "POST", pinned, content=BODY, headers=headers, extensions={"sni_hostname": host}
            )
            try:
                response = await http.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                raise NotSentError("The list's server cannot be reached.") from error
            except httpx.HTTPError as error:
                raise NoAnswerError("The list's server broke off without an answer.") from error
            # The status says it all: not a byte of the page behind it is read.
            await response.aclose()
            return response.status_code

    async def _checked_address(self, host: str, port: int) -> str:
        try:
            addresses = await self.resolve(host, port)
        except OSError as error:
            raise NotSentError("The list's server is not known to the name service.") from error
        # One that is not public is reason enough: names with both kinds are made to get behind a check.
        if not addresses or not all(self.may_reach(address) for address in addresses):
            raise RefusedByListError("The list's server has no public address.")
        return addresses[0]


def _target(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 443
