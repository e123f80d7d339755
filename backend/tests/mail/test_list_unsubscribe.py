"""When a mail's word about unsubscribing may be relied on."""

from typing import Any

import pytest

from app.mail.list_unsubscribe import ByMail, by_mail, is_safe_url, one_click_url

URL = "https://list.example.net/u?id=4711"
HEADERS: dict[str, list[str]] = {
    "list-unsubscribe": [f"<mailto:leave@example.net?subject=leave%204711>, <{URL}>"],
    "list-unsubscribe-post": ["List-Unsubscribe=One-Click"],
    "authentication-results": ["mx.example.org; dkim=pass header.d=news.example.com; spf=pass; dmarc=pass"],
    "dkim-signature": [
        "v=1; a=rsa-sha256; d=news.example.com; s=k1;\r\n\th=From:To:Subject:List-Unsubscribe:\r\n"
        "\tList-Unsubscribe-Post; b=x"
    ],
}
SENDER = "letters@example.com"


def test_a_signed_one_click_address_is_used() -> None:
    assert one_click_url(HEADERS, sender=SENDER) == URL


@pytest.mark.parametrize(
    "over",
    [
        {"list-unsubscribe-post": []},
        {"list-unsubscribe-post": ["List-Unsubscribe=Two-Clicks"]},
        {"list-unsubscribe": []},
        {"list-unsubscribe": [f"<{URL}>", "<https://evil.example/u>"]},
        {"list-unsubscribe": ["<http://list.example.net/u>"]},
        {"list-unsubscribe": ["<https://10.0.0.1/u>"]},
        {"authentication-results": []},
        {"authentication-results": ["mx.example.org; dkim=fail header.d=news.example.com"]},
        {"authentication-results": ["mx.example.org; dkim=pass header.d=evil.example"]},
        {"authentication-results": ["mx.example.org; dkim=none", HEADERS["authentication-results"][0]]},
        {"authentication-results": ['mx.example.org; spf=fail smtp.mailfrom="; dkim=pass header.d=news.example.com"']},
        {"authentication-results": ["mx.example.org; spf=fail (x; dkim=pass header.d=news.example.com"]},
        {"dkim-signature": []},
        {"dkim-signature": ["d=news.example.com; h=From:List-Unsubscribe"]},
        {"dkim-signature": ["d=evil.example; h=From:List-Unsubscribe:List-Unsubscribe-Post"]},
    ],
    ids=str,
)
def test_nothing_less_is_enough(over: dict[str, Any]) -> None:
    assert one_click_url(HEADERS | over, sender=SENDER) is None


def test_the_signature_must_be_of_the_senders_own_domain() -> None:
    assert one_click_url(HEADERS, sender="letters@example.org") is None


@pytest.mark.parametrize(
    "url",
    [
        "http://list.example.net/u",
        "https://list.example.net:8443/u",
        "https://user@list.example.net/u",
        "https://127.0.0.1/u",
        "https://[::1]/u",
        "https://localhost/u",
        "https://2130706433/u",
        "https://list.example.net/u v",
        "https://list.exämple.net/u",
        "https://list.example.net:x/u",
        "https:///u",
        "ftp://list.example.net/u",
        "https://list.example.net/" + "u" * 2_000,
    ],
)
def test_addresses_that_are_never_asked(url: str) -> None:
    assert not is_safe_url(url)


def test_by_mail_is_told_apart() -> None:
    assert by_mail(HEADERS) == ByMail("leave@example.net", "leave 4711")


@pytest.mark.parametrize(
    "value",
    ["<https://list.example.net/u>", "<mailto:>", "<mailto:a@example.net,b@example.net>", "mailto:a@example.net"],
)
def test_what_is_no_address_to_write_to(value: str) -> None:
    assert by_mail({"list-unsubscribe": [value]}) is None


def test_a_subject_is_one_line() -> None:
    found = by_mail(
        {"list-unsubscribe": ["<mailto:a@example.net?subject=x%0D%0ABcc:%20eve@evil.example&cc=eve@evil.example>"]}
    )
    assert found == ByMail("a@example.net", "x Bcc: eve@evil.example")
