"""What people's mail programs send is read as they meant it: own words, history, files, headers, hidden text."""

import pytest

from app.mail.parse import ParsedMessage, parse_message
from app.simulator.mime import parse_mail
from app.simulator.payload import Style, full_payload
from tests.mail.client_mails import FORWARDS, PROGRAMS, ClientMail
from tests.mail.client_shapes import CHARSETS, SHAPES
from tests.mail.raw_messages import raw

STYLES = {"as Gmail serves it": Style(), "as it was sent": Style(decodes_headers=False, serves_utf8=False)}
MAILS = PROGRAMS | SHAPES | CHARSETS | {f"passed on by {name}": mail for name, mail in FORWARDS.items()}


@pytest.fixture(params=STYLES.values(), ids=[*STYLES])
def style(request: pytest.FixtureRequest) -> Style:
    return request.param


def _parsed(mail: ClientMail, style: Style) -> ParsedMessage:
    return parse_message(raw(full_payload(parse_mail(mail.raw), "m1", style)))


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS.keys())
def test_a_mail_is_read_as_it_was_meant(mail: ClientMail, style: Style) -> None:
    read = _parsed(mail, style)
    assert read.text == mail.text
    for piece in mail.quoted:
        assert piece in read.quoted_text
        assert piece not in read.text
    assert tuple(found.filename for found in read.attachments) == mail.attachments
    assert read.hidden_characters == mail.hidden
    for name, value in mail.headers.items():
        assert read.headers[name] == [value]
    assert read.in_reply_to == "<m1@example.net>"
