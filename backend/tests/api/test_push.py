"""The address that Pub/Sub pushes to: only Google gets in, and all it can do is make a mailbox due."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.db.models import Mailbox
from app.db.session import SYSTEM, Database
from app.jobs import Job, TaskName
from app.mail.push_repository import counts_since
from app.simulator.server import running_simulator
from app.simulator.signing import Signing, SigningKey
from app.simulator.simulator import Simulator
from tests.doors.house import ANA, BASE_URL, House, open_house
from tests.factories import add_mailbox

PATH = "/api/push/gmail"
AUDIENCE = BASE_URL + PATH
ACCOUNT = "push@getanswers.iam.gserviceaccount.example"
TOPIC = "projects/getanswers/topics/gmail"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def simulator() -> Simulator:
    """One for all tests here: what they need of it is its keys."""
    return Simulator()


@pytest.fixture
async def house(database: Database, simulator: Simulator) -> AsyncIterator[House]:
    push = {"gmail_push_topic": TOPIC, "gmail_push_audience": AUDIENCE, "gmail_push_account": ACCOUNT}
    async with (
        running_simulator(simulator) as google,
        open_house(database, google_keys_url=f"{google}/oauth2/v1/certs", **push) as house,
    ):
        house.clock.now = NOW
        async with database.transaction(SYSTEM) as session:
            await add_mailbox(session, house.ana, next_sync_at=NOW + timedelta(hours=1))
        yield house


def envelope(address: str = ANA, *, published_at: datetime = NOW) -> dict[str, Any]:
    data = base64.b64encode(json.dumps({"emailAddress": address, "historyId": 9}).encode()).decode()
    message = {"data": data, "messageId": "1", "publishTime": published_at.isoformat()}
    return {"message": message, "subscription": "projects/getanswers/subscriptions/push"}


async def push(house: House, token: str, body: object = None, **options: Any) -> httpx.Response:
    content = json.dumps(envelope() if body is None else body)
    headers = {"Authorization": f"Bearer {token}"}
    return await house.browser().post(PATH, content=content, headers=headers, **options)


async def counted(house: House) -> dict[str, int]:
    async with house.database.transaction(SYSTEM) as session:
        return {one.outcome: one.count for one in await counts_since(session, NOW.date() - timedelta(days=1))}


async def due_at(house: House) -> datetime:
    async with house.database.transaction(house.ana.id) as session:
        return (await session.scalars(select(Mailbox))).one().next_sync_at


def good(signing: Signing) -> str:
    return signing.identity_token(email=ACCOUNT, audience=AUDIENCE, now=NOW)


async def test_google_makes_the_mailbox_due(house: House, simulator: Simulator, published: list[Job]) -> None:
    answer = await push(house, good(simulator.signing))
    assert (answer.status_code, answer.content) == (204, b"")
    assert await due_at(house) == NOW
    assert published == [Job(TaskName.SYNC_USER_EMAILS, (house.ana.id,))]
    assert await counted(house) == {"marked": 1}


async def test_the_same_push_again_does_nothing(house: House, simulator: Simulator, published: list[Job]) -> None:
    token = good(simulator.signing)
    for _ in range(3):
        assert (await push(house, token)).status_code == 204
    assert len(published) == 1
    assert await counted(house) == {"marked": 1, "repeated": 2}
    async with house.database.transaction(house.ana.id) as session:
        assert (await session.scalars(select(Mailbox.push_count))).one() == 1


@pytest.mark.parametrize("body", [[], {}, "text", {"message": None}, {"message": {"data": "%"}}])
async def test_what_cannot_be_read_is_thanked_for_and_counted(
    house: House, simulator: Simulator, published: list[Job], body: object
) -> None:
    assert (await push(house, good(simulator.signing), body)).status_code == 204
    assert published == []
    assert await counted(house) == {"malformed": 1}


def _claims(**over: Any) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "iss": "https://accounts.google.com",
        "aud": AUDIENCE,
        "email": ACCOUNT,
        "email_verified": True,
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(hours=1)).timestamp()),
    }
    return {name: value for name, value in (claims | over).items() if value is not None}


AGO = int((NOW - timedelta(hours=2)).timestamp())
WRONG_CLAIMS: tuple[dict[str, Any], ...] = (
    {"aud": "https://elsewhere.example/push"},
    {"aud": None},
    {"iss": "https://accounts.google.example"},
    {"iss": None},
    {"email": "somebody@elsewhere.example"},
    {"email": None},
    {"email_verified": False},
    {"email_verified": "true"},
    {"iat": AGO, "exp": AGO + 60},
    {"exp": None},
    {"iat": int((NOW + timedelta(hours=1)).timestamp()), "exp": int((NOW + timedelta(hours=2)).timestamp())},
)


@pytest.mark.parametrize("over", WRONG_CLAIMS, ids=[str(number) for number in range(len(WRONG_CLAIMS))])
async def test_a_token_for_something_else_is_refused(
    house: House, simulator: Simulator, published: list[Job], over: dict[str, Any]
) -> None:
    answer = await push(house, simulator.signing.google.signed(_claims(**over)))
    assert answer.status_code == 401
    assert published == []
    assert await counted(house) == {"refused": 1}


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _forged(simulator: Simulator) -> dict[str, str]:
    """Tokens that Google has not signed."""
    token = good(simulator.signing)
    header, claims, signature = token.split(".")
    google = simulator.signing.google.name
    stranger = SigningKey(google)
    return {
        "nothing": "",
        "no token": "abc",
        "three dots": "...",
        "unsigned": f"{_part({'alg': 'none', 'kid': google})}.{claims}.",
        "shared secret": f"{_part({'alg': 'HS256', 'kid': google})}.{claims}.{signature}",
        "other claims": f"{header}.{_part(_claims(email='x@example.org'))}.{signature}",
        "another key of that name": stranger.signed(_claims()),
        "a key nobody has": SigningKey("invented").signed(_claims()),
        "no key named": f"{_part({'alg': 'RS256'})}.{claims}.{signature}",
        "the service account's key": simulator.signing.account.signed(_claims()),
        "huge": token + "A" * 20_000,
    }


async def test_forged_tokens_are_refused(house: House, simulator: Simulator, published: list[Job]) -> None:
    forged = _forged(simulator)
    answers = {name: (await push(house, token)).status_code for name, token in forged.items()}
    assert answers == dict.fromkeys(forged, 401)
    assert published == []
    assert await counted(house) == {"refused": len(forged)}


async def test_without_an_audience_there_is_no_such_page(database: Database, simulator: Simulator) -> None:
    async with open_house(database) as house:
        assert (await push(house, good(simulator.signing))).status_code == 404


async def test_while_googles_keys_are_away_the_push_is_to_come_again(database: Database, simulator: Simulator) -> None:
    over = {"gmail_push_topic": TOPIC, "gmail_push_audience": AUDIENCE, "gmail_push_account": ACCOUNT}
    async with open_house(database, google_keys_url="http://127.0.0.1:9/certs", **over) as house:
        assert (await push(house, good(simulator.signing))).status_code == 503
