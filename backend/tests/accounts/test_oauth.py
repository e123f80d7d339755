from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select

from app.accounts import oauth, sessions
from app.accounts.google import SCOPES, Access, GoogleRefusedError, GoogleUnreachableError, may_act
from app.accounts.oauth import FLOW_LIFETIME, Connections
from app.accounts.sessions import SignedIn
from app.accounts.vault import DecryptionError, Vault
from app.db.models import Mailbox, MailboxState, OAuthFlow, User
from app.db.session import SYSTEM, Database
from app.errors import NotFoundError, UserError
from app.jobs import Job, TaskName
from app.settings import Settings
from app.simulator.faults import Fault, FaultKind
from app.simulator.model import Watch
from app.simulator.server import running_simulator
from app.simulator.simulator import Simulator
from tests.accounts.conftest import Clock

GMAIL = "ana@example.org"
CLIENT, SECRET = "client-1", "client-secret-1"


@dataclass
class Google:
    """The simulated Google, our side of it, and a person who is signed in here."""

    simulator: Simulator
    pieces: Connections
    me: SignedIn
    clock: Clock

    async def consent(self, url: str, **change: str) -> tuple[str, str]:
        """As the browser: go to Google, say yes, and bring state and code back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()} | change
        answer = await self.pieces.http.get(f"{url.partition('?')[0]}?{urlencode(query)}")
        brought = parse_qs(urlsplit(answer.headers["location"]).query)
        return brought["state"][0], brought["code"][0]

    async def connect(self) -> Mailbox:
        state, code = await self.consent(await oauth.start(self.pieces, self.me))
        return await self.mailbox(await oauth.finish(self.pieces, self.me, state=state, code=code))

    async def mailbox(self, mailbox_id: object) -> Mailbox:
        async with self.pieces.database.transaction(SYSTEM) as session:
            return await session.get_one(Mailbox, mailbox_id)

    async def signed_in(self, user: User) -> SignedIn:
        database = self.pieces.database
        async with database.transaction(SYSTEM) as session:
            token = sessions.start(session, user_id=user.id, now=self.clock())
        me = await sessions.find(database, token=token, clock=self.clock)
        assert me is not None
        return me


@pytest.fixture
async def google(database: Database, user: User, clock: Clock) -> AsyncIterator[Google]:
    clock.now = datetime.now(UTC)
    simulator = Simulator()
    simulator.create_mailbox(GMAIL)
    simulator.switches.client_id, simulator.switches.client_secret = CLIENT, SECRET
    simulator.switches.auto_consent = True
    async with running_simulator(simulator) as url, httpx.AsyncClient() as http:
        settings = Settings.model_validate(
            {
                "database_url": "postgresql://unused",
                "redis_url": "redis://unused",
                "encryption_keys": "unused",
                "base_url": "http://127.0.0.1:8000/",
                "gmail_api_url": url,
                "google_auth_url": f"{url}/o/oauth2/v2/auth",
                "google_token_url": f"{url}/token",
                "google_revoke_url": f"{url}/revoke",
                "google_client_id": CLIENT,
                "google_client_secret": SECRET,
            }
        )
        pieces = Connections(database, Vault(f"k1:{Vault.generate_key()}"), http, settings, clock)
        google = Google(simulator, pieces, me=None, clock=clock)  # pyright: ignore[reportArgumentType] - the next line
        google.me = await google.signed_in(user)
        yield google


async def test_a_mailbox_is_connected_and_read_at_once(google: Google, published: list[Job]) -> None:
    mailbox = await google.connect()
    assert (mailbox.address, mailbox.state, mailbox.provider) == (GMAIL, MailboxState.ACTIVE, "gmail")
    assert mailbox.user_id == google.me.user_id
    assert mailbox.next_sync_at == google.clock()
    assert published == [Job(TaskName.SYNC_USER_EMAILS, (google.me.user_id,))]


@pytest.mark.parametrize("access", list(Access))
async def test_what_was_granted_and_when_is_kept(google: Google, access: Access) -> None:
    state, code = await google.consent(await oauth.start(google.pieces, google.me, access=access))
    mailbox = await google.mailbox(await oauth.finish(google.pieces, google.me, state=state, code=code))
    assert mailbox.granted_scopes == [SCOPES[access]]
    assert mailbox.granted_at == google.clock()
    assert may_act(mailbox.granted_scopes) == (access is Access.ACT)


async def test_the_tokens_are_encrypted_for_their_own_row(google: Google) -> None:
    mailbox, vault = await google.connect(), google.pieces.vault
    assert mailbox.refresh_token_encrypted is not None
    place = {"table": "mailboxes", "column": "refresh_token_encrypted"}
    opened = vault.decrypt(mailbox.refresh_token_encrypted, row=mailbox.id, **place)
    assert opened in google.simulator.grants.by_refresh_token
    assert opened.encode() not in mailbox.refresh_token_encrypted
    with pytest.raises(DecryptionError):
        vault.decrypt(mailbox.refresh_token_encrypted, row=uuid4(), **place)


async def test_consent_is_asked_with_pkce_for_one_scope_only(google: Google) -> None:
    for access in Access:
        query = parse_qs(urlsplit(await oauth.start(google.pieces, google.me, access=access)).query)
        assert query["scope"] == [SCOPES[access]]
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == ["http://127.0.0.1:8000/oauth/google/callback"]
        assert query["access_type"] == ["offline"]


async def test_another_session_cannot_finish_what_this_one_began(google: Google, user: User) -> None:
    state, code = await google.consent(await oauth.start(google.pieces, google.me))
    other = await google.signed_in(user)
    with pytest.raises(UserError, match="session"):
        await oauth.finish(google.pieces, other, state=state, code=code)
    assert await oauth.finish(google.pieces, google.me, state=state, code=code)


async def test_an_answer_counts_once(google: Google) -> None:
    state, code = await google.consent(await oauth.start(google.pieces, google.me))
    await oauth.finish(google.pieces, google.me, state=state, code=code)
    with pytest.raises(UserError, match="session"):
        await oauth.finish(google.pieces, google.me, state=state, code=code)


async def test_an_answer_that_comes_too_late_does_not_count(google: Google) -> None:
    state, code = await google.consent(await oauth.start(google.pieces, google.me))
    google.clock.advance(FLOW_LIFETIME)
    with pytest.raises(UserError, match="too old"):
        await oauth.finish(google.pieces, google.me, state=state, code=code)


async def test_a_code_that_was_stolen_into_another_flow_is_refused(google: Google) -> None:
    _, code = await google.consent(await oauth.start(google.pieces, google.me))
    state, _ = await google.consent(await oauth.start(google.pieces, google.me))
    with pytest.raises(GoogleRefusedError):
        await oauth.finish(google.pieces, google.me, state=state, code=code)


@pytest.mark.parametrize("granted", ["openid", SCOPES[Access.READ]])
async def test_less_than_what_was_asked_for_is_not_taken(google: Google, granted: str) -> None:
    url = await oauth.start(google.pieces, google.me, access=Access.ACT)
    state, code = await google.consent(url, scope=granted)
    with pytest.raises(GoogleRefusedError, match="tick"):
        await oauth.finish(google.pieces, google.me, state=state, code=code)


async def test_without_lasting_access_the_person_is_told_how_to_get_it(google: Google) -> None:
    state, code = await google.consent(await oauth.start(google.pieces, google.me), access_type="online")
    with pytest.raises(GoogleRefusedError, match="permissions"):
        await oauth.finish(google.pieces, google.me, state=state, code=code)


async def test_connecting_again_renews_the_row_that_is_there(google: Google) -> None:
    first = await google.connect()
    async with google.pieces.database.transaction(SYSTEM) as session:
        row = await session.get_one(Mailbox, first.id)
        row.state, row.state_reason, row.failures = MailboxState.NEEDS_RECONNECT, "The grant is dead.", 7
        row.history_id = 4711
    again = await google.connect()
    assert again.id == first.id
    assert (again.state, again.state_reason, again.failures) == (MailboxState.ACTIVE, None, 0)
    assert again.history_id == 4711
    assert again.refresh_token_encrypted != first.refresh_token_encrypted


async def test_disconnecting_forgets_the_tokens_and_revokes_the_grant(google: Google) -> None:
    mailbox = await google.connect()
    assert await oauth.disconnect(google.pieces, user_id=google.me.user_id, mailbox_id=mailbox.id)
    after = await google.mailbox(mailbox.id)
    assert after.state == MailboxState.PAUSED
    assert after.refresh_token_encrypted is after.access_token_encrypted is after.access_token_expires_at is None
    assert google.simulator.grants.grant_of(GMAIL) is not None  # of the mailbox's making; the one given here is dead
    assert any(grant.revoked for grant in google.simulator.grants.by_refresh_token.values())


async def _watched(google: Google) -> UUID:
    """A connected mailbox with a live watch, whose access token has run out meanwhile."""
    mailbox = await google.connect()
    async with google.pieces.database.transaction(google.me.user_id) as session:
        row = await session.get_one(Mailbox, mailbox.id)
        row.watch_topic, row.watch_expires_at = "projects/p/topics/t", google.clock() + timedelta(days=6)
    google.simulator.mailbox(GMAIL).watch = Watch("projects/p/topics/t", (), excludes=False, expiration_ms=2**60)
    return mailbox.id


async def test_disconnecting_stops_the_watch(google: Google) -> None:
    mailbox_id = await _watched(google)
    google.simulator.grants.expire_access_tokens()
    assert await oauth.disconnect(google.pieces, user_id=google.me.user_id, mailbox_id=mailbox_id)
    assert google.simulator.mailbox(GMAIL).watch is None
    after = await google.mailbox(mailbox_id)
    assert after.watch_topic is after.watch_expires_at is None


async def test_a_watch_that_cannot_be_stopped_keeps_nobody_connected(google: Google) -> None:
    mailbox_id = await _watched(google)
    google.simulator.faults.add(Fault(FaultKind.ERROR, method="stop"))
    assert await oauth.disconnect(google.pieces, user_id=google.me.user_id, mailbox_id=mailbox_id)
    assert any(grant.revoked for grant in google.simulator.grants.by_refresh_token.values())
    assert (await google.mailbox(mailbox_id)).refresh_token_encrypted is None


async def test_the_tokens_are_forgotten_even_when_google_cannot_be_told(google: Google) -> None:
    mailbox = await google.connect()
    deaf = replace(
        google.pieces,
        settings=google.pieces.settings.model_copy(update={"google_revoke_url": "http://127.0.0.1:9/revoke"}),
    )
    assert not await oauth.disconnect(deaf, user_id=google.me.user_id, mailbox_id=mailbox.id)
    assert (await google.mailbox(mailbox.id)).refresh_token_encrypted is None


async def test_a_mailbox_of_somebody_else_is_not_there(google: Google) -> None:
    mailbox = await google.connect()
    with pytest.raises(NotFoundError):
        await oauth.disconnect(google.pieces, user_id=uuid4(), mailbox_id=mailbox.id)
    assert (await google.mailbox(mailbox.id)).refresh_token_encrypted is not None


async def test_when_google_does_not_answer_nothing_is_stored(google: Google) -> None:
    state, code = await google.consent(await oauth.start(google.pieces, google.me))
    settings = google.pieces.settings.model_copy(update={"google_token_url": "http://127.0.0.1:9/token"})
    with pytest.raises(GoogleUnreachableError):
        await oauth.finish(replace(google.pieces, settings=settings), google.me, state=state, code=code)
    async with google.pieces.database.transaction(SYSTEM) as session:
        assert await session.scalar(select(func.count()).select_from(Mailbox)) == 0


async def test_the_verifier_is_not_stored_in_clear_and_only_one_flow_is_open(google: Google) -> None:
    await oauth.start(google.pieces, google.me)
    google.clock.advance(timedelta(minutes=1))
    await oauth.start(google.pieces, google.me)
    async with google.pieces.database.transaction(SYSTEM) as session:
        flow = (await session.scalars(select(OAuthFlow))).one()
    opened = google.pieces.vault.decrypt(
        flow.verifier_encrypted, table="oauth_flows", column="verifier_encrypted", row=flow.id
    )
    assert opened.encode() not in flow.verifier_encrypted


async def test_without_an_oauth_client_the_person_is_told_what_is_missing(google: Google) -> None:
    settings = google.pieces.settings.model_copy(update={"google_client_id": ""})
    with pytest.raises(UserError, match="GOOGLE_CLIENT_ID"):
        await oauth.start(replace(google.pieces, settings=settings), google.me)
