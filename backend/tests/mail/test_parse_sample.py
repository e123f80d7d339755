"""The sample mailbox, as the simulator hands it out, is read as its author meant it."""

from functools import cache
from pathlib import Path

import pytest

from app.mail.parse import ParsedMessage, Problem, UnparsableError, parse_message
from app.simulator.mime import parse_mail
from app.simulator.payload import full_payload
from app.simulator.sample_mail import sample_messages
from tests.mail.raw_messages import raw

UNREADABLE = {"183-bad-rubbish.eml"}
WITHOUT_TEXT = {"197-bad-empty-body.eml", "224-bad-deep-nesting.eml"}


@cache
def parsed(path: Path) -> ParsedMessage:
    return parse_message(raw(full_payload(parse_mail(path.read_bytes()), "m1")))


@pytest.mark.parametrize("path", sample_messages(), ids=lambda path: path.name)
def test_every_message_is_read(path: Path) -> None:
    if path.name in UNREADABLE:
        with pytest.raises(UnparsableError):
            parsed(path)
        return
    read = parsed(path)
    assert bool(read.text) == (path.name not in WITHOUT_TEXT)
    assert "display:none" not in read.text
    assert Problem.TEXT_MISSING not in read.problems


def named(start: str) -> ParsedMessage:
    return parsed(next(path for path in sample_messages() if path.name[4:].startswith(start)))


def test_a_multipart_without_its_boundary_is_read_without_the_scaffolding() -> None:
    text = named("bad-missing-boundary").text
    assert text.startswith("Hej Ana, ska vi boka")
    assert text.endswith("/Amira")


def test_what_is_hidden_is_not_read() -> None:
    for name in ("inject-display-none", "inject-white-text", "inject-zero-width"):
        assert named(name).hidden_characters > 50, name


def test_only_the_two_tales_are_noted_as_such() -> None:
    differing = [
        path.name[4:]
        for path in sample_messages()
        if path.name not in UNREADABLE and Problem.ALTERNATIVES_DIFFER in parsed(path).problems
    ]
    assert differing == ["inject-parts-differ.eml"]
