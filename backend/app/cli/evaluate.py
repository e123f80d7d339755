"""`getanswers eval`: how good an engine is, over labelled messages."""

import asyncio
import json
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from app.cli.evaluation_tables import print_comparison, print_report
from app.errors import UserError
from app.evaluation.agreement import as_markdown, own_agreement
from app.evaluation.engines import CONFIGURED, SCRIPTED, opened_engine
from app.evaluation.examples import Example, read_examples
from app.evaluation.goals import GOALS
from app.evaluation.judging import Run, judge_all
from app.evaluation.own_set import Split, own_examples
from app.evaluation.report import report
from app.settings import OFFLINE_ENGINE

ENGINE_HELP = (
    f"'{OFFLINE_ENGINE}'; '{CONFIGURED}', the MODEL of the settings; provider:name; or '{SCRIPTED}', a pretended model "
    "that obeys every sender"
)


def evaluate(
    file: Path | None = typer.Argument(
        None, help="Labelled messages of your own, one JSON object a line; without it the repository's"
    ),
    engine: list[str] = typer.Option([OFFLINE_ENGINE], help=f"{ENGINE_HELP}; give it several times to compare"),
    split: Split = typer.Option(Split.HELD_OUT, help="Which part of the repository's messages"),
    as_json: bool = typer.Option(False, "--json", help="Every figure as JSON instead of the tables"),
    agreement: bool = typer.Option(False, "--agreement", help="Only how far the two labellers agree, as Markdown"),
) -> None:
    """Measure an engine over labelled messages: what it gets right, what its mistakes cost, whether attacks succeed."""
    if agreement:
        typer.echo(as_markdown(own_agreement()))
        return
    if file is not None and split is not Split.HELD_OUT:
        raise UserError("--split belongs to the repository's own messages; leave it out when you name a file.")
    examples = own_examples(split) if file is None else read_examples(file.expanduser())
    console = Console(stderr=as_json)
    found = [report(asyncio.run(_run(examples, name, console))) for name in engine]
    if as_json:
        values = [{**one.as_json(), "goals": [goal.as_json(one) for goal in GOALS]} for one in found]
        typer.echo(json.dumps(values if len(values) > 1 else values[0], ensure_ascii=False, indent=2))
    elif len(found) > 1:
        print_comparison(found, console, over=_over(file, split))
    else:
        print_report(found[0], console, over=_over(file, split))


def _over(file: Path | None, split: Split) -> str:
    return f"the {split.value} messages of the repository" if file is None else file.name


async def _run(examples: list[Example], name: str, console: Console) -> Run:
    async with opened_engine(name) as engine:
        with Progress(console=console, transient=True) as progress:
            bar = progress.add_task("Judging", total=len(examples))
            return await judge_all(examples, engine, told=lambda done: progress.update(bar, completed=done))
