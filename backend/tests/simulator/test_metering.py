from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.mail.units import UNIT_COSTS
from app.simulator.api_error import ApiError
from app.simulator.metering import WINDOW, Meter
from app.simulator.simulator import Simulator
from tests.simulator.conftest import ALICE
from tests.simulator.mails import a_mail

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def strict_meter(status: int = 429) -> Meter:
    meter = Meter()
    meter.rule.enabled = True
    meter.rule.units_per_minute = 2 * UNIT_COSTS["messages.get"]
    meter.rule.status = status
    return meter


def test_units_run_out_and_come_back_with_the_minute() -> None:
    meter = strict_meter()
    meter.charge(ALICE, "messages.get", NOON)
    meter.charge(ALICE, "messages.get", NOON + timedelta(seconds=30))
    with pytest.raises(ApiError) as refused:
        meter.charge(ALICE, "getProfile", NOON + timedelta(seconds=59))
    assert (refused.value.code, refused.value.reason) == (429, "rateLimitExceeded")
    assert refused.value.message.endswith("Retry after 2026-11-02T12:01:00.000Z")
    meter.charge(ALICE, "messages.get", NOON + WINDOW)
    assert meter.usage[ALICE].refused == {"getProfile": 1}
    assert meter.usage[ALICE].units.total() == 3 * UNIT_COSTS["messages.get"]


def test_one_users_use_is_not_anothers() -> None:
    meter = strict_meter()
    meter.charge(ALICE, "threads.get", NOON)
    meter.charge("bob@example.com", "threads.get", NOON)


def test_the_other_refusal_gmail_knows() -> None:
    meter = strict_meter(status=403)
    meter.charge(ALICE, "threads.get", NOON)
    with pytest.raises(ApiError, match="userRateLimitExceeded"):
        meter.charge(ALICE, "getProfile", NOON)


async def test_quota_over_http(gmail: httpx.AsyncClient, admin: httpx.AsyncClient, simulator: Simulator) -> None:
    message = simulator.deliver(ALICE, a_mail())
    await admin.put("quota", json={"enabled": True, "units_per_minute": 25})
    assert (await gmail.get(f"messages/{message.id}")).status_code == 200
    response = await gmail.get(f"messages/{message.id}")
    assert response.status_code == 429
    assert response.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    usage = (await admin.get("usage")).json()["mailboxes"][ALICE]
    assert usage["calls"] == {"messages.get": 1}
    assert usage["units_last_minute"] == usage["units_total"] == 20
    await admin.put("quota", json={"enabled": False})
    assert (await gmail.get(f"messages/{message.id}")).status_code == 200
