"""The table of methods against Google's description of the API."""

import re

import pytest

from app.mail.units import UNIT_COSTS
from app.simulator.methods import METHODS, Method
from tests.simulator.discovery import method_names, method_parameters, method_path


def test_every_method_has_a_price_and_every_price_a_method() -> None:
    assert {method.name for method in METHODS} == set(UNIT_COSTS)
    assert set(UNIT_COSTS) <= method_names()


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_path_verb_and_parameters_are_googles(method: Method) -> None:
    verb, path = method_path(method.name)
    assert (method.verb, f"gmail/v1/users/{{userId}}{method.path}") == (verb, path)
    assert method.query == method_parameters(method.name)


def test_no_path_hides_another() -> None:
    for index, method in enumerate(METHODS):
        pattern = re.sub(r"\{\w+\}", "[^/]+", method.path)
        hidden = [
            other.name
            for other in METHODS[index + 1 :]
            if other.verb == method.verb and re.fullmatch(pattern, other.path)
        ]
        assert hidden == []
