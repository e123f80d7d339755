import socket

import pytest

from app.embedded.ports import LOOPBACK, free_port, is_free, require_free
from app.errors import UserError


def test_a_free_port_can_be_listened_on() -> None:
    with socket.create_server((LOOPBACK, free_port())):
        pass


@pytest.mark.parametrize("address", [LOOPBACK, ""])
def test_a_listener_makes_a_port_taken_and_the_error_says_what_to_do(address: str) -> None:
    with socket.create_server((address, 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(UserError) as caught:
            require_free(port)
    assert str(caught.value) == f"Port {port} is in use. Stop what uses it or choose another with --port."


def test_a_port_is_free_again_right_after_its_connections_are_closed() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((LOOPBACK, port)):
            accepted, _ = listener.accept()
            accepted.close()  # this side first: the port now waits in TIME_WAIT
    assert is_free(port)
