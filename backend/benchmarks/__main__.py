"""`python -m benchmarks [name …]`: runs the named benchmarks, or all of them, and then rewrites the report."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from rich.console import Console

from app.logs import configure_logs
from benchmarks.claim_benchmark import claiming
from benchmarks.demo_benchmark import demo_start
from benchmarks.figures import Result
from benchmarks.machine import this_machine
from benchmarks.parse_benchmark import parsing
from benchmarks.poll_benchmark import unchanged_poll
from benchmarks.quota_benchmark import quota_on
from benchmarks.report import LATEST, PAGE, print_result, write_json, write_page
from benchmarks.stand import Stand, open_stand
from benchmarks.sync_benchmark import first_sync
from benchmarks.triage_benchmark import triage

BENCHMARKS: Final[Mapping[str, Callable[[Stand], Awaitable[Result]]]] = {
    "sync": first_sync,
    "poll": unchanged_poll,
    "quota": quota_on,
    "parse": parsing,
    "triage": triage,
    "claim": claiming,
    "demo": demo_start,
}


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description="Figures beside their floors.")
    options.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; all if none is given")
    names: list[str] = options.parse_args().names
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        options.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    configure_logs(level="warning")
    asyncio.run(_run(names))


async def _run(names: Sequence[str]) -> None:
    console, machine = Console(), this_machine()
    console.print(f"On {machine}", highlight=False)
    results: dict[str, Result] = {}
    async with open_stand() as stand:
        for name in BENCHMARKS:
            if names and name not in names:
                continue
            with console.status(f"Measuring {name} …"):
                results[name] = await BENCHMARKS[name](stand)
            print_result(results[name], console)
    write_json(results, machine)
    console.print(f"The figures: {LATEST.relative_to(LATEST.parents[2])}", highlight=False)
    if len(results) == len(BENCHMARKS):
        write_page(results, machine)
        console.print(f"The report: {PAGE.relative_to(PAGE.parents[1])}", highlight=False)


if __name__ == "__main__":
    main()
