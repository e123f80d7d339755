"""What a killed simulator finds again."""

import subprocess
import sys
from pathlib import Path

import httpx

from app.simulator.admin import mailbox_contents
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator
from tests.simulator.conftest import ALICE, BOB
from tests.simulator.mails import a_mail, encoded

SERVE = """
import sys
from pathlib import Path
from app.simulator.server import serve
from app.simulator.simulator import Simulator
serve(Simulator(Path(sys.argv[1])), 0, on_ready=lambda url: print(url, flush=True))
"""


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    simulator = Simulator(tmp_path)
    refresh_token = simulator.create_mailbox(ALICE, aliases=["me@example.org"])
    alice = simulator.mailbox(ALICE)
    question = simulator.deliver(ALICE, a_mail(message_id="<1@example.com>"))
    gone = simulator.deliver(ALICE, a_mail("gone"))
    alice.relabel(question.id, add=[alice.create_label("Mine").id])
    alice.add_draft(a_mail("draft", to=BOB), internal_date_ms=1)
    alice.expire_history(before=gone.history_id)
    alice.remove(gone.id)
    simulator.save()

    again = Simulator(tmp_path)
    found = again.mailbox(ALICE)
    assert mailbox_contents(found) == mailbox_contents(alice)
    assert (found.history, found.history_floor, found.aliases) == (alice.history, alice.history_floor, alice.aliases)
    assert again.create_mailbox(ALICE) == refresh_token
    reply = again.deliver(ALICE, a_mail("Re: Lunch", answers="<1@example.com>"))
    assert reply.thread_id == question.thread_id
    assert reply.id not in alice.messages
    assert reply.history_id > alice.history_id
    again.close()
    simulator.close()


def test_nothing_is_lost_with_the_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SERVE, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        with httpx.Client(base_url=url, verify=False) as client:
            refresh_token = client.post("/_simulator/mailboxes", json={"address": ALICE}).json()["refresh_token"]
            form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
            token = client.post("/token", data=form).json()["access_token"]
            sent = client.post(
                "/gmail/v1/users/me/messages/send",
                json={"raw": encoded(a_mail(to=BOB))},
                headers={"Authorization": f"Bearer {token}"},
            ).json()
        process.kill()
    again = Simulator(tmp_path)
    assert set(again.mailbox(ALICE).messages) == {sent["id"]}
    assert [effect.message_ids for effect in again.effects] == [(sent["id"],)]
    assert again.create_mailbox(ALICE) == refresh_token
    again.close()


async def test_effects_are_numbered_on_after_a_restart(tmp_path: Path) -> None:
    for expected in (1, 2):
        simulator = Simulator(tmp_path)
        simulator.create_mailbox(ALICE)
        grant = simulator.grants.grant_of(ALICE)
        assert grant
        headers = {"Authorization": f"Bearer {simulator.grants.new_access_token(grant, simulator.clock())}"}
        async with running_simulator(simulator) as url, httpx.AsyncClient(headers=headers, verify=False) as client:
            await client.post(f"{url}/gmail/v1/users/me/labels", json={"name": f"Label {expected}"})
        assert [effect.number for effect in simulator.effects] == list(range(1, expected + 1))
        simulator.close()
