"""How often one source may try: counted in this process, which is enough to blunt guessing and flooding."""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

MOST_SOURCES: Final = 10_000


class Throttle:
    """A sliding window for each source. Every API process counts by itself and forgets on restart.

    The limit that must hold across processes, links for one address, is counted in the database instead.
    """

    def __init__(self, limit: int, window: timedelta, clock: Callable[[], datetime]) -> None:
        self._limit = limit
        self._window = window
        self._clock = clock
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Count one try of this address and say whether it is still within the limit."""
        now, source = self._clock(), _source(address)
        tries = self._tries.setdefault(source, deque(maxlen=self._limit))
        self._tries.move_to_end(source)
        if len(self._tries) > MOST_SOURCES:
            self._tries.popitem(last=False)
        if len(tries) == self._limit and now - tries[0] < self._window:
            return False
        tries.append(now)
        return True


def _source(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    # whoever has one IPv6 address usually has the 2**64 beside it
    return parsed.exploded[:19] if isinstance(parsed, IPv6Address) else str(parsed)
