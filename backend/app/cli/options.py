"""Options that several commands take in the same way."""

from typing import Any

import typer

from app.errors import UserError
from app.simulator.outgoing import addresses_in


def path_option(*names: str, help: str) -> Any:  # noqa: A002 - typer's own word
    """Return an option for a file or folder that typer does not test for reading.

    Its answer would be a box of its own making; ours is one sentence that says what to do.
    """
    return typer.Option(None, *names, readable=False, help=help)


def require_address(email: str) -> None:
    if addresses_in(email) != [email.lower()]:
        raise UserError(f"{email or 'Nothing'} is no mail address. Write it like ana@example.org.")
