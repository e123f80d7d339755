"""`getanswers keys`: keys for the encryption of stored tokens."""

import typer

from app.accounts.vault import Vault

keys = typer.Typer(help="Keys that encrypt stored tokens.", no_args_is_help=True)


@keys.callback()
def about() -> None:
    """Keys that encrypt stored tokens."""


@keys.command("generate")
def generate(name: str = typer.Option("k1", help="Id of the key, unique among yours")) -> None:
    """Print a new key, ready for ENCRYPTION_KEYS."""
    typer.echo(f"{name}:{Vault.generate_key()}")
