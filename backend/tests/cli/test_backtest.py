from pathlib import Path

import pytest

from app.simulator.sample_mail import USER_ADDRESS, USER_ALIASES, sample_messages
from tests.cli.conftest import Cli, sentence_of


def test_the_sample_mailbox_is_replayed_into_a_private_report(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    mine = [word for address in (USER_ADDRESS, *USER_ALIASES) for word in ("--me", address)]
    done = cli.run("backtest", "--mail", sample_messages()[0].parent, *mine, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "messages judged" in done.stdout
    assert "Your mail, replayed" in out.read_text(encoding="utf-8")
    assert out.stat().st_mode & 0o077 == 0


def test_a_place_that_cannot_be_written_is_told_before_anything_is_judged(cli: Cli, tmp_path: Path) -> None:
    mail = sample_messages()[0].parent
    sentence = sentence_of(cli.run("backtest", "--mail", mail, "--me", USER_ADDRESS, "--out", tmp_path))
    assert "is a folder" in sentence


@pytest.mark.parametrize("me", ["", " ", "ana", "ana@", "Ana Lind"])
def test_who_is_no_address_is_told_before_anything_is_judged(cli: Cli, tmp_path: Path, me: str) -> None:
    out = tmp_path / "report.html"
    done = cli.run("backtest", "--mail", sample_messages()[0].parent, "--me", me, "--out", out)
    assert "is no mail address" in sentence_of(done)
    assert not out.exists()
