from app.triage.markup import MAX_LINKS, read_html_words, read_links
from app.triage.snapshot import Link


def test_links_show_what_is_read_and_where_it_leads() -> None:
    html = '<p>Go to <a href="https://evil.test/x">www.<b>bank.example</b></a></p>'

    assert read_links(html) == (Link("www.bank.example", "https://evil.test/x"),)


def test_links_are_bounded() -> None:
    assert len(read_links('<a href="https://a.example/">a</a>' * 500)) == MAX_LINKS


def test_without_html_there_is_nothing() -> None:
    assert read_links(None) == ()
    assert read_html_words(None) == ""


def test_hidden_elements_and_comments_are_read() -> None:
    html = '<p>Hello</p><div style="display:none">secret words</div><!-- more &amp; more -->'

    words = read_html_words(html)

    assert "secret words" in words
    assert "more & more" in words
    assert "display" not in words
