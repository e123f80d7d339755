"""Which calls fetch a set of messages for the fewest units: each by itself, or whole threads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.mail.provider import Listed
from app.mail.quota import UNIT_COSTS

CHUNK: Final = 20
MESSAGE_UNITS: Final = UNIT_COSTS["messages.get"]
THREAD_UNITS: Final = UNIT_COSTS["threads.get"]
WORTH_A_THREAD: Final = THREAD_UNITS // MESSAGE_UNITS + 1
"""So many messages of one thread cost more one by one than together."""
MOST_OF_A_THREAD: Final = 50
"""A thread comes in one answer, so a very long one (they hold a hundred and more) is not asked for as a whole."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What one call fetches: one message, or several of one thread."""

    thread_id: str
    ids: tuple[str, ...]

    @property
    def units(self) -> int:
        return MESSAGE_UNITS if len(self.ids) == 1 else THREAD_UNITS


def planned(wanted: Iterable[Listed]) -> list[Portion]:
    """The calls, each where its first message stands."""
    threads: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for message in wanted:
        threads[message.thread_id][message.id] = None
    single = {thread for thread, ids in threads.items() if not WORTH_A_THREAD <= len(ids) <= MOST_OF_A_THREAD}
    portions: dict[str, Portion] = {}
    for message in wanted:
        if message.thread_id in single:
            portions.setdefault(message.id, Portion(message.thread_id, (message.id,)))
        else:
            portions.setdefault(
                f"thread {message.thread_id}", Portion(message.thread_id, tuple(threads[message.thread_id]))
            )
    return list(portions.values())


def units_of(portions: Iterable[Portion]) -> int:
    return sum(portion.units for portion in portions)


def chunks_of(portions: Sequence[Portion]) -> list[list[Portion]]:
    """Portions that are fetched together and stored in one transaction."""
    chunks: list[list[Portion]] = []
    room = 0
    for portion in portions:
        if room < len(portion.ids):
            chunks.append([])
            room = max(CHUNK, len(portion.ids))
        chunks[-1].append(portion)
        room -= len(portion.ids)
    return chunks
