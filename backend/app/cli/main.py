"""The console command `getanswers`: one file per command, errors a person can mend as one sentence."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from app.cli import backtest, demo, evaluate, keys, pausing, quota, report, serving, simulate, up, usage, users
from app.errors import UserError

cli = typer.Typer(
    name="getanswers",
    help="A self-hosted AI email agent that loses nothing and does nothing risky unasked.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
cli.command("demo")(demo.demo)
cli.command("up")(up.up)
cli.command("worker")(serving.worker)
cli.command("beat")(serving.beat)
cli.command("api")(serving.api)
cli.command("migrate")(serving.migrate_command)
cli.command("backtest")(backtest.backtest)
cli.command("report")(report.report)
cli.command("eval")(evaluate.evaluate)
cli.command("quota")(quota.quota)
cli.command("usage")(usage.usage)
cli.command("pause")(pausing.pause)
cli.command("resume")(pausing.resume)
cli.command("simulator")(simulate.simulator)
cli.add_typer(users.users, name="user")
cli.add_typer(keys.keys, name="keys")


def main() -> None:
    try:
        cli()
    except UserError as error:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]Error:[/] {escape(str(error))}", highlight=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
