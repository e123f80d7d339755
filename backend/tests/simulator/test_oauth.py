import base64
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.simulator.grants import ACCESS_TOKEN_LIFETIME, CODE_LIFETIME
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator
from tests.simulator.conftest import ALICE

REDIRECT = "http://127.0.0.1:9/callback"
SCOPE = "https://www.googleapis.com/auth/gmail.modify"
VERIFIER = "a-verifier-that-is-long-enough-for-the-standard"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CONSENT = {
    "response_type": "code",
    "client_id": "client",
    "redirect_uri": REDIRECT,
    "scope": SCOPE,
    "state": "s&1",
    "access_type": "offline",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


async def profile_status(url: str, access_token: str) -> int:
    async with httpx.AsyncClient(verify=False) as client:
        headers = {"Authorization": f"Bearer {access_token}"}
        return (await client.get(f"{url}/gmail/v1/users/me/profile", headers=headers)).status_code


async def post_token(url: str, **form: str) -> httpx.Response:
    async with httpx.AsyncClient(verify=False) as client:
        return await client.post(f"{url}/token", data={"client_id": "client", **form})


async def consent(url: str, **change: str) -> dict[str, str]:
    async with httpx.AsyncClient(verify=False) as client:
        response = await client.get(f"{url}/o/oauth2/v2/auth", params=CONSENT | change)
    assert response.status_code == 302, response.text
    assert response.headers["location"].startswith(REDIRECT + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


async def test_consent_code_token_refresh(url: str) -> None:
    answer = await consent(url)
    assert answer["state"] == "s&1"
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    tokens = (await post_token(url, **form)).json()
    assert (tokens["token_type"], tokens["scope"]) == ("Bearer", SCOPE)
    assert await profile_status(url, tokens["access_token"]) == 200
    refreshed = await post_token(url, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refreshed.json()["access_token"] != tokens["access_token"]
    assert "refresh_token" not in refreshed.json()
    again = await post_token(url, **form)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_verifier": "another"}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "redirect_uri_mismatch"),
        ({"client_id": "somebody else"}, "unauthorized_client"),
        ({"code": "4/0unknown"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_a_code_is_bound_to_what_it_was_issued_for(url: str, change: dict[str, str], error: str) -> None:
    code = (await consent(url))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    assert (await post_token(url, **(form | change))).json()["error"] == error


async def test_several_mailboxes_are_asked_about_and_consent_can_be_refused(url: str, simulator: Simulator) -> None:
    simulator.create_mailbox("carol@example.org")
    async with httpx.AsyncClient(verify=False) as client:
        page = await client.get(f"{url}/o/oauth2/v2/auth", params=CONSENT | {"client_id": "<script>"})
    assert page.status_code == 200
    assert ALICE in page.text
    assert "<script>" not in page.text
    assert "code" in await consent(url, login_hint="carol@example.org")
    assert await consent(url, simulator_mailbox="none") == {"error": "access_denied", "state": "s&1"}


@pytest.mark.parametrize("change", [{"redirect_uri": "javascript:alert(1)"}, {"response_type": "token"}, {"scope": ""}])
async def test_a_broken_consent_request_goes_nowhere(url: str, change: dict[str, str]) -> None:
    async with httpx.AsyncClient(verify=False) as client:
        assert (await client.get(f"{url}/o/oauth2/v2/auth", params=CONSENT | change)).status_code == 400


async def test_revocation_ends_access_and_refresh(url: str, simulator: Simulator, token: str) -> None:
    refresh_token = simulator.create_mailbox(ALICE)
    assert await profile_status(url, token) == 200
    async with httpx.AsyncClient(verify=False) as client:
        assert (await client.post(f"{url}/revoke", data={"token": refresh_token})).status_code == 200
        assert (await client.post(f"{url}/revoke", data={"token": refresh_token})).status_code == 400
    assert await profile_status(url, token) == 401
    response = await post_token(url, grant_type="refresh_token", refresh_token=refresh_token)
    assert response.json() == {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}


async def test_only_the_configured_client_is_served(url: str, simulator: Simulator) -> None:
    simulator.switches.client_id, simulator.switches.client_secret = "client", "secret"
    form = {"grant_type": "refresh_token", "refresh_token": simulator.create_mailbox(ALICE)}
    assert (await post_token(url, **form, client_secret="wrong")).json()["error"] == "invalid_client"
    assert (await post_token(url, **form, client_secret="secret")).status_code == 200
    async with httpx.AsyncClient(verify=False, auth=("client", "secret")) as client:
        assert (await client.post(f"{url}/token", data=form)).status_code == 200


async def test_tokens_and_codes_expire() -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)

    def clock() -> datetime:
        return now

    simulator = Simulator(clock=clock)
    form = {"grant_type": "refresh_token", "refresh_token": simulator.create_mailbox(ALICE)}
    async with running_simulator(simulator) as url:
        tokens = (await post_token(url, **form)).json()
        code = (await consent(url))["code"]
        assert tokens["expires_in"] == ACCESS_TOKEN_LIFETIME.total_seconds()
        now += ACCESS_TOKEN_LIFETIME - timedelta(seconds=1)
        assert await profile_status(url, tokens["access_token"]) == 200
        now += timedelta(seconds=1)
        assert await profile_status(url, tokens["access_token"]) == 401
        assert CODE_LIFETIME < ACCESS_TOKEN_LIFETIME
        late = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
        assert (await post_token(url, **late)).json()["error"] == "invalid_grant"
