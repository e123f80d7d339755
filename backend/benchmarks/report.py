"""The outcome on the screen, as JSON and as a page of the repository."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, Result, shown
from benchmarks.machine import Machine

HERE: Final = Path(__file__).parent
LATEST: Final = HERE / "results" / "latest.json"
PAGE: Final = HERE / "REPORT.md"
INTRODUCTION: Final = """\
# Benchmarks

Written by `make bench`; run it to see your machine's numbers. Each figure stands beside a floor that was measured in
the same run, in turn with it: what the same task costs at the very least, without this system. The ratio of the two is
what is worth comparing between machines; seconds are not, and nothing asserts them. Of three rounds the best counts,
for each side by itself. Processor time is that of the measuring process alone, all its threads: the simulated Gmail and
PostgreSQL are other processes, on the same cores. PostgreSQL and Valkey are the embedded ones, with commits on disk.
"""


def print_result(result: Result, console: Console) -> None:
    table = Table(title=result.title, title_justify="left", caption=_caption(result), caption_justify="left")
    table.add_column("figure")
    for heading in ("GetAnswers", "floor", "ratio"):
        table.add_column(heading, justify="right")
    for figure in result.figures:
        table.add_row(figure.name, *_cells(figure))
    console.print(table)


def write_json(results: Mapping[str, Result], machine: Machine) -> None:
    content = {
        "machine": asdict(machine),
        "results": {
            name: asdict(result) | {"figures": [asdict(one) | {"ratio": one.ratio} for one in result.figures]}
            for name, result in results.items()
        },
    }
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_page(results: Mapping[str, Result], machine: Machine) -> None:
    sections = [_section(name, result) for name, result in results.items()]
    PAGE.write_text("\n".join([INTRODUCTION, f"Machine: {machine}.\n", *sections]), encoding="utf-8")


def _section(name: str, result: Result) -> str:
    lines = [f"## {result.title} (`{name}`)", "", _caption(result), ""]
    lines += ["| figure | GetAnswers | floor | ratio |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {' | '.join((figure.name, *_cells(figure)))} |" for figure in result.figures]
    return "\n".join([*lines, ""])


def _caption(result: Result) -> str:
    return f"{result.measured} Floor: {result.floor}." if result.floor else result.measured


def _cells(figure: Figure) -> tuple[str, str, str]:
    floor = "–" if figure.floor is None else f"{shown(figure.floor)} {figure.unit}"
    ratio = "–" if figure.ratio is None else f"{figure.ratio:.2f} ×"
    return f"{shown(figure.value)} {figure.unit}", floor, ratio
