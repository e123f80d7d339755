"""The sign-in mail brings its link whole, and says how long it works."""

from datetime import timedelta

from selectolax.lexbor import LexborHTMLParser

from app.accounts.magic_links import LIFETIME
from app.notify.sign_in import sign_in_mail

URL = "https://answers.example.org/sign-in/link?token=a-b_c&next=%2Fmessages%2F1"


def test_the_link_is_whole_in_both_forms() -> None:
    minutes = LIFETIME // timedelta(minutes=1)
    mail = sign_in_mail(to="ana@example.org", url=URL, minutes=minutes, message_id="<x@example.org>")
    assert (mail.to, mail.message_id) == ("ana@example.org", "<x@example.org>")
    assert URL in mail.text.splitlines()
    page = LexborHTMLParser(mail.html)
    assert [link.attributes["href"] for link in page.css("a")] == [URL]
    assert f"for {minutes} minutes" in mail.text
    assert f"for {minutes} minutes" in page.text()
    assert "token" not in mail.subject
