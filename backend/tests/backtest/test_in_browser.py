"""The report opens in a browser, complains of nothing, loads nothing, and is readable on a desk and on a telephone."""

import shutil
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from app.backtest.figures import figures
from app.backtest.history import read_history
from app.backtest.page import report_page
from app.backtest.replaying import replay_history
from app.policy.facts import Autonomy
from app.simulator.sample_mail import USER_ADDRESS, USER_ALIASES, sample_messages
from app.triage.engines.offline import OfflineEngine

CHROMIUM = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)
NEWEST = 80

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (looked for chromium, google-chrome)"),
]


async def test_the_report_is_readable_in_a_browser(tmp_path: Path) -> None:
    history = read_history(sample_messages()[0].parent, frozenset({USER_ADDRESS, *USER_ALIASES}))
    found = figures(await replay_history(history, OfflineEngine(), autonomy=Autonomy.MEDIUM, newest=NEWEST))
    report = tmp_path / "report.html"
    report.write_text(report_page(found, history, engine="offline", autonomy="medium"), encoding="utf-8")
    complaints: list[str] = []
    requests: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        await page.goto(report.as_uri())
        await page.get_by_role("heading", name="Your mail, replayed").wait_for()
        for title in ("Replies", "What would have happened unasked", "Month by month", "Cost"):
            assert await page.get_by_role("heading", name=title, exact=True).is_visible()
        bars = await page.locator("svg rect").evaluate_all("bars => bars.map(bar => bar.getBoundingClientRect().width)")
        assert max(bars) > 100, "charts are drawn"
        for width in (1280, 360):
            await page.set_viewport_size({"width": width, "height": 740})
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await browser.close()
    assert complaints == []
    assert requests == [report.as_uri()]
