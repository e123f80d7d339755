"""Planned misbehaviour: which call goes wrong, how, and how often."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.simulator.api_error import ApiError, known_message

ANY = "*"


class FaultKind(StrEnum):
    ERROR = "error"
    """Answer `status` with `reason`; nothing is applied."""
    LATENCY = "latency"
    """Wait `delay`, then go on as usual."""
    TIMEOUT_BEFORE = "timeout_before"
    """Apply nothing, hold the connection for `delay`, then drop it."""
    TIMEOUT_AFTER = "timeout_after"
    """Apply the effect, hold the connection for `delay`, then drop it."""
    RESET = "reset"
    """Apply nothing and reset the connection at once."""
    MALFORMED = "malformed"
    """Apply the effect and answer 200 with JSON that breaks off."""


@dataclass(slots=True)
class Fault:
    """One entry of the plan; `method` and `mailbox` may be `*`, `times` 0 means for ever."""

    kind: FaultKind
    method: str = ANY
    mailbox: str = ANY
    times: int = 1
    skip: int = 0
    """Calls that still go well before this entry takes effect."""
    status: int = 503
    reason: str = "backendError"
    message: str = ""
    retry_after: str = ""
    """Value of a Retry-After header, where one is wanted."""
    delay: timedelta = timedelta(0)
    hits: int = 0

    def error(self) -> ApiError:
        return ApiError(self.status, self.reason, self.message or known_message(self.reason))

    def concerns(self, method: str, mailbox: str) -> bool:
        return self.method in {ANY, method} and self.mailbox in {ANY, mailbox}

    @property
    def is_spent(self) -> bool:
        return self.times > 0 and self.hits >= self.times


class FaultPlan:
    """The entries in the order they were planned."""

    def __init__(self) -> None:
        self.entries: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.entries.append(fault)

    def clear(self) -> None:
        self.entries.clear()

    def next_for(self, method: str, mailbox: str) -> Fault | None:
        """The fault this call runs into, used up by one."""
        for fault in self.entries:
            if fault.is_spent or not fault.concerns(method, mailbox):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.hits += 1
            return fault
        return None
