"""Which side loaded mail was on: the user's own is sent, unless a server had received it."""

from pathlib import Path

import pytest

from app.simulator.simulator import Simulator

ANA = "ana@example.org"


@pytest.mark.parametrize(
    ("headers", "labels"),
    [
        ("From: Erik <erik@example.com>", {"INBOX", "UNREAD"}),
        (f"From: Ana <{ANA}>", {"SENT"}),
        (f"From: Ana <{ANA}>\nDelivered-To: {ANA}", {"INBOX", "UNREAD"}),
        (f"From: Ana <{ANA}>\nAuthentication-Results: mx.example.net; dmarc=fail", {"INBOX", "UNREAD"}),
        ("From: Erik <erik@example.com>\nX-Gmail-Labels: Archived,Opened,Starred", {"STARRED"}),
        (f"From: Ana <{ANA}>\nX-Gmail-Labels: Sent,Opened", {"SENT"}),
        ("From: Erik <erik@example.com>\nX-Gmail-Labels: Spam,Unread", {"SPAM", "UNREAD"}),
    ],
)
def test_labels_of_loaded_mail(tmp_path: Path, headers: str, labels: set[str]) -> None:
    (tmp_path / "one.eml").write_text(f"{headers}\nSubject: Hello\n\nText\n")
    simulator = Simulator()
    simulator.create_mailbox(ANA)
    (loaded,) = simulator.load(ANA, tmp_path)
    assert set(simulator.mailbox(ANA).messages[loaded].label_ids) == labels
