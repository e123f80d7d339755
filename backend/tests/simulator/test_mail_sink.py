from pathlib import Path

import aiosmtplib
import pytest

from app.simulator.mail_sink import MailSink, Refusal
from tests.simulator.mails import a_mail

MAIL = a_mail("Digest", body=".a line that starts with a dot\r\nand ä")


async def send(sink: MailSink, mail: bytes = MAIL) -> None:
    host, port = sink.address
    await aiosmtplib.send(
        mail, sender="app@example.org", recipients=["a@example.org", "b@example.org"], hostname=host, port=port
    )


async def test_every_mail_is_kept_in_memory_and_as_a_file(tmp_path: Path) -> None:
    async with MailSink(tmp_path / "mails") as sink:
        await send(sink)
        await send(sink, a_mail("Second"))
        first, second = await sink.wait_for(2)
    assert (first.sender, first.recipients) == ("app@example.org", ("a@example.org", "b@example.org"))
    assert first.raw == MAIL
    assert b"Subject: Second" in second.raw
    assert [path.read_bytes() for path in sorted((tmp_path / "mails").iterdir())] == [first.raw, second.raw]


async def test_refusals_come_as_scripted() -> None:
    async with MailSink() as sink:
        sink.refuse(Refusal("451 4.3.0 Try again later"))
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await send(sink)
        assert refused.value.code == 451
        await send(sink)
        assert len(sink.messages()) == 1


async def test_a_stopped_sink_has_no_address() -> None:
    async with MailSink() as sink:
        assert sink.address[0] == "127.0.0.1"
    with pytest.raises(RuntimeError, match="not running"):
        _ = sink.address
