"""A simulator that listens on loopback answers this machine only, whatever a web page makes a browser send."""

import httpx
import pytest

from app.simulator.gatekeeper import TOKEN_HEADER
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator

STATUS = "/_simulator/mailboxes"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", [STATUS, "/gmail/v1/users/me/profile", "/token"])
async def test_what_comes_from_elsewhere_is_refused(headers: dict[str, str], path: str) -> None:
    async with running_simulator(Simulator()) as url, httpx.AsyncClient(base_url=url) as client:
        assert (await client.get(path, headers=headers)).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://127.0.0.1:8000"}, {"Sec-Fetch-Site": "same-site"}], ids=str)
async def test_what_comes_from_here_is_answered(headers: dict[str, str]) -> None:
    async with running_simulator(Simulator()) as url, httpx.AsyncClient(base_url=url) as client:
        assert (await client.get(STATUS, headers=headers)).status_code == 200


async def test_with_a_token_steering_needs_it_and_gmail_does_not() -> None:
    async with running_simulator(Simulator(), token="secret") as url, httpx.AsyncClient(base_url=url) as client:
        assert (await client.get(STATUS)).status_code == 403
        assert (await client.get(STATUS, headers={TOKEN_HEADER: "wrong"})).status_code == 403
        assert (await client.get(STATUS, headers={TOKEN_HEADER: "secret"})).status_code == 200
        assert (await client.get("/gmail/v1/users/me/profile")).status_code == 401
