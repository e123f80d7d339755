"""Planned misbehaviour as a client meets it."""

from datetime import timedelta

import httpx
import pytest

from app.simulator.faults import Fault, FaultKind, FaultPlan
from app.simulator.oauth import TOKEN_METHOD
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE
from tests.simulator.mails import a_mail

SOON = timedelta(milliseconds=10)


@pytest.mark.parametrize(
    ("kind", "applied"),
    [(FaultKind.TIMEOUT_BEFORE, False), (FaultKind.TIMEOUT_AFTER, True), (FaultKind.RESET, False)],
)
async def test_a_dropped_connection_tells_nothing_about_the_effect(
    gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox, kind: FaultKind, *, applied: bool
) -> None:
    message = simulator.deliver(ALICE, a_mail())
    simulator.faults.add(Fault(kind, method="messages.modify", delay=SOON))
    with pytest.raises(httpx.NetworkError if kind is FaultKind.RESET else httpx.RemoteProtocolError):
        await gmail.post(f"messages/{message.id}/modify", json={"addLabelIds": ["STARRED"]})
    assert ("STARRED" in alice.messages[message.id].label_ids) == applied
    assert bool(simulator.effects) == applied
    assert (await gmail.get("profile")).status_code == 200


async def test_a_client_that_gives_up_first_finds_the_effect_applied(
    gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    message = simulator.deliver(ALICE, a_mail())
    simulator.faults.add(Fault(FaultKind.TIMEOUT_AFTER, delay=timedelta(minutes=5)))
    with pytest.raises(httpx.ReadTimeout):
        await gmail.post(f"messages/{message.id}/trash", timeout=3)
    assert "TRASH" in alice.messages[message.id].label_ids


async def test_an_error_has_googles_body_and_ends_after_its_times(
    gmail: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.faults.add(
        Fault(FaultKind.ERROR, "getProfile", status=403, reason="userRateLimitExceeded", times=2, retry_after="7")
    )
    for _ in range(2):
        response = await gmail.get("profile")
        assert response.json()["error"]["errors"][0] == {
            "domain": "usageLimits",
            "message": "User Rate Limit Exceeded",
            "reason": "userRateLimitExceeded",
        }
        assert (response.status_code, response.headers["retry-after"]) == (403, "7")
    assert (await gmail.get("profile")).status_code == 200


async def test_malformed_json_is_applied_all_the_same(
    gmail: httpx.AsyncClient, simulator: Simulator, alice: Mailbox
) -> None:
    simulator.faults.add(Fault(FaultKind.MALFORMED, "labels.create"))
    response = await gmail.post("labels", json={"name": "x"})
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|Invalid"):
        response.json()
    assert response.status_code == 200
    assert len(alice.labels) == 1


async def test_latency_delays_and_then_answers(gmail: httpx.AsyncClient, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.LATENCY, delay=timedelta(milliseconds=50)))
    response = await gmail.get("profile")
    assert response.status_code == 200
    assert response.elapsed >= timedelta(milliseconds=50)


async def test_the_token_endpoint_can_fail_too(url: str, simulator: Simulator) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": simulator.create_mailbox(ALICE)}
    simulator.faults.add(Fault(FaultKind.ERROR, TOKEN_METHOD, status=503))
    simulator.faults.add(Fault(FaultKind.ERROR, TOKEN_METHOD, status=400, reason="invalid_grant"))
    async with httpx.AsyncClient(verify=False) as client:
        assert (await client.post(f"{url}/token", data=form)).status_code == 503
        assert (await client.post(f"{url}/token", data=form)).json()["error"] == "invalid_grant"
        assert (await client.post(f"{url}/token", data=form)).status_code == 200


def test_which_calls_a_fault_concerns() -> None:
    plan = FaultPlan()
    plan.add(Fault(FaultKind.ERROR, "messages.get", "bob@example.com", skip=1, times=1))
    assert plan.next_for("messages.list", "bob@example.com") is None
    assert plan.next_for("messages.get", ALICE) is None
    assert plan.next_for("messages.get", "bob@example.com") is None  # skipped
    assert plan.next_for("messages.get", "bob@example.com") is not None
    assert plan.next_for("messages.get", "bob@example.com") is None  # used up


def test_zero_times_is_for_ever() -> None:
    plan = FaultPlan()
    plan.add(Fault(FaultKind.ERROR, times=0))
    assert all(plan.next_for("messages.get", ALICE) for _ in range(5))
