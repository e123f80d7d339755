import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from app.backtest.figures import figures
from app.backtest.history import History, read_history
from app.backtest.page import in_words, report_page
from app.backtest.replaying import Outcome, replay_history
from app.errors import UserError
from app.policy.facts import Autonomy, Kind
from app.triage.engines.offline import OfflineEngine

ANA = "ana@example.org"
ME = frozenset({ANA})
NEWSLETTER = """Good morning, reader!

In this issue: why rye bread keeps, a baker who rebuilt her oven, and three books we liked this month.

Read more on our website. You receive this newsletter because you signed up for it.
Unsubscribe: https://loaf.example/u
"""
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Box:
    """A folder of mails, written one by one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def add(self, sender: str, to: str, subject: str, text: str, *, after: timedelta, **headers: str) -> str:
        self.count += 1
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"] = format_datetime(BEGIN + after)
        mail["Message-ID"] = headers.pop("message_id", f"<{self.count}@example.com>")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        # Names say nothing of the order in time.
        (self.folder / f"{1000 - self.count}.eml").write_bytes(mail.as_bytes())
        return str(mail["Message-ID"])

    def read(self) -> History:
        return read_history(self.folder, ME)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


async def replayed(box: Box, newest: int | None = None) -> dict[str, Outcome]:
    outcomes = await replay_history(box.read(), OfflineEngine(), autonomy=Autonomy.MEDIUM, newest=newest)
    return {one.mail.row.subject: one for one in outcomes}


def question(box: Box, *, after: timedelta = timedelta(0), subject: str = "Lunch") -> str:
    return box.add("Bo <bo@example.com>", ANA, subject, "Hi Ana, can you make lunch on Tuesday?\n\nBo", after=after)


def the_end(box: Box) -> None:
    box.add(ANA, "nobody@example.net", "Bye", "Bye.", after=timedelta(days=60))


async def test_an_answer_is_found_with_the_time_it_took(box: Box) -> None:
    asked = question(box)
    box.add(ANA, "bo@example.com", "Re: Lunch", "Yes.", after=timedelta(hours=3), In_Reply_To=asked)
    the_end(box)
    found = (await replayed(box))["Lunch"]
    assert found.answered_after == timedelta(hours=3)
    assert found.verdict.needs_reply


async def test_mail_to_somebody_else_in_the_conversation_is_no_answer(box: Box) -> None:
    asked = question(box)
    box.add(ANA, "eve@example.net", "Fwd: Lunch", "See below.", after=timedelta(hours=3), References=asked)
    the_end(box)
    assert not (await replayed(box))["Lunch"].answered


async def test_an_answer_after_more_than_a_month_is_none(box: Box) -> None:
    asked = question(box)
    box.add(ANA, "bo@example.com", "Re: Lunch", "Sorry!", after=timedelta(days=31), In_Reply_To=asked)
    the_end(box)
    assert not (await replayed(box))["Lunch"].answered


async def test_only_what_came_before_is_known(box: Box) -> None:
    question(box, subject="First")
    box.add(ANA, "bo@example.com", "Plans", "Hello Bo.", after=timedelta(hours=1))
    question(box, after=timedelta(hours=2), subject="Second")
    known: dict[str, int] = {}

    class Watching(OfflineEngine):
        async def judge(self, snapshot, signals):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            known[snapshot.message.subject] = snapshot.contact.written
            return await super().judge(snapshot, signals)

    await replay_history(box.read(), Watching(), autonomy=Autonomy.MEDIUM)
    assert known == {"First": 0, "Second": 1}


async def test_what_came_just_before_the_end_is_not_held_against_anybody(box: Box) -> None:
    box.add(ANA, "bo@example.com", "Plans", "Hello Bo.", after=timedelta(0))
    question(box, after=timedelta(days=10))
    found = figures(list((await replayed(box)).values()))
    assert (found.received, found.compared) == (1, 0)


async def test_bulk_mail_would_be_put_away_only_with_autonomy(box: Box) -> None:
    box.add(
        "The Weekly Loaf <news@loaf.example>", ANA, "This week: rye, and an oven", NEWSLETTER, after=timedelta(0),
        List_Unsubscribe="<https://loaf.example/u>", List_Id="<news.loaf.example>", Precedence="bulk",
    )  # fmt: skip
    the_end(box)
    history = box.read()
    unasked = {
        autonomy: (await replay_history(history, OfflineEngine(), autonomy=autonomy))[0].unasked
        for autonomy in (Autonomy.LOW, Autonomy.MEDIUM)
    }
    assert Kind.ARCHIVE in unasked[Autonomy.MEDIUM]
    assert Kind.ARCHIVE not in unasked[Autonomy.LOW]


async def test_only_the_newest_are_judged_when_asked_so(box: Box) -> None:
    question(box, subject="Old")
    question(box, subject="New", after=timedelta(days=1))
    the_end(box)
    assert set(await replayed(box, newest=1)) == {"New"}


def test_spam_drafts_and_copies_are_left_out(box: Box) -> None:
    question(box)
    box.add("x@example.com", ANA, "Pills", "Buy!", after=timedelta(0), X_Gmail_Labels="Spam,Unread")
    box.add("Bo <bo@example.com>", ANA, "Lunch", "Again.", after=timedelta(0), message_id="<1@example.com>")
    the_end(box)
    history = box.read()
    assert [mail.row.subject for mail in history.mails] == ["Lunch", "Bye"]
    assert history.left_out == 2


def test_without_sent_mail_it_says_what_to_do(box: Box) -> None:
    question(box)
    with pytest.raises(UserError, match="Export sent mail too"):
        box.read()


async def test_the_report_shows_hostile_subjects_as_text_and_loads_nothing(box: Box) -> None:
    asked = question(box, subject="<script>alert(1)</script>")
    box.add(ANA, "bo@example.com", "Re", "Thanks, all good.", after=timedelta(hours=1), In_Reply_To=asked)
    box.add("Bo <bo@example.com>", ANA, "<img src=x>", "Could you call me?", after=timedelta(hours=2))
    the_end(box)
    history = box.read()
    found = figures(await replay_history(history, OfflineEngine(), autonomy=Autonomy.MEDIUM))
    page = report_page(found, history, engine="offline", autonomy="medium")
    assert "&lt;img src=x&gt;" in page
    assert re.search(r"(?:un|very |fairly |not so )sure, \d+ %</td>", page)
    assert "<img" not in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_waiting_times_in_words() -> None:
    assert in_words(timedelta(minutes=5)) == "5 minutes"
    assert in_words(timedelta(hours=30)) == "30 hours"
    assert in_words(timedelta(days=9)) == "9 days"
