import base64
from dataclasses import dataclass
from typing import Any

import pytest

from app.simulator.mime import parse_mail
from app.simulator.payload import Style, attachment_content, from_b64url, full_payload, metadata_payload, snippet
from tests.simulator.mails import MIXED_MAIL


def test_text_is_served_as_utf8_while_its_header_still_names_the_old_charset() -> None:
    text = full_payload(parse_mail(MIXED_MAIL), "1")["parts"][0]["parts"][0]
    assert base64.urlsafe_b64decode(text["body"]["data"]).decode() == "Viele Grüße & so on"
    assert text["headers"][0] == {"name": "Content-Type", "value": "text/plain; charset=iso-8859-1"}


def test_text_in_an_unknown_charset_comes_through_as_it_is() -> None:
    body = full_payload(parse_mail(b"Content-Type: text/plain; charset=klingon\r\n\r\n\xfc"), "1")["body"]
    assert body == {"size": 1, "data": "_A=="}


def test_headers_and_text_can_come_as_they_stand_too() -> None:
    payload = full_payload(parse_mail(MIXED_MAIL), "1", Style(decodes_headers=False, serves_utf8=False))
    assert {"name": "Subject", "value": "=?iso-8859-1?q?Gr=FC=DFe?="} in payload["headers"]
    text = payload["parts"][0]["parts"][0]["body"]
    assert base64.urlsafe_b64decode(text["data"]) == b"Viele Gr\xfc\xdfe & so on"


def test_an_attachment_is_named_by_an_id_that_fetches_its_bytes() -> None:
    part = parse_mail(MIXED_MAIL)
    attachment: dict[str, Any] = full_payload(part, "1")["parts"][1]
    assert attachment["filename"] == "Rechnung N° 1.pdf"
    assert "data" not in attachment["body"]
    assert attachment["body"]["size"] == 8
    assert attachment_content(part, "1", attachment["body"]["attachmentId"]) == b"%PDF-1.4"
    assert attachment_content(part, "2", attachment["body"]["attachmentId"]) is None


def test_headers_come_unfolded_and_decoded_and_repeated_ones_stay() -> None:
    part = parse_mail(b"Received: a\r\nSubject: =?utf-8?q?=C3=A4?=\r\n\tb\r\nReceived: c\r\n\r\n")
    assert full_payload(part, "1")["headers"] == [
        {"name": "Received", "value": "a"},
        {"name": "Subject", "value": "ä\tb"},
        {"name": "Received", "value": "c"},
    ]


def test_metadata_shows_only_the_headers_asked_for() -> None:
    part = parse_mail(MIXED_MAIL)
    assert metadata_payload(part, ["x-LONG"])["headers"] == [{"name": "X-Long", "value": "one two"}]
    assert "headers" not in metadata_payload(part, ["X-None"])
    assert len(metadata_payload(part, [])["headers"]) == 7


@dataclass(frozen=True)
class SnippetCase:
    raw: bytes
    text: str


@pytest.mark.parametrize(
    "case",
    [
        SnippetCase(b"\r\nTom's  <b>\r\n&\r\n", "Tom&#39;s &lt;b&gt; &amp;"),
        SnippetCase(
            b"Content-Type: text/html\r\n\r\n<style>p{}</style><!-- x --><p>A&amp;B<br>C</p><script>1", "A&amp;B C"
        ),
        SnippetCase(MIXED_MAIL, "Viele Grüße &amp; so on"),
        SnippetCase(b"Content-Type: application/pdf\r\n\r\nx", ""),
        SnippetCase(b"\r\n" + b"a" * 500, "a" * 200),
    ],
)
def test_snippet(case: SnippetCase) -> None:
    assert snippet(parse_mail(case.raw)) == case.text


@pytest.mark.parametrize("text", ["-_8=", "-_8", "+/8=", "-_\n8"])
def test_both_base64_alphabets_are_read(text: str) -> None:
    assert from_b64url(text) == b"\xfb\xff"


@pytest.mark.parametrize("text", ["a", "a*b=", "ü"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_b64url(text)
