"""Reading one fetched message into the columns of its row."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from app.mail.parse import UnparsableError, parse_message
from benchmarks.figures import Figure, Result
from benchmarks.mails import raw_message, sample_payloads
from benchmarks.measure import ROUNDS, compare
from benchmarks.stand import Stand

MICROSECONDS: Final = 1_000_000


async def parsing(_: Stand) -> Result:
    wire = sample_payloads()
    messages = [raw_message(json.loads(one)) for one in wire]

    def parse(index: int) -> None:
        with suppress(UnparsableError):  # a sample message may be meant to be unreadable, which takes time as well
            parse_message(messages[index])

    def decode(index: int) -> None:
        json.loads(wire[index])

    async def parse_all() -> None:
        for index in range(len(wire)):
            parse(index)

    async def decode_all() -> None:
        for index in range(len(wire)):
            decode(index)

    taken = await compare(parse_all, decode_all)
    slowest = max(range(len(wire)), key=lambda index: _best_time(parse, index))
    size = sum(map(len, wire)) / len(wire) / 1024
    return Result(
        title="Parsing",
        measured=f"`parse_message` over the {len(wire)} messages of the sample mailbox, {size:.1f} KiB of JSON each on "
        f"average. Best of {ROUNDS}.",
        floor="decoding the same messages from JSON",
        figures=(
            Figure(
                "average message",
                taken.ours.cpu / len(wire) * MICROSECONDS,
                "µs",
                taken.floor.cpu / len(wire) * MICROSECONDS,
            ),
            Figure(
                f"slowest message ({len(wire[slowest]) / 1024:.0f} KiB)",
                _best_time(parse, slowest) * MICROSECONDS,
                "µs",
                _best_time(decode, slowest) * MICROSECONDS,
            ),
        ),
    )


def _best_time(work: Callable[[int], None], index: int) -> float:
    def once() -> float:
        start = time.perf_counter()
        work(index)
        return time.perf_counter() - start

    return min(once() for _ in range(ROUNDS))
