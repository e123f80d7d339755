"""Pub/Sub's REST methods that a reader of Gmail's notices needs, and the keys that pushes are signed with."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.simulator.answers import error_answer, json_answer
from app.simulator.api_error import ApiError, unauthenticated
from app.simulator.pubsub import PushConfig, Subscription, UnknownSubscriptionError
from app.simulator.simulator import Simulator

TOPIC_PATH = "/v1/projects/{project}/topics/{topic}"
SUBSCRIPTION_PATH = "/v1/projects/{project}/subscriptions/{subscription}"
CERTIFICATES_PATH = "/oauth2/v1/certs"


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _OidcToken(_Body):
    account: Annotated[str, Field(alias="serviceAccountEmail")]
    audience: str = ""


class _PushConfig(_Body):
    endpoint: Annotated[str, Field(alias="pushEndpoint")] = ""
    token: Annotated[_OidcToken | None, Field(alias="oidcToken")] = None


class _NewSubscription(_Body):
    topic: Annotated[str, Field(pattern=r"^projects/[^/]+/topics/[^/]+$")]
    name: str = ""
    seconds: Annotated[int, Field(alias="ackDeadlineSeconds", ge=0, le=600)] = 10
    push: Annotated[_PushConfig | None, Field(alias="pushConfig")] = None


class _Pull(_Body):
    most: Annotated[int, Field(alias="maxMessages", ge=1)]
    at_once: Annotated[bool, Field(alias="returnImmediately")] = False


class _Acknowledge(_Body):
    ack_ids: Annotated[tuple[str, ...], Field(alias="ackIds", min_length=1)]


class _Extend(_Acknowledge):
    seconds: Annotated[int, Field(alias="ackDeadlineSeconds", ge=0, le=600)]


def pubsub_routes(simulator: Simulator) -> list[Route]:
    desk = _Desk(simulator)
    table: list[tuple[str, str, Callable[[Request], Awaitable[dict[str, Any]]]]] = [
        ("PUT", TOPIC_PATH, desk.create_topic),
        ("POST", SUBSCRIPTION_PATH + ":pull", desk.pull),
        ("POST", SUBSCRIPTION_PATH + ":acknowledge", desk.acknowledge),
        ("POST", SUBSCRIPTION_PATH + ":modifyAckDeadline", desk.extend),
        ("PUT", SUBSCRIPTION_PATH, desk.subscribe),
        ("DELETE", SUBSCRIPTION_PATH, desk.unsubscribe),
    ]
    return [
        Route(CERTIFICATES_PATH, desk.certificates, methods=["GET"]),
        *(Route(path, desk.door(method), methods=[verb]) for verb, path, method in table),
    ]


class _Desk:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._pubsub = simulator.pubsub

    async def certificates(self, _: Request) -> Response:
        return JSONResponse(self._simulator.signing.certificates(), headers={"Cache-Control": "public, max-age=3600"})

    def door(self, method: Callable[[Request], Awaitable[dict[str, Any]]]) -> Callable[[Request], Awaitable[Response]]:
        """The method behind a bearer token, with Google's errors."""

        async def answer(request: Request) -> Response:
            try:
                self._authenticate(request)
                return json_answer(request, await method(request))
            except ApiError as error:
                return error_answer(request, error)
            except UnknownSubscriptionError as error:
                return error_answer(request, ApiError(404, "notFound", f"Resource not found (resource={error})."))
            except (ValidationError, ValueError):
                return error_answer(request, ApiError(400, "badRequest", "Invalid JSON payload received."))

        return answer

    def _authenticate(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        allowed = self._pubsub.tokens | ({self._simulator.switches.pubsub_token} - {""})
        if scheme.lower() != "bearer" or token not in allowed:
            raise unauthenticated()

    async def create_topic(self, request: Request) -> dict[str, Any]:
        return {"name": request.url.path.removeprefix("/v1/")}

    async def subscribe(self, request: Request) -> dict[str, Any]:
        content = await request.body()
        wanted = _NewSubscription.model_validate_json(content)
        name = request.url.path.removeprefix("/v1/")
        subscription = Subscription(name, wanted.topic, timedelta(seconds=wanted.seconds or 10))
        if wanted.push is not None and wanted.push.endpoint:
            token = wanted.push.token
            subscription.push = PushConfig(
                wanted.push.endpoint, token.account if token else "", token.audience if token else ""
            )
        self._pubsub.subscribe(subscription)
        given: dict[str, Any] = json.loads(content)
        return given | {"name": name}

    async def unsubscribe(self, request: Request) -> dict[str, Any]:
        subscription = self._subscription(request)
        del self._pubsub.subscriptions[subscription.name]
        return {}

    async def pull(self, request: Request) -> dict[str, Any]:
        wanted = _Pull.model_validate_json(await request.body())
        longest = timedelta(0) if wanted.at_once else self._simulator.switches.longest_pull
        taken = await self._pubsub.pull(self._subscription(request), wanted.most, longest=longest)
        received = [{"ackId": ack_id, "message": message.as_json()} for ack_id, message in taken]
        return {"receivedMessages": received} if received else {}

    async def acknowledge(self, request: Request) -> dict[str, Any]:
        wanted = _Acknowledge.model_validate_json(await request.body())
        self._subscription(request).acknowledge(wanted.ack_ids)
        return {}

    async def extend(self, request: Request) -> dict[str, Any]:
        wanted = _Extend.model_validate_json(await request.body())
        by = timedelta(seconds=wanted.seconds)
        self._subscription(request).extend(wanted.ack_ids, by, self._simulator.clock())
        return {}

    def _subscription(self, request: Request) -> Subscription:
        path = request.path_params
        return self._pubsub.subscription(f"projects/{path['project']}/subscriptions/{path['subscription']}")
