"""A language model that says what it is told: speaks OpenAI's, Anthropic's and Google's protocols from a script."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

INPUT_TOKENS = 1_000
OUTPUT_TOKENS = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted answer: the values given to the tool that the caller asks for, or a failure."""

    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    status: int = 200
    delay: float = 0
    """Seconds before it is given."""
    raw: str | None = None
    """This very text as the body, whether it fits the protocol or not."""
    refuses: bool = False
    """As a provider's filter does."""
    cached: int = 0
    """So many of the input tokens came from the provider's cache."""


@dataclass(slots=True)
class ScriptedModel:
    """The answers still to be given, in order, and the requests seen. The last answer is repeated for ever."""

    answers: list[Answer]
    requests: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def next_answer(self, request: Request) -> Answer:
        self.requests.append(json.loads(await request.body()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        await asyncio.sleep(answer.delay)
        return answer

    def asked_models(self) -> list[str]:
        """The names of the models asked, in order."""
        return [str(request.get("model", "")) for request in self.requests]

    def last_text(self) -> str:
        """Everything the last request said, instructions and question alike."""
        return "\n".join(_texts(self.requests[-1]))


def scripted_model(answers: Iterable[Answer | Mapping[str, Any]]) -> Starlette:
    """Build the application; its `state.model` is the ScriptedModel. Raise ValueError when there are no answers."""
    script = [answer if isinstance(answer, Answer) else Answer(answer) for answer in answers]
    if not script:
        raise ValueError("a scripted model needs at least one answer")
    app = Starlette(
        routes=[
            Route("/v1/chat/completions", _chat_completions, methods=["POST"]),
            Route("/v1/messages", _messages, methods=["POST"]),
            Route("/v1beta/models/{name}:generateContent", _generate_content, methods=["POST"]),
        ]
    )
    app.state.model = ScriptedModel(script)
    return app


async def _chat_completions(request: Request) -> Response:
    model: ScriptedModel = request.app.state.model
    answer = await model.next_answer(request)
    if answer.raw is not None:
        return Response(answer.raw, answer.status, media_type="application/json")
    if answer.status != HTTPStatus.OK:
        return JSONResponse({"error": {"message": "scripted failure", "type": "server_error"}}, answer.status)
    asked = model.requests[-1]
    name = _first(asked.get("tools"), "function").get("name", "answer")
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": name, "arguments": json.dumps(dict(answer.values))},
    }
    message = {"role": "assistant", "content": None, "tool_calls": [] if answer.refuses else [call]}
    return JSONResponse(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": asked.get("model", ""),
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "content_filter" if answer.refuses else "tool_calls",
                    "message": message,
                }
            ],
            "usage": {
                "prompt_tokens": INPUT_TOKENS,
                "completion_tokens": OUTPUT_TOKENS,
                "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
                "prompt_tokens_details": {"cached_tokens": answer.cached},
            },
        }
    )


async def _messages(request: Request) -> Response:
    model: ScriptedModel = request.app.state.model
    answer = await model.next_answer(request)
    if answer.raw is not None:
        return Response(answer.raw, answer.status, media_type="application/json")
    if answer.status != HTTPStatus.OK:
        failure = {"type": "error", "error": {"type": "api_error", "message": "scripted failure"}}
        return JSONResponse(failure, answer.status)
    asked = model.requests[-1]
    name = _first(asked.get("tools"), None).get("name", "answer")
    return JSONResponse(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": asked.get("model", ""),
            "content": [] if answer.refuses else [_tool_use(name, answer)],
            "stop_reason": "refusal" if answer.refuses else "tool_use",
            "stop_sequence": None,
            "usage": {
                "input_tokens": INPUT_TOKENS - answer.cached,
                "cache_read_input_tokens": answer.cached,
                "cache_creation_input_tokens": 0,
                "output_tokens": OUTPUT_TOKENS,
            },
        }
    )


async def _generate_content(request: Request) -> Response:
    model: ScriptedModel = request.app.state.model
    answer = await model.next_answer(request)
    if answer.raw is not None:
        return Response(answer.raw, answer.status, media_type="application/json")
    if answer.status != HTTPStatus.OK:
        failure = {"code": answer.status, "message": "scripted failure", "status": "UNAVAILABLE"}
        return JSONResponse({"error": failure}, answer.status)
    asked = model.requests[-1]
    asked["model"] = request.path_params["name"]  # it stands in the address; for asked_models
    declared = _first(asked.get("tools"), None).get("functionDeclarations", [])
    call = {"functionCall": {"name": _first(declared, None).get("name", "answer"), "args": dict(answer.values)}}
    candidate = {
        "content": {"role": "model", "parts": [] if answer.refuses else [call]},
        "finishReason": "SAFETY" if answer.refuses else "STOP",
        "index": 0,
    }
    return JSONResponse(
        {
            "candidates": [candidate],
            "modelVersion": asked["model"],
            "usageMetadata": {
                "promptTokenCount": INPUT_TOKENS,
                "cachedContentTokenCount": answer.cached,
                "candidatesTokenCount": OUTPUT_TOKENS,
                "totalTokenCount": INPUT_TOKENS + OUTPUT_TOKENS,
            },
        }
    )


def _tool_use(name: str, answer: Answer) -> dict[str, Any]:
    return {"type": "tool_use", "id": "toolu_1", "name": name, "input": dict(answer.values)}


def _first(tools: Any, inside: str | None) -> dict[str, Any]:
    tool: dict[str, Any] = tools[0] if tools else {}
    return tool.get(inside, {}) if inside else tool


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in cast("dict[str, Any]", value).values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _texts(inner)
