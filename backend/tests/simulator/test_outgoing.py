from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.simulator.outgoing import NoRecipientError, addresses_in, date_header_ms, prepare, rewrite_headers
from tests.simulator.conftest import ALICE
from tests.simulator.mails import a_mail

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        ("Bob <BOB@Example.com>", ["bob@example.com"]),
        ("bob@example.com, Carol <carol@example.org>", ["bob@example.com", "carol@example.org"]),
        ('"eve@evil.test, Bob" <bob@example.com>', ["bob@example.com"]),
        ("eve@evil.test <bob@example.com>", ["bob@example.com"]),
        ("undisclosed-recipients:;", []),
        ("", []),
    ],
)
def test_addresses(value: str, addresses: list[str]) -> None:
    assert addresses_in(value) == addresses


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_rewriting_touches_only_the_headers_it_names(newline: bytes) -> None:
    raw = newline.join(
        [b"To: a@example.org", b"BCC: b@example.org,", b" c@example.org", b"X: 1", b"", b"Bcc: body", b""]
    )
    found = rewrite_headers(raw, replace={b"X": "2"}, drop=frozenset({b"bcc"}))
    assert found == newline.join([b"X: 2", b"To: a@example.org", b"", b"Bcc: body", b""])


def test_bcc_is_a_recipient_that_nobody_else_sees() -> None:
    outgoing = prepare(
        a_mail(to="bob@example.com", more="Bcc: carol@example.org"),
        own_addresses=(ALICE,),
        now=NOW,
        replace_message_id=False,
    )
    assert outgoing.recipients == ("bob@example.com", "carol@example.org")
    assert b"carol" in outgoing.stored
    assert b"carol" not in outgoing.delivered


@given(st.binary(max_size=200))
def test_any_bytes_are_sent_or_lack_a_recipient(raw: bytes) -> None:
    date_header_ms(raw)
    try:
        outgoing = prepare(raw, own_addresses=(ALICE,), now=NOW, replace_message_id=True)
    except NoRecipientError:
        return
    assert outgoing.recipients
