"""A real browser against a real server: signing in, reading, approving, and not one complaint on the console."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, Page, async_playwright
from starlette.types import ASGIApp, Receive, Scope, Send

from app.db.models import ActionState, SenderPattern
from app.db.session import SYSTEM, Database
from app.simulator.server import running_app, running_simulator
from app.simulator.simulator import Simulator
from tests.doors.house import ANA, House, open_house
from tests.doors.replies import BO, CIA, SALES, reply_among_several
from tests.factories import NOON

CHROMIUM = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE_HTML = (
    '<p>Hello <a href="https://evil.example">there</a></p><script>alert(1)</script>'
    '<img src="https://evil.example/pixel.png" alt="Our logo">'
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (looked for chromium, google-chrome)"),
]


@dataclass
class Later:
    """Listens before there is an app: the app must know its own address, with the port that was free."""

    app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.app is not None:
            await self.app(scope, receive, send)


@dataclass
class Screen:
    """A page of the browser, and everything it complained about."""

    page: Page
    house: House
    complaints: list[str] = field(default_factory=list[str])
    requests: list[str] = field(default_factory=list[str])

    def listen(self) -> None:
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _note(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")

    async def sign_in(self) -> None:
        await self.page.goto("/")
        await self.page.get_by_label("Your email address").fill(ANA)
        await self.page.get_by_role("button", name="Send me a link").click()
        await self.page.get_by_role("heading", name="Look at your mail").wait_for()
        await self.page.goto(f"/sign-in/link?token={await self.house.mailed_token()}")
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.get_by_role("heading", name="Waiting for you").wait_for()


@pytest.fixture
async def context(house_url: tuple[House, str]) -> AsyncIterator[BrowserContext]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield await browser.new_context(base_url=house_url[1])
        await browser.close()


@pytest.fixture
async def simulator() -> AsyncIterator[tuple[Simulator, str]]:
    simulator = Simulator()
    simulator.create_mailbox(ANA)
    async with running_simulator(simulator) as url:
        yield simulator, url


@pytest.fixture
async def house_url(database: Database, simulator: tuple[Simulator, str]) -> AsyncIterator[tuple[House, str]]:
    async with running_app(later := Later()) as url:
        google = simulator[1]
        async with open_house(
            database,
            base_url=url,
            google_client_id="client",
            gmail_api_url=google,
            google_auth_url=f"{google}/o/oauth2/v2/auth",
            google_token_url=f"{google}/token",
            google_revoke_url=f"{google}/revoke",
        ) as house:
            later.app = house.app
            yield house, url


@pytest.fixture
async def screen(context: BrowserContext, house_url: tuple[House, str]) -> Screen:
    screen = Screen(await context.new_page(), house_url[0])
    screen.listen()
    return screen


async def test_sign_in_read_and_approve(screen: Screen, house_url: tuple[House, str]) -> None:
    house, url = house_url
    action = await house.waiting_reply(html=HOSTILE_HTML, quoted_text="What was said before")
    page = screen.page
    await screen.sign_in()
    assert "Yes, on Friday." in await page.get_by_role("article").inner_text()

    await page.get_by_role("link", name="The offer").click()
    await page.get_by_text("What was said before").wait_for(state="hidden")
    await page.get_by_text("Earlier in this conversation").click()
    await page.get_by_text("What was said before").wait_for()
    await page.get_by_role("link", name="Show the original layout").click()
    frame = page.frame_locator("iframe")
    await frame.get_by_text("Hello there").wait_for()
    assert await frame.locator("body").evaluate("body => getComputedStyle(body).marginTop") == "16px"

    await page.get_by_role("link", name="Back to the message").click()
    await page.get_by_role("button", name="Approve and send").click()
    await page.get_by_text("The reply goes out in a moment.").wait_for()
    assert (await house.action(action.id)).state == ActionState.APPROVED
    assert screen.complaints == []
    assert all(request.startswith(url) for request in screen.requests), screen.requests


async def test_editing_a_reply_by_keyboard(screen: Screen) -> None:
    action = await screen.house.waiting_reply()
    page = screen.page
    await screen.sign_in()
    await page.get_by_text("Edit", exact=True).press("Enter")
    await page.get_by_role("textbox").fill("Not this week.\nSorry.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_text("The reply goes out in a moment.").wait_for()
    after = await screen.house.action(action.id)
    assert after.payload["body"] == "Not this week.\nSorry."
    assert screen.complaints == []


async def test_a_reply_is_sent_to_everyone_from_another_address(screen: Screen) -> None:
    action = await reply_among_several(screen.house)
    page = screen.page
    await screen.sign_in()
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.get_by_text("To and from").press("Enter")
    await page.get_by_label("Everyone").check()
    await page.get_by_label("It comes from").select_option(SALES)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.get_by_role("button", name="Show me what will be sent").click()
    await page.get_by_text("Changed. Look at whom it goes to").wait_for()
    assert f"{BO}, {CIA}" in await page.locator(".letter .envelope").inner_text()
    await page.get_by_role("button", name="Approve and send").click()
    await page.get_by_text("The reply goes out in a moment.").wait_for()
    after = await screen.house.action(action.id)
    assert (after.payload["cc"], after.payload["sender"]) == ([BO, CIA], SALES)
    assert screen.complaints == []


async def test_no_page_is_wider_than_a_telephone(screen: Screen) -> None:
    action = await screen.house.waiting_reply(subject="Averylongwordwithoutanyspace" * 8, text="w" * 400)
    await screen.sign_in()
    await screen.page.set_viewport_size({"width": 360, "height": 740})
    fetching = f"/mailboxes/{action.mailbox_id}/fetching"
    for path in ("/queue", f"/messages/{action.message_id}", "/history", "/history/set-aside", "/settings", fetching):
        await screen.page.goto(path)
        assert await screen.page.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert screen.complaints == []


async def test_a_mailbox_is_connected_by_way_of_the_consent_page(screen: Screen) -> None:
    page = screen.page
    await screen.sign_in()
    await page.get_by_role("link", name="Connect a mailbox").click()
    await page.get_by_role("button", name="Continue at Google").click()
    await page.get_by_text("Mailbox connected.").wait_for()  # the simulated Google says yes by itself
    await page.get_by_role("button", name="Disconnect").click()
    await page.get_by_text("the access taken back at Google").wait_for()
    assert any("/o/oauth2/v2/auth?" in request for request in screen.requests)
    assert screen.complaints == []


async def test_the_kill_switch(screen: Screen) -> None:
    page = screen.page
    await screen.sign_in()
    await page.get_by_role("link", name="Settings").click()
    await page.get_by_role("button", name="Pause everything").click()
    await page.get_by_role("heading", name="Everything is paused").wait_for()
    await page.get_by_role("button", name="Resume").click()
    await page.get_by_role("heading", name="Pause everything").wait_for()
    assert screen.complaints == []


async def test_a_skip_is_seen_and_taken_back_with_one_click(screen: Screen) -> None:
    message = await screen.house.message(
        state="triaged", verdict={"engine": "pattern", "category": "newsletter", "reasons": ["You put it away."]}
    )
    pattern = SenderPattern(
        user_id=screen.house.ana.id, sender="erik@example.com", kind="put_away", mails=7, learned_at=NOON, skipped=1,
        skipped_at=NOON,
    )  # fmt: skip
    async with screen.house.database.transaction(SYSTEM) as session:
        session.add(pattern)
    page = screen.page
    await screen.sign_in()
    await page.goto(f"/messages/{message.id}")
    await page.get_by_role("button", name="Judge it again").click()
    await page.get_by_text("the pattern behind it is forgotten").wait_for()
    await page.get_by_role("link", name="Settings").click()
    await page.get_by_role("link", name="What you always do").click()
    await page.get_by_role("button", name="Use it again").click()
    await page.get_by_role("button", name="Forget it").wait_for()
    await page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/settings/patterns", "/settings/record", f"/messages/{message.id}"):
        await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert screen.complaints == []
