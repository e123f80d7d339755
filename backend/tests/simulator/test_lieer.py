"""A Gmail-to-maildir tool that nobody here wrote works against the simulator, with nothing changed but the address."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from app.simulator.simulator import Simulator
from app.simulator.store import Mailbox
from tests.simulator.conftest import ALICE
from tests.simulator.mails import MIXED_MAIL, a_mail

MISSING = [name for name in ("gmi", "notmuch") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (packages lieer, notmuch)")

SITE = """
import json, os
from googleapiclient import discovery

with open(os.environ["GMAIL_DESCRIPTION"]) as file:
    DESCRIPTION = json.load(file)

def build(name, version, http=None, **_):
    return discovery.build_from_document(DESCRIPTION, http=http)

discovery.build = build
"""
"""Where the tool would fetch Google's description of the API, it finds the same with another address."""


@dataclass
class Maildir:
    """The tool's folder and the environment it runs in."""

    folder: Path
    environment: dict[str, str]

    async def run(self, *command: str) -> str:
        def call() -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60, check=False
            )

        done = await asyncio.to_thread(call)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def mails(self) -> dict[str, bytes]:
        """Content by Gmail's id, which the tool makes the file's name of."""
        return {
            path.name.partition(":")[0].removesuffix(".mail"): path.read_bytes()
            for part in ("cur", "new")
            for path in (self.folder / "mail" / part).iterdir()
        }

    async def tags(self, message_id: str) -> set[str]:
        found = await self.run("notmuch", "search", "--output=tags", f"id:{message_id.strip('<>')}")
        return set(found.split())


@pytest.fixture
def maildir(url: str, simulator: Simulator, tmp_path: Path) -> Maildir:
    """Signed in already, as after its own sign-in: the grant lies in its file."""
    folder, site = tmp_path / "gmail", tmp_path / "site"
    folder.mkdir()
    site.mkdir()
    (site / "sitecustomize.py").write_text(SITE)
    text = files("googleapiclient.discovery_cache.documents").joinpath("gmail.v1.json").read_text("utf-8")
    description = tmp_path / "gmail.json"
    description.write_text(json.dumps(json.loads(text) | {"rootUrl": f"{url}/", "baseUrl": f"{url}/"}))
    config = tmp_path / "notmuch-config"
    config.write_text(f"[database]\npath={tmp_path}\n[user]\nname=Alice\nprimary_email={ALICE}\n[new]\ntags=\n")
    credentials = {
        "access_token": None,
        "client_id": "client",
        "client_secret": "secret",
        "refresh_token": simulator.create_mailbox(ALICE),
        "token_expiry": None,
        "token_uri": f"{url}/token",
        "user_agent": "Lieer",
        "revoke_uri": None,
        "invalid": False,
        "_class": "OAuth2Credentials",
        "_module": "oauth2client.client",
    }
    (folder / ".credentials.gmailieer.json").write_text(json.dumps(credentials))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return Maildir(
        folder,
        kept
        | {
            "PYTHONPATH": str(site),
            "PYTHONWARNINGS": "ignore",
            "GMAIL_DESCRIPTION": str(description),
            "NOTMUCH_CONFIG": str(config),
            "HOME": str(tmp_path),
        },
    )


def contents(mailbox: Mailbox) -> dict[str, bytes]:
    return {message.id: message.raw.replace(b"\r\n", b"\n") for message in mailbox.messages.values()}


def as_lines(mails: dict[str, bytes]) -> dict[str, bytes]:
    return {message_id: raw.replace(b"\r\n", b"\n") for message_id, raw in mails.items()}


async def test_it_brings_the_mailbox_into_a_maildir_follows_it_and_pushes_labels(
    maildir: Maildir, simulator: Simulator, alice: Mailbox
) -> None:
    deliver: Callable[..., object] = simulator.deliver
    for number in range(60):  # more than one of its batches
        deliver(ALICE, a_mail(f"Mail {number}"))
    mixed = simulator.deliver(ALICE, MIXED_MAIL)
    deliver(ALICE, a_mail("spam"), label_ids=["SPAM"])
    await maildir.run("notmuch", "new")
    await maildir.run("gmi", "init", "--no-auth", ALICE)
    await maildir.run("gmi", "pull")
    assert as_lines(maildir.mails()) == contents(alice)

    later = simulator.deliver(ALICE, a_mail("later", message_id="<later@example.com>"))
    alice.relabel(mixed.id, add=["STARRED"], remove=["UNREAD"])
    simulator.save()
    await maildir.run("gmi", "pull")
    assert as_lines(maildir.mails()) == contents(alice)
    assert await maildir.tags(mixed.message_id_header) >= {"flagged", "inbox"}

    await maildir.run("notmuch", "tag", "-inbox", "+important", "+work", "--", f"id:{later.message_id_header[1:-1]}")
    await maildir.run("gmi", "push")
    work = alice.label_named("work")
    assert work is not None
    assert alice.messages[later.id].label_ids == {"IMPORTANT", "UNREAD", work.id}
