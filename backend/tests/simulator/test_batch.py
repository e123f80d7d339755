from email import message_from_bytes
from email.message import Message

import httpx

from app.simulator.batch import MOST_CALLS
from app.simulator.faults import Fault, FaultKind
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE
from tests.simulator.mails import a_mail


def a_part(content_id: str, request: str) -> str:
    return f"--cut\r\nContent-Type: application/http\r\nContent-ID: {content_id}\r\n\r\n{request}\r\n"


async def post(url: str, token: str, *parts: str) -> httpx.Response:
    async with httpx.AsyncClient(verify=False) as client:
        return await client.post(
            f"{url}/batch/gmail/v1",
            content="".join(parts) + "--cut--\r\n",
            headers={"Authorization": f"Bearer {token}", "Content-Type": "multipart/mixed; boundary=cut"},
        )


def parts_of(response: httpx.Response) -> list[Message]:
    head = f"Content-Type: {response.headers['content-type']}\r\n\r\n".encode()
    return list(message_from_bytes(head + response.content).walk())[1:]


async def test_each_call_is_answered_by_its_own_part(
    url: str, token: str, simulator: Simulator, alice: Mailbox
) -> None:
    message = simulator.deliver(ALICE, a_mail())
    body = '{"addLabelIds": ["STARRED"]}'
    response = await post(
        url,
        token,
        a_part("<one>", f"GET /gmail/v1/users/me/messages/{message.id}?format=minimal"),
        a_part("<two>", "GET /gmail/v1/users/me/messages/none HTTP/1.1\r\nAccept: application/json\r\n"),
        a_part(
            "three",
            f"POST /gmail/v1/users/me/messages/{message.id}/modify HTTP/1.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}",
        ),
        a_part("<four>", "rubbish"),
    )
    assert response.status_code == 200
    parts = parts_of(response)
    assert [part["Content-ID"] for part in parts] == [
        "<response-one>",
        "<response-two>",
        "response-three",
        "<response-four>",
    ]
    statuses = [str(part.get_payload()).split(" ", 2)[1] for part in parts]
    assert statuses == ["200", "404", "200", "400"]
    assert f'"id": "{message.id}"' in str(parts[0].get_payload())
    assert "STARRED" in alice.messages[message.id].label_ids
    assert simulator.meter.usage[ALICE].calls.total() == 3


async def test_one_call_of_a_batch_can_fail_alone(url: str, token: str, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.ERROR, "getProfile", status=429, reason="rateLimitExceeded"))
    call = "GET /gmail/v1/users/me/profile"
    parts = parts_of(await post(url, token, a_part("<1>", call), a_part("<2>", call)))
    assert [str(part.get_payload()).split(" ", 2)[1] for part in parts] == ["429", "200"]


async def test_a_batch_has_a_largest_size_and_must_be_one(url: str, token: str) -> None:
    call = "GET /gmail/v1/users/me/profile"
    assert (await post(url, token, *[a_part(f"<{n}>", call) for n in range(MOST_CALLS + 1)])).status_code == 400
    assert (await post(url, token)).status_code == 400


async def test_a_batch_without_token_fails_in_every_part(url: str) -> None:
    (part,) = parts_of(await post(url, "unknown", a_part("<1>", "GET /gmail/v1/users/me/profile")))
    assert "HTTP/1.1 401" in str(part.get_payload())
