from datetime import UTC, datetime
from typing import Any

import pytest

from app.db.models import Message
from app.mail import parts
from app.mail.parse import MAX_INLINE_BYTES, ParsedMessage, Problem, UnparsableError, parse_message
from tests.mail.raw_messages import HEADERS, message, multipart, part, raw, text_message

LETTER = "Dear Ben, could you send the corrected invoice before Thursday noon? The auditors are waiting for it."


def test_reads_a_plain_message() -> None:
    parsed = parse_message(
        message(
            part("Hej Ben!\r\n\r\nKommer du på fika?\r\n"),
            [
                *HEADERS,
                ("Cc", "Cleo <CLEO@Example.com>, ben@example.org"),
                ("Bcc", "dan@example.org"),
                ("In-Reply-To", "<m0@example.org>"),
                ("References", "<a@example.org>\r\n <m0@example.org>"),
                ("Reply-To", "office@example.net"),
                ("List-Id", "<news.example.net>"),
                ("X-Something", "not kept"),
            ],
        )
    )
    assert parsed == ParsedMessage(
        rfc_message_id="<m1@example.net>",
        in_reply_to="<m0@example.org>",
        references=("<a@example.org>", "<m0@example.org>"),
        sender_name="Ada Novak",
        sender_address="ada@example.net",
        reply_to=("office@example.net",),
        to=("ben@example.org",),
        cc=("cleo@example.com", "ben@example.org"),
        recipients=("ben@example.org", "cleo@example.com", "dan@example.org"),
        subject="Lunch",
        sent_at=datetime(2026, 10, 5, 8, tzinfo=UTC),
        headers={
            "date": ["Mon, 05 Oct 2026 10:00:00 +0200"],
            "list-id": ["<news.example.net>"],
            "content-type": ['text/plain; charset="utf-8"'],
        },
        text="Hej Ben!\n\nKommer du på fika?",
        quoted_text="",
        html=None,
        calendar=None,
        attachments=(),
        hidden_characters=0,
        links=(),
        problems=(),
    )


def test_columns_are_columns_of_the_message_table() -> None:
    columns = parse_message(message(multipart(part("a"), part(b"1", "image/png", filename="a.png")))).columns()
    assert set(columns) <= set(Message.__table__.columns.keys())
    assert columns["attachments"] == [{"filename": "a.png", "mime_type": "image/png", "size": 1}]
    assert columns["to"] == ["ben@example.org"]


@pytest.mark.parametrize(
    ("plain", "html", "expected"),
    [
        (LETTER, f"<p>{LETTER}</p>", LETTER),
        ("", f"<p>{LETTER}</p>", LETTER),
        ("Your mail program does not support HTML.", f"<p>{LETTER}</p>", LETTER),
        ("Hi", "", "Hi"),
        (LETTER, "<p></p>", LETTER),
        ("short teaser", "<p>" + " ".join(f"word{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(80)), "word"),
    ],
)
def test_takes_the_text_a_person_would_see(plain: str, html: str, expected: str) -> None:
    body = multipart(part(plain), part(html, "text/html"), subtype="alternative")
    parsed = parse_message(message(body))
    assert parsed.text.startswith(expected)
    assert parsed.problems == ()


def test_notes_when_the_two_versions_tell_different_stories() -> None:
    trap = "Please wire the open amount to our new account today and confirm it by answering this message quickly"
    body = multipart(part(LETTER), part(f"<p>{trap}</p>", "text/html"), subtype="alternative")
    parsed = parse_message(message(body))
    assert parsed.problems == (Problem.ALTERNATIVES_DIFFER,)
    assert parsed.text == trap, "what the mail program shows is what the person sees"


def test_notes_that_all_text_is_hidden() -> None:
    parsed = parse_message(message(part("<div hidden>secret order</div>", "text/html")))
    assert (parsed.text, parsed.hidden_characters) == ("", len("secretorder"))
    assert Problem.HIDDEN_ONLY in parsed.problems


def test_joins_the_texts_of_a_mixed_message() -> None:
    body = multipart(part("Before the picture."), part(b"\x89PNG", "image/png", filename="p.png"), part("And after."))
    parsed = parse_message(message(body))
    assert parsed.text == "Before the picture.\n\nAnd after."
    assert [attachment.filename for attachment in parsed.attachments] == ["p.png"]


def test_text_of_attachments_and_of_attached_messages_is_not_the_senders() -> None:
    inner = {**multipart(part("inner order")), "mimeType": "message/rfc822", "filename": "old.eml"}
    parsed = parse_message(message(multipart(part("See attached."), part("notes", filename="notes.txt"), inner)))
    assert parsed.text == "See attached."
    assert [(found.filename, found.mime_type) for found in parsed.attachments] == [
        ("notes.txt", "text/plain"),
        ("old.eml", "message/rfc822"),
    ]


@pytest.mark.parametrize("filename", ["", "invite.ics"])
def test_reads_the_first_calendar(filename: str) -> None:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    body = multipart(part("Invitation"), part(calendar, "text/calendar", filename=filename), part("2", "text/calendar"))
    parsed = parse_message(message(body))
    assert parsed.calendar == calendar
    assert parsed.text == "Invitation"


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.doc", "a.doc"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nc.txt", "a\ufffdb c.txt"),
        ("=?utf-8?q?r=C3=A4kning=2Epdf?=", "räkning.pdf"),
        ("x" * 400, "x" * 255),
        ("..", ""),
    ],
)
def test_cleans_file_names(filename: str, expected: str) -> None:
    attached = {"mimeType": "application/PDF", "filename": filename, "body": {"size": 5, "attachmentId": "a"}}
    parsed = parse_message(message(multipart(part("x"), {**attached, "headers": []})))
    if expected:
        assert parsed.attachments == (parts.Attachment(expected, "application/pdf", 5),)
    else:
        assert [found.filename for found in parsed.attachments] == [""]


def test_a_thousand_nested_multiparts_are_read_down_to_the_limit() -> None:
    tree: Any = part("too deep")
    for _ in range(1_000):
        tree = multipart(tree)
    parsed = parse_message(message(multipart(part("on top"), tree)))
    assert parsed.text == "on top"
    assert Problem.TOO_DEEP in parsed.problems


def test_thousands_of_parts_are_read_up_to_the_limit() -> None:
    parsed = parse_message(message(multipart(*(part(b"x", "image/png", filename="a.png") for _ in range(3_000)))))
    assert len(parsed.attachments) == parts.MAX_PARTS - 1
    assert Problem.TOO_MANY_PARTS in parsed.problems


def test_more_parts_than_any_message_has_are_refused() -> None:
    with pytest.raises(UnparsableError, match="too many parts"):
        parse_message(message(multipart(*({} for _ in range(30_000)))))


def test_a_large_message_is_refused_before_it_is_decoded() -> None:
    huge = {"mimeType": "text/plain", "body": {"data": "A" * (MAX_INLINE_BYTES * 4 // 3 + 8)}}
    with pytest.raises(UnparsableError, match="25 MB"):
        parse_message(message(huge))


def test_attachments_that_stay_with_the_provider_do_not_count_as_size() -> None:
    film = {"mimeType": "video/mp4", "filename": "f.mp4", "body": {"size": 40_000_000, "attachmentId": "a"}}
    assert parse_message(message(multipart(part("watch this"), film))).text == "watch this"


@pytest.mark.parametrize(
    "payload",
    [None, [], "text", {}, {"headers": "x", "parts": 5, "body": []}, {"mimeType": "text/plain", "body": {"data": ""}}],
)
def test_what_is_no_message_is_refused(payload: Any) -> None:
    with pytest.raises(UnparsableError):
        parse_message(raw(payload))


def test_rubbish_without_headers_is_refused() -> None:
    rubbish = bytes((i * i * 7 + 129) % 256 for i in range(3_000))
    with pytest.raises(UnparsableError, match="not text"):
        parse_message(raw({"mimeType": "text/plain", "headers": [], "body": part(rubbish)["body"]}))


def test_a_text_that_did_not_come_along_is_noted() -> None:
    parsed = parse_message(message({"mimeType": "text/plain", "body": {"attachmentId": "a", "size": 9}}))
    assert parsed.text == ""
    assert parsed.problems == (Problem.TEXT_MISSING,)


def test_damage_in_the_headers_is_noted_and_the_rest_is_read() -> None:
    headers = [("From", "nobody at all"), ("Date", "yesterday"), ("Subject", "=?x-unknown?q?caf=C3=A9?=")]
    parsed = parse_message(message(part("still here"), headers))
    assert parsed.problems == (Problem.SENDER_UNREADABLE, Problem.DATE_UNREADABLE)
    assert (parsed.sender_name, parsed.sender_address) == ("nobody at all", "")
    assert (parsed.subject, parsed.text) == ("café", "still here")


def test_two_senders_are_noted() -> None:
    parsed = parse_message(message(part("x"), [*HEADERS, ("From", "eve@example.com")]))
    assert parsed.sender_address == "ada@example.net"
    assert Problem.SEVERAL_SENDERS in parsed.problems


def test_a_newline_in_an_encoded_subject_becomes_a_space() -> None:
    parsed = parse_message(text_message("x", subject="=?utf-8?q?Hi=0D=0ABcc:_eve=40example.com?="))
    assert parsed.subject == "Hi Bcc: eve@example.com"


def test_nothing_postgresql_refuses_is_left() -> None:
    headers = [
        ("From", "A\x00\ud800 <a@example.net>"),
        ("Subject", "a\x00b\udfff"),
        ("List-Id", "\x00"),
        ("X-Loop", "\udc80"),
    ]
    body = multipart(
        part(b"a\x00b", "text/plain"), part(b"<p>a\x00b&#0;&#xD800;", "text/html"), part(b"\x00", "text/calendar")
    )
    parsed = parse_message(message(body, headers))
    shown = repr(parsed)
    assert "\\x00" not in shown
    assert "\\ud" not in shown


def test_tangled_formatting_is_read_but_not_handed_on() -> None:
    parsed = parse_message(message(part("<p>first words</p>" + "<div>" * 100_000, "text/html")))
    assert parsed.text == "first words"
    assert parsed.html is None
    assert parsed.problems == (Problem.HTML_TANGLED,)


def test_a_plain_text_that_is_really_html_is_read_as_such() -> None:
    assert parse_message(text_message("<div>Hello</div><div>there</div>")).text == "Hello\nthere"


def test_counts_the_characters_taken_out() -> None:
    parsed = parse_message(text_message("ordinary\u200b\u202e\U000e0041 text"))
    assert (parsed.text, parsed.hidden_characters) == ("ordinary text", 3)
