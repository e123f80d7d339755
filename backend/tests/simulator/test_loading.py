import mailbox
from pathlib import Path

import pytest

from app.simulator.loading import LoadError, read_mail
from app.simulator.model import SENT, UNREAD
from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE
from tests.simulator.mails import MIXED_MAIL, a_mail


def test_a_folder_of_mails_is_loaded_by_date_with_the_own_mail_as_sent(
    simulator: Simulator, alice: Mailbox, tmp_path: Path
) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.eml").write_bytes(
        a_mail("Re: Lunch", sender=f"Alice <{ALICE.upper()}>", date="Mon, 02 Nov 2026 11:00:00 +0000")
    )
    (tmp_path / "inner" / "b.EML").write_bytes(a_mail("Lunch", date="Mon, 02 Nov 2026 10:00:00 +0000"))
    (tmp_path / "notes.txt").write_text("no mail")
    first, second = (alice.messages[message_id] for message_id in simulator.load(ALICE, tmp_path))
    assert (first.internal_date_ms, first.label_ids) == (1793613600000, {"INBOX", UNREAD})
    assert second.label_ids == {SENT}
    assert simulator.effects == []


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 99 Foo 99999 99:99:99 +9999999", "Thu, 01 Jan 1801 00:00:00 +0000"]
)
def test_an_impossible_date_means_now(simulator: Simulator, alice: Mailbox, tmp_path: Path, date: str) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(a_mail(date=date))
    (message_id,) = simulator.load(ALICE, path)
    assert abs(alice.messages[message_id].internal_date_ms / 1000 - simulator.clock().timestamp()) < 60


def test_mbox_as_the_standard_library_writes_it(tmp_path: Path) -> None:
    mails = [a_mail(body="one\nFrom here on\n\nFrom there").replace(b"\r\n", b"\n"), MIXED_MAIL.replace(b"\r\n", b"\n")]
    box = mailbox.mbox(tmp_path / "all.mbox")
    for mail in mails:
        box.add(mail)
    box.close()
    assert [mail.raw for mail in read_mail(tmp_path / "all.mbox")] == mails


def test_maildir_as_the_standard_library_writes_it(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    read = mailbox.MaildirMessage(a_mail("read"))
    read.set_subdir("cur")
    read.add_flag("S")
    box.add(read)
    box.add(a_mail("new"))
    box.close()
    assert {(b"Subject: new" in mail.raw, mail.is_read) for mail in read_mail(tmp_path / "box")} == {
        (True, False),
        (False, True),
    }


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("empty.eml", b"", "is empty"), ("blank.eml", b" \r\n", "is empty"), ("none.eml", None, "no such file")],
)
def test_what_cannot_be_loaded_is_named(tmp_path: Path, name: str, content: bytes | None, why: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LoadError, match=f"{name}.*{why}"):
        read_mail(path)


@pytest.mark.parametrize("folders", [(), ("cur", "new", "tmp")])
def test_an_empty_folder_is_named(tmp_path: Path, folders: tuple[str, ...]) -> None:
    for folder in folders:
        (tmp_path / folder).mkdir()
    with pytest.raises(LoadError, match=tmp_path.name):
        read_mail(tmp_path)


def test_a_broken_file_leaves_the_mailbox_untouched(simulator: Simulator, alice: Mailbox, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(a_mail())
    (tmp_path / "b.eml").write_bytes(b"")
    with pytest.raises(LoadError, match=r"b\.eml"):
        simulator.load(ALICE, tmp_path)
    assert alice.messages == {}
