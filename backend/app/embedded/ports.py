"""TCP ports on the loopback address."""

import socket

from app.errors import UserError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port that nothing listens on; somebody may still take it before it is used."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Without it, connections that have just been closed would make a port look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def require_free(port: int, *, option: str = "--port") -> None:
    """Raise UserError, naming the command line option that helps, when something listens there."""
    if not is_free(port):
        raise UserError(f"Port {port} is in use. Stop what uses it or choose another with {option}.")
