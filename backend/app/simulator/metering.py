"""Counts calls and quota units per mailbox and method, and refuses what is over the limit."""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.mail.units import UNIT_COSTS
from app.simulator.api_error import ApiError

WINDOW = timedelta(minutes=1)


@dataclass(slots=True)
class QuotaRule:
    """How strict the simulator is; off unless asked for."""

    enabled: bool = False
    units_per_minute: int = 6000
    status: int = 429
    """429 with a time to retry after, or 403, as Gmail answers either."""
    max_concurrent: int = 0
    """Calls of one user at once over all clients; 0 is no limit."""


@dataclass(slots=True)
class Usage:
    """What one mailbox has used since the simulator started."""

    calls: Counter[str] = field(default_factory=Counter[str])
    units: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    running: int = 0
    recent: deque[tuple[datetime, int]] = field(default_factory=deque[tuple[datetime, int]])

    def units_in_window(self, now: datetime) -> int:
        while self.recent and self.recent[0][0] <= now - WINDOW:
            self.recent.popleft()
        return sum(units for _, units in self.recent)


class Meter:
    def __init__(self) -> None:
        self.rule = QuotaRule()
        self.usage: defaultdict[str, Usage] = defaultdict(Usage)

    def charge(self, mailbox: str, method: str, now: datetime) -> None:
        """Book one call. Raises ApiError where the quota is used up; a refused call costs nothing."""
        usage = self.usage[mailbox]
        units = UNIT_COSTS.get(method, 1)
        refusal = self._refusal(usage, units, now) if self.rule.enabled else None
        if refusal:
            usage.refused[method] += 1
            raise refusal
        usage.calls[method] += 1
        usage.units[method] += units
        usage.recent.append((now, units))

    def reset(self) -> None:
        self.usage.clear()

    def _refusal(self, usage: Usage, units: int, now: datetime) -> ApiError | None:
        if self.rule.max_concurrent and usage.running > self.rule.max_concurrent:
            return ApiError(429, "rateLimitExceeded", "Too many concurrent requests for user")
        if usage.units_in_window(now) + units <= self.rule.units_per_minute:
            return None
        if self.rule.status == 403:  # noqa: PLR2004 - the status itself
            return ApiError(403, "userRateLimitExceeded", "User Rate Limit Exceeded")
        retry_at = (usage.recent[0][0] if usage.recent else now) + WINDOW
        text = retry_at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{retry_at.microsecond // 1000:03d}Z"
        return ApiError(429, "rateLimitExceeded", f"User-rate limit exceeded.  Retry after {text}")
