"""What demos and tests steer the simulator with: JSON under /_simulator."""

import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.simulator.faults import ANY, Fault, FaultKind
from app.simulator.grants import FULL_SCOPE
from app.simulator.journal import effect_json
from app.simulator.loading import LoadError
from app.simulator.metering import Usage
from app.simulator.model import INBOX, UNREAD
from app.simulator.payload import Style, from_b64url
from app.simulator.simulator import Simulator, UnknownMailboxError
from app.simulator.store import FIRST_HISTORY_ID, Mailbox, UnknownThreadError

PREFIX = "/_simulator"
LARGEST_HISTORY_ID = 2**64 - 1


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NewMailbox(_Body):
    address: Annotated[str, Field(pattern=r"^[^\s@<>]+@[^\s@<>]+$")]
    scopes: tuple[str, ...] = (FULL_SCOPE,)
    aliases: tuple[str, ...] = ()
    first_history_id: Annotated[int, Field(ge=1, le=LARGEST_HISTORY_ID)] = FIRST_HISTORY_ID


class LoadRequest(_Body):
    path: Path


class Delivery(_Body):
    raw: str
    """The mail, base64 or base64url."""
    label_ids: tuple[str, ...] = (INBOX, UNREAD)
    thread_id: str = ""


class HistoryExpiry(_Body):
    before: int | None = None
    """Forget records up to this id; everything if it is missing."""


class PlannedFault(_Body):
    kind: FaultKind
    method: str = ANY
    mailbox: str = ANY
    times: Annotated[int, Field(ge=0)] = 1
    skip: Annotated[int, Field(ge=0)] = 0
    status: Annotated[int, Field(ge=400, le=599)] = 503
    reason: str = "backendError"
    message: str = ""
    retry_after: str = ""
    delay: timedelta = timedelta(0)
    """Seconds, or ISO 8601."""


class QuotaChange(_Body):
    enabled: bool | None = None
    units_per_minute: Annotated[int, Field(ge=1)] | None = None
    status: Annotated[int, Field(ge=400, le=499)] | None = None
    max_concurrent: Annotated[int, Field(ge=0)] | None = None


class SwitchChange(_Body):
    replace_message_id: bool | None = None
    payload_style: Style | None = None
    auto_consent: bool | None = None
    client_id: str | None = None
    client_secret: str | None = None
    push_url: str | None = None
    pubsub_token: str | None = None
    longest_pull: timedelta | None = None


def admin_routes(simulator: Simulator) -> list[Route]:
    desk = _Desk(simulator)
    mailbox = PREFIX + "/mailboxes/{address}"
    table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("GET", "/", desk.status),
        ("GET", PREFIX + "/mailboxes", desk.list_mailboxes),
        ("POST", PREFIX + "/mailboxes", desk.create_mailbox),
        ("POST", mailbox + "/load", desk.load),
        ("POST", mailbox + "/deliver", desk.deliver),
        ("GET", mailbox + "/contents", desk.contents),
        ("POST", mailbox + "/expire-history", desk.expire_history),
        ("POST", mailbox + "/revoke", desk.revoke),
        ("POST", mailbox + "/expire-access-tokens", desk.expire_access_tokens),
        ("GET", PREFIX + "/effects", desk.effects),
        ("GET", PREFIX + "/usage", desk.usage),
        ("DELETE", PREFIX + "/usage", desk.reset_usage),
        ("GET", PREFIX + "/faults", desk.list_faults),
        ("POST", PREFIX + "/faults", desk.plan_fault),
        ("DELETE", PREFIX + "/faults", desk.clear_faults),
        ("GET", PREFIX + "/service-account", desk.service_account),
        ("PUT", PREFIX + "/quota", desk.change_quota),
        ("PUT", PREFIX + "/switches", desk.change_switches),
    ]
    return [Route(path, _explained(door), methods=[verb]) for verb, path, door in table]


def _explained(door: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Turn what the caller did wrong into an answer that says so."""

    async def answer(request: Request) -> Response:
        try:
            return await door(request)
        except UnknownMailboxError as error:
            return JSONResponse({"error": str(error)}, 404)
        except UnknownThreadError as error:
            return JSONResponse({"error": f"no thread {error}"}, 404)
        except (LoadError, ValidationError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return answer


class _Desk:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def _mailbox(self, request: Request) -> Mailbox:
        return self._simulator.mailbox(request.path_params["address"])

    async def status(self, _: Request) -> Response:
        lines = ["GetAnswers Gmail simulator", ""]
        lines += [
            f"{mailbox.address}: {len(mailbox.messages)} messages, history id {mailbox.history_id}"
            for mailbox in self._simulator.mailboxes.values()
        ]
        return PlainTextResponse("\n".join([*lines, f"effects: {len(self._simulator.effects)}", ""]))

    async def list_mailboxes(self, _: Request) -> Response:
        return JSONResponse({"mailboxes": [_summary(mailbox) for mailbox in self._simulator.mailboxes.values()]})

    async def create_mailbox(self, request: Request) -> Response:
        wanted = NewMailbox.model_validate_json(await request.body())
        refresh_token = self._simulator.create_mailbox(
            wanted.address,
            scopes=wanted.scopes,
            aliases=wanted.aliases,
            first_history_id=wanted.first_history_id,
        )
        return JSONResponse(_summary(self._simulator.mailbox(wanted.address)) | {"refresh_token": refresh_token})

    async def load(self, request: Request) -> Response:
        wanted = LoadRequest.model_validate_json(await request.body())
        ids = self._simulator.load(self._mailbox(request).address, wanted.path)
        return JSONResponse({"loaded": len(ids), "ids": ids})

    async def deliver(self, request: Request) -> Response:
        content = await request.body()
        if request.headers.get("content-type", "").startswith("message/rfc822"):
            raw, wanted = content, Delivery(raw="")
        else:
            wanted = Delivery.model_validate_json(content)
            raw = from_b64url(wanted.raw)
        message = self._simulator.deliver(
            self._mailbox(request).address, raw, label_ids=wanted.label_ids, thread_id=wanted.thread_id
        )
        return JSONResponse({"id": message.id, "threadId": message.thread_id})

    async def contents(self, request: Request) -> Response:
        return JSONResponse(mailbox_contents(self._mailbox(request)))

    async def expire_history(self, request: Request) -> Response:
        wanted = HistoryExpiry.model_validate_json(await request.body() or b"{}")
        mailbox = self._mailbox(request)
        mailbox.expire_history(mailbox.history_id if wanted.before is None else wanted.before)
        self._simulator.save()
        return JSONResponse({"oldest_cursor": str(mailbox.history_floor)})

    async def revoke(self, request: Request) -> Response:
        count = self._simulator.grants.revoke_mailbox(self._mailbox(request).address)
        self._simulator.save()
        return JSONResponse({"revoked": count})

    async def expire_access_tokens(self, request: Request) -> Response:
        count = self._simulator.grants.expire_access_tokens(self._mailbox(request).address)
        return JSONResponse({"expired": count})

    async def effects(self, request: Request) -> Response:
        mailbox, kind = request.query_params.get("mailbox", ""), request.query_params.get("kind", "")
        found = [
            effect_json(effect)
            for effect in self._simulator.effects
            if mailbox.lower() in {"", effect.mailbox} and kind in {"", effect.kind}
        ]
        return JSONResponse({"effects": found})

    async def usage(self, _: Request) -> Response:
        now = self._simulator.clock()
        usage = self._simulator.meter.usage
        return JSONResponse(
            {
                "mailboxes": {
                    address: _usage_json(used) | {"units_last_minute": used.units_in_window(now)}
                    for address, used in usage.items()
                }
            }
        )

    async def reset_usage(self, _: Request) -> Response:
        self._simulator.meter.reset()
        return JSONResponse({})

    async def list_faults(self, _: Request) -> Response:
        return JSONResponse({"faults": [_fault_json(fault) for fault in self._simulator.faults.entries]})

    async def plan_fault(self, request: Request) -> Response:
        wanted = PlannedFault.model_validate_json(await request.body())
        fault = Fault(**wanted.model_dump())
        self._simulator.faults.add(fault)
        return JSONResponse(_fault_json(fault))

    async def clear_faults(self, _: Request) -> Response:
        self._simulator.faults.clear()
        return JSONResponse({})

    async def service_account(self, request: Request) -> Response:
        """The key file of an account that may read Pub/Sub."""
        return JSONResponse(self._simulator.signing.key_file(str(request.base_url) + "token"))

    async def change_quota(self, request: Request) -> Response:
        return await _change(request, QuotaChange, self._simulator.meter.rule)

    async def change_switches(self, request: Request) -> Response:
        return await _change(request, SwitchChange, self._simulator.switches)


async def _change(request: Request, form: type[_Body], target: object) -> Response:
    wanted = form.model_validate_json(await request.body())
    changes = wanted.model_dump(mode="json", exclude_none=True)
    for name in changes:
        setattr(target, name, getattr(wanted, name))
    return JSONResponse(changes)


def _summary(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "address": mailbox.address,
        "aliases": mailbox.aliases,
        "messages": len(mailbox.messages),
        "history_id": str(mailbox.history_id),
    }


def mailbox_contents(mailbox: Mailbox) -> dict[str, Any]:
    """Everything a comparison with what was stored needs, the newest message first."""
    return _summary(mailbox) | {
        "messages": [
            {
                "id": message.id,
                "threadId": message.thread_id,
                "labelIds": message.sorted_labels(),
                "internalDate": str(message.internal_date_ms),
                "historyId": str(message.history_id),
                "messageId": message.message_id_header,
                "raw": base64.b64encode(message.raw).decode("ascii"),
            }
            for message in mailbox.newest_first()
        ],
        "drafts": {draft.id: draft.message_id for draft in mailbox.drafts.values()},
        "labels": {label.id: label.name for label in mailbox.labels.values()},
    }


def _usage_json(usage: Usage) -> dict[str, Any]:
    return {
        "calls": dict(usage.calls),
        "units": dict(usage.units),
        "refused": dict(usage.refused),
        "units_total": usage.units.total(),
    }


def _fault_json(fault: Fault) -> dict[str, Any]:
    return {
        "kind": fault.kind.value,
        "method": fault.method,
        "mailbox": fault.mailbox,
        "times": fault.times,
        "skip": fault.skip,
        "hits": fault.hits,
        "status": fault.status,
        "reason": fault.reason,
        "delay": fault.delay.total_seconds(),
    }
