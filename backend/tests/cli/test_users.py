import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from app.accounts import installation, magic_links
from app.accounts.vault import Vault
from app.db.models import Autonomy, FetchFailure, Mailbox, SenderPattern, User, Walk, WalkKind, utc_now
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


async def test_how_fetching_stands_is_printed_as_the_page_and_the_json_say_it(
    cli: Cli, environment: dict[str, str], database: Database
) -> None:
    now = utc_now()
    async with database.transaction(SYSTEM) as session:
        mailbox = await add_mailbox(
            session, await add_user(session, email="ana@example.org"), push_count=37, pushed_at=now, sync_window_days=30
        )
        mine = {"user_id": mailbox.user_id, "mailbox_id": mailbox.id}
        session.add(Walk(**mine, kind=WalkKind.FIRST, done=250, expected=1000, units_left=900))
        session.add(Walk(**mine, kind=WalkKind.RECONCILE, done=4321, missing=2, finished_at=now))
        for one, left_out_at in (("18c0ffee", None), ("18c0ffef", now)):
            session.add(
                FetchFailure(
                    **mine, provider_message_id=one, reason="Gmail [broke].", not_before=now, left_out_at=left_out_at
                )
            )
    shown = cli.run("user", "fetching", "ana@example.org", **environment)
    assert shown.returncode == 0, shown.stderr
    words = " ".join(shown.stdout.replace("│", " ").split())
    assert "250 of 1,000 messages; about" in words
    assert "Missing 2 of 4,321 that Gmail lists" in words
    assert "Not fetched so far 1; each is tried again by itself, 12 hours later at most" in words
    assert "18c0ffee Gmail [broke]. Tried once, again on" in words
    assert "18c0ffef Gmail [broke]. Tried once, never fetched" in words
    assert "First sync takes 30 days" in words
    assert "told of 37 changes, last on" in words
    [found] = json.loads(cli.run("user", "fetching", "ana@example.org", "--json", **environment).stdout)
    assert (found["address"], found["state"], found["push_count"]) == ("ana@example.org", "active", 37)
    assert (found["failures"], found["left_out"], found["compared"]["missing"]) == (1, 1, 2)
    assert found["under_way"][0]["expected"] == 1000
    assert "1 left out" in " ".join(cli.run("user", "list", **environment).stdout.replace("│", " ").split())
    assert "no user" in sentence_of(cli.run("user", "fetching", "nobody@example.org", **environment))


async def test_older_mail_is_stopped_and_a_window_that_lacks_mail_is_said(
    cli: Cli, environment: dict[str, str], database: Database
) -> None:
    async with database.transaction(SYSTEM) as session:
        user = await add_user(session, email="ana@example.org")
        mailbox = await add_mailbox(session, user, first_sync_done_at=utc_now())
        first = {"after": utc_now() - timedelta(days=30), "finished_at": utc_now()}
        session.add(Walk(user_id=user.id, mailbox_id=mailbox.id, kind=WalkKind.FIRST, **first))
        session.add(Walk(user_id=user.id, mailbox_id=mailbox.id, kind=WalkKind.BACKFILL))
    stopped = cli.run("user", "older", "ana@example.org", "--stop", **environment)
    assert stopped.returncode == 0, stopped.stderr
    assert "No more older mail" in stopped.stdout
    async with database.transaction(SYSTEM) as session:
        assert (await session.scalars(select(Walk.kind))).all() == [WalkKind.FIRST]
    both = sentence_of(cli.run("user", "older", "ana@example.org", "--stop", "--days", "9", **environment))
    assert "not both" in both
    widened = cli.run("user", "window", "ana@example.org", "--days", "90", **environment)
    assert "fetches no older mail" in widened.stdout
    assert "`getanswers user older ana@example.org --days 90`" in widened.stdout
    shown = cli.run("user", "fetching", "ana@example.org", **environment).stdout
    assert "--days 90`" in " ".join(shown.replace("│", " ").split())


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
