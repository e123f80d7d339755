from pathlib import Path

import pytest

from app.cli.mail_source import NOBODY, own_mail
from app.errors import UserError
from tests.cli.mailboxes import ANA, COUNT, write_mbox


def _mail(*headers: str) -> bytes:
    return "\n".join([*headers, "Subject: Hello", "", "To: nobody@example.test", "Hello."]).encode()


def _folder(path: Path, *mails: bytes) -> Path:
    path.mkdir()
    for number, mail in enumerate(mails):
        (path / f"{number}.eml").write_bytes(mail)
    return path


OWNERS = {
    "to whom most was delivered": (
        [
            ("Delivered-To: ana@example.org", "To: list@example.com"),
            ("Delivered-To: Ana@Example.org", "To: list@example.com"),
            ("Delivered-To: old@example.org", "To: list@example.com"),
        ],
        "ana@example.org",
    ),
    "delivery beats the recipients, even if only one mail tells": (
        [("To: list@example.com",), ("To: list@example.com",), ("X-Original-To: ana@example.org",)],
        "ana@example.org",
    ),
    "the most frequent recipient": (
        [
            ('To: "Berg, Ana" <ana@example.org>, bob@example.com',),
            ("To: ANA@example.org",),
            ("To: bob@example.com",),
            ("To: ana@example.org",),
        ],
        "ana@example.org",
    ),
    "nobody is named": ([("From: bob@example.com",)], NOBODY),
    "no address in any of them": ([("From: bob@example.com", "To: undisclosed-recipients:;")], NOBODY),
}


@pytest.mark.parametrize("case", OWNERS)
def test_the_owner_is_guessed_from_the_headers(tmp_path: Path, case: str) -> None:
    mails, owner = OWNERS[case]
    assert own_mail(_folder(tmp_path / "mails", *(_mail(*headers) for headers in mails)), None).owner == owner


def test_who_says_whose_mail_it_is_is_believed(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "mails", _mail("Delivered-To: ana@example.org"))
    assert own_mail(folder, " Eva@Example.ORG ").owner == "eva@example.org"


@pytest.mark.parametrize("me", ["ana", "ana@example.org, eva@example.org", "@"])
def test_what_is_no_address_is_refused(tmp_path: Path, me: str) -> None:
    with pytest.raises(UserError, match="one address"):
        own_mail(_folder(tmp_path / "mails", _mail("To: ana@example.org")), me)


def test_a_maildir_is_read_with_what_is_new_and_what_was_seen(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "cur" / "1.host:2,S").write_bytes(_mail("To: ana@example.org"))
    (tmp_path / "new" / "2.host").write_bytes(_mail("To: ana@example.org"))
    (tmp_path / "tmp" / "3.host").write_bytes(_mail("To: half@example.org"))
    source = own_mail(tmp_path, None)
    assert (source.count, source.owner) == (2, "ana@example.org")


def test_one_file_a_folder_and_an_mbox_are_read(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "mails", _mail("To: ana@example.org"), _mail("To: ana@example.org"))
    mbox = write_mbox(tmp_path / "small.mbox")
    counts = [own_mail(path, None).count for path in (folder / "0.eml", folder, mbox)]
    assert counts == [1, 2, COUNT]
    assert own_mail(mbox, None).owner == ANA


def test_demos_over_other_mail_or_for_somebody_else_never_share_data(tmp_path: Path) -> None:
    one = _folder(tmp_path / "one", _mail("To: ana@example.org"))
    other = _folder(tmp_path / "other", _mail("To: ana@example.org"))
    keys = [own_mail(one, None).key, own_mail(other, None).key, own_mail(one, "eva@example.org").key]
    assert len(set(keys)) == len(keys)
    assert own_mail(one, "ana@example.org").key == keys[0]
