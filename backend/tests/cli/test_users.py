import json
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from app.accounts import installation, magic_links
from app.accounts.vault import Vault
from app.db.models import Autonomy, Mailbox, SenderPattern, User, Walk, WalkKind, utc_now
from app.db.session import SYSTEM, Database
from app.embedded.servers import EmbeddedServers
from tests.cli.conftest import Cli, sentence_of
from tests.factories import add_action, add_mailbox, add_message, add_user, add_verdict


@pytest.fixture
def environment(database_url: str, embedded_servers: EmbeddedServers) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": embedded_servers.redis_url,
        "ENCRYPTION_KEYS": f"k1:{Vault.generate_key()}",
        "BASE_URL": "https://mail.example.org",
    }


async def test_a_person_is_added_once_and_signs_in_by_a_link(
    cli: Cli, environment: dict[str, str], database: Database
) -> None:
    words = ("user", "add", "Ana@example.org", "--name", "Ana Berg", "--timezone", "Europe/Stockholm")
    added = cli.run(*words, **environment)
    assert added.returncode == 0, added.stderr
    async with database.transaction(SYSTEM) as session:
        user = (await session.scalars(select(User))).one()
    assert (user.email, user.name, user.timezone) == ("ana@example.org", "Ana Berg", "Europe/Stockholm")
    assert user.autonomy == Autonomy.LOW

    again = sentence_of(cli.run("user", "add", "ana@EXAMPLE.org", "--name", "Somebody else", **environment))
    assert "already" in again
    assert "user link" in again
    async with database.transaction(SYSTEM) as session:
        assert (await session.scalars(select(User.name))).all() == ["Ana Berg"]

    for link in (
        added.stdout.split(": ")[1].split()[0],
        cli.run("user", "link", "ANA@example.org", **environment).stdout,
    ):
        address = urlsplit(link.strip())
        assert (address.scheme, address.netloc) == ("https", "mail.example.org")
        (token,) = parse_qs(address.query)["token"]
        session_of = await magic_links.redeem(database, token=token, browser_token=None, clock=utc_now)
        assert session_of

    listed = cli.run("user", "list", **environment)
    assert listed.returncode == 0
    assert "ana@example.org" in listed.stdout
    assert "not connected" in listed.stdout


def test_what_cannot_be_done_for_a_person_is_one_sentence(cli: Cli, environment: dict[str, str]) -> None:
    unknown = sentence_of(cli.run("user", "link", "nobody@example.org", **environment))
    assert "nobody@example.org" in unknown
    assert "user list" in unknown
    assert "no mail address" in sentence_of(cli.run("user", "add", "ana", **environment))
    zone = ("--timezone", "Mars/Base")
    assert "Mars/Base" in sentence_of(cli.run("user", "add", "ana@example.org", *zone, **environment))


async def test_the_whole_installation_is_paused_and_resumed(
    cli: Cli, environment: dict[str, str], database: Database
) -> None:
    for command, paused in (("pause", True), ("pause", True), ("resume", False)):
        done = cli.run(command, **environment)
        assert done.returncode == 0, done.stderr
        async with database.transaction(SYSTEM) as session:
            assert await installation.is_paused(session) is paused
    added = cli.run("user", "add", "ops@example.org", "--operator", **environment)
    assert added.returncode == 0, added.stderr
    async with database.transaction(SYSTEM) as session:
        assert (await session.scalars(select(User.is_operator))).all() == [True]


def test_a_generated_key_opens_a_vault(cli: Cli) -> None:
    made = cli.run("keys", "generate", "--name", "spring")
    assert made.returncode == 0
    line = made.stdout.strip()
    assert line.startswith("spring:")
    Vault(line)


async def test_a_budget_is_set_and_shown(cli: Cli, environment: dict[str, str], database: Database) -> None:
    cli.run("user", "add", "ana@example.org", **environment)
    done = cli.run("user", "budget", "ana@example.org", "--dollars", "0.25", **environment)
    assert done.returncode == 0, done.stderr
    async with database.transaction(SYSTEM) as session:
        user = (await session.scalars(select(User))).one()
    assert (user.daily_model_microdollars, user.daily_model_tokens) == (250_000, None)
    shown = json.loads(cli.run("usage", "--json", **environment).stdout)
    assert shown["ana@example.org"]["limits"] == {"tokens": 500_000, "microdollars": 250_000}
    assert "nobody@example.org" in sentence_of(cli.run("user", "budget", "nobody@example.org", **environment))


async def test_older_mail_and_the_window_are_set_for_a_person(
    cli: Cli, environment: dict[str, str], database: Database
) -> None:
    async with database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session, email="ana@example.org"))
    done = cli.run("user", "window", "ana@example.org", "--days", "14", "--messages", "500", **environment)
    assert done.returncode == 0, done.stderr
    done = cli.run("user", "older", "ana@example.org", "--days", "90", **environment)
    assert done.returncode == 0, done.stderr
    async with database.transaction(SYSTEM) as session:
        row = await session.get_one(Mailbox, mailbox.id)
        assert (row.sync_window_days, row.sync_window_messages) == (14, 500)
        assert (await session.scalars(select(Walk.kind))).all() == [WalkKind.BACKFILL]
    done = cli.run("user", "window", "ana@example.org", "--days", "all", **environment)
    assert done.returncode == 0, done.stderr
    async with database.transaction(SYSTEM) as session:
        row = await session.get_one(Mailbox, mailbox.id)
        assert (row.sync_window_days, row.sync_window_messages) == (None, 500)
    assert "no bound" in sentence_of(cli.run("user", "window", "ana@example.org", "--days", "many", **environment))
    assert "from 1 to" in sentence_of(cli.run("user", "older", "ana@example.org", "--days", "0", **environment))
    assert "no user" in sentence_of(cli.run("user", "window", "nobody@example.org", **environment))


async def test_what_a_person_always_does_is_shown_forgotten_and_switched_off(
    cli: Cli, environment: dict[str, str], database: Database
) -> None:
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session, email="ana@example.org")
        pattern = SenderPattern(
            user_id=user.id, sender="news@letters.example", kind="put_away", mails=7, learned_at=utc_now()
        )
        session.add(pattern)
    shown = cli.run("user", "patterns", "ana@example.org", **environment)
    assert "You put away the last 7 of 7 mails from news@letters.example" in " ".join(shown.stdout.split())
    changed = cli.run("user", "patterns", "ana@example.org", "--forget", pattern.id, "--off", "--json", **environment)
    found = json.loads(changed.stdout)
    assert (found["enabled"], found["patterns"][0]["state"]) == (False, "forgotten")
    nobody = sentence_of(cli.run("user", "patterns", "nobody@example.org", **environment))
    assert "no user" in nobody


async def test_the_record_of_a_person_is_a_table_or_json(
    cli: Cli, environment: dict[str, str], database: Database
) -> None:
    async with database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(session, await add_user(session, email="ana@example.org"))
        message = await add_message(session, mailbox)
        await add_verdict(session, message)
        await add_action(session, message, state="done", decided_by="user")
    shown = cli.run("user", "record", "ana@example.org", **environment)
    assert "Not enough yet: 1 of 20 decisions." in " ".join(shown.stdout.replace("│", " ").split())
    [one] = json.loads(cli.run("user", "record", "ana@example.org", "--json", **environment).stdout)
    assert (one["engine"], one["kind"], one["outcomes"], one["proven"]) == ("offline", "archive", 1, False)
    assert "no user" in sentence_of(cli.run("user", "record", "nobody@example.org", **environment))
