"""What stands below an answer, in the language of the conversation, and that we know it again as history."""

from datetime import UTC, datetime

import pytest

from app.mail.compose import whole_text
from app.mail.quotes import separate_quotes
from app.mail.quoting import MAX_QUOTED, Quotable, forwarded_inline, quote

MESSAGE = Quotable(
    sender_name="Erik\r\nBerg",
    sender_address="erik@example.com",
    sent_at=datetime(2026, 3, 6, 23, 30, tzinfo=UTC),
    text="Does Friday work?\n\nErik",
    earlier="> Any day.",
    to=("ana@example.org",),
    subject="The offer",
)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "On Sat, 7 Mar 2026 at 00:30, Erik Berg <erik@example.com> wrote:"),
        ("sv", "Den lör 7 mars 2026 kl. 00:30 skrev Erik Berg <erik@example.com>:"),
        ("de", "Am Sa., 7. März 2026 um 00:30 Uhr schrieb Erik Berg <erik@example.com>:"),
        ("fr", "Le sam. 7 mars 2026 à 00:30, Erik Berg <erik@example.com> a écrit :"),
        ("es", "El sáb, 7 mar 2026 a las 00:30, Erik Berg <erik@example.com> escribió:"),
        ("other", "On Sat, 7 Mar 2026 at 00:30, Erik Berg <erik@example.com> wrote:"),
    ],
)
def test_the_line_above_speaks_the_language_and_the_hour_of_the_user(language: str, line: str) -> None:
    quoted = quote(MESSAGE, language=language, timezone="Europe/Stockholm")
    assert quoted.splitlines() == [line, "> Does Friday work?", ">", "> Erik", ">", "> > Any day."]


@pytest.mark.parametrize("language", ["en", "sv", "de", "fr", "es"])
def test_our_own_history_and_signature_are_read_as_such(language: str) -> None:
    quoted = quote(MESSAGE, language=language, timezone="UTC")
    separated = separate_quotes(whole_text("Yes.", "Ana Lindqvist\nEstates", quoted), subject="Re: The offer")
    assert separated.text == "Yes."
    assert "Does Friday work?" in separated.quoted
    assert "Estates" in separated.quoted


def test_very_long_history_is_cut_and_says_so() -> None:
    long = Quotable("Erik", "erik@example.com", MESSAGE.sent_at, "word\n" * 10_000)
    quoted = quote(long, language="en", timezone="Nowhere/Land")
    assert len(quoted) < 2 * MAX_QUOTED
    assert quoted.endswith("> […]")


def test_a_sender_without_name_and_address_is_still_quoted() -> None:
    assert (
        quote(Quotable("", "", MESSAGE.sent_at, "Hi"), language="en", timezone="UTC")
        .splitlines()[0]
        .endswith("? wrote:")
    )


def test_what_is_passed_on_says_whose_it_was() -> None:
    assert forwarded_inline(MESSAGE, language="sv", timezone="UTC").splitlines()[:6] == [
        "---------- Vidarebefordrat meddelande ----------",
        "Från: Erik Berg <erik@example.com>",
        "Datum: fre 6 mars 2026 kl. 23:30",
        "Ämne: The offer",
        "Till: ana@example.org",
        "",
    ]


@pytest.mark.parametrize("language", ["en", "sv", "de", "fr", "es"])
def test_what_we_pass_on_is_read_as_passed_on(language: str) -> None:
    text = f"Can you take this?\n\n{forwarded_inline(MESSAGE, language=language, timezone='UTC')}"
    assert separate_quotes(text, subject="The offer").text == text
