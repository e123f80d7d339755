"""What an error answer of Gmail means, by its reason and not by its code alone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx

from app.mail.provider import (
    MessageGoneError,
    ProviderBusyError,
    ProviderRefusedError,
    ProviderUnavailableError,
)

FORBIDDEN = 403
TOO_MANY_REQUESTS = 429
BUSY_REASONS = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded", "RESOURCE_EXHAUSTED"}
)
PROJECT_REASONS = frozenset({"dailyLimitExceeded", "quotaExceeded"})
DAILY_PATIENCE = timedelta(hours=1)
SHORT_PATIENCE = timedelta(seconds=30)
LONGEST_PATIENCE = timedelta(hours=24)
RETRY_AFTER_TEXT = re.compile(r"Retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)")


def error_of(response: httpx.Response, *, clock: Callable[[], datetime]) -> Exception:
    """The error, in the system's own words, that an unsuccessful response stands for."""
    reasons, message = _read(response)
    code = response.status_code
    if code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return ProviderUnavailableError(f"Gmail answered {code}.")
    if code == TOO_MANY_REQUESTS or reasons & BUSY_REASONS or "Too many concurrent requests" in message:
        until = _patience(response, reasons, message, clock())
        return ProviderBusyError("Gmail asks for patience.", until, whole_project=_is_project(code, reasons, message))
    if code in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
        return MessageGoneError("It is no longer in the mailbox.")
    named = ", ".join(sorted(reasons)) or str(code)
    if reasons & {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}:
        return ProviderRefusedError("The connection does not allow this. Reconnect the mailbox with more rights.")
    return ProviderRefusedError(f"Gmail refused the request ({named}).")


def _read(response: httpx.Response) -> tuple[set[str], str]:
    try:
        body: Any = response.json()
    except ValueError:
        return set(), ""
    error: Any = cast("dict[str, Any]", body).get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return set(), ""
    found = cast("dict[str, Any]", error)
    entries: Any = found.get("errors")
    listed = cast("list[Any]", entries) if isinstance(entries, list) else []
    reasons = {str(cast("dict[str, Any]", entry).get("reason")) for entry in listed if isinstance(entry, dict)}
    if found.get("status"):
        reasons.add(str(found["status"]))
    return reasons - {"None"}, str(found.get("message", ""))


def _is_project(code: int, reasons: set[str], message: str) -> bool:
    """Whether everybody has to wait. In doubt it is one user: a guess must not stop the whole installation."""
    if reasons & PROJECT_REASONS:
        return True
    named_user = "userRateLimitExceeded" in reasons or "user" in message.lower()
    return code == FORBIDDEN and "rateLimitExceeded" in reasons and not named_user


def _patience(response: httpx.Response, reasons: set[str], message: str, now: datetime) -> datetime:
    """Until when to wait: the time in the text, else the header (which is not reliable), else a guess."""
    written = RETRY_AFTER_TEXT.search(message)
    if written is not None:
        until = datetime.fromisoformat(written[1]).astimezone(UTC)
        return min(max(until, now), now + LONGEST_PATIENCE)
    header = response.headers.get("retry-after", "")
    if header.isdecimal():
        return now + min(timedelta(seconds=int(header)), LONGEST_PATIENCE)
    return now + (DAILY_PATIENCE if "dailyLimitExceeded" in reasons else SHORT_PATIENCE)
