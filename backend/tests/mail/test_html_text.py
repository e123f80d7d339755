import time

import pytest

from app.mail.html_bounds import MAX_TAGS, bound_html
from app.mail.html_text import render_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<div><div><div>One</div></div></div><div>Two</div>", "One\nTwo"),
        ("One<br>Two<br><br>Three", "One\nTwo\n\nThree"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("<ul><li>One<li>Two</ul>", "- One\n- Two"),
        (
            "<table><tr><td>Total</td><td>12 kr</td></tr><tr><td>VAT</td><td>3 kr</td></tr></table>",
            "Total 12 kr\nVAT 3 kr",
        ),
        ("<h1>Title</h1>Text", "Title\n\nText"),
        ("a   b\n\tc&nbsp;&nbsp;d", "a b c d"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<b>bo</b>ld", "bold"),
        ("5 &lt; 6 &amp; 7 < 8 &eacute;", "5 < 6 & 7 < 8 é"),
        ("<o:p>Office</o:p>", "Office"),
        ("<a href='https://example.org/x'>read</a> on", "read on"),
        ("<head><title>no</title><style>p{}</style></head><body>yes</body>", "yes"),
        ("<script>if (a<b) document.write('no')</script>yes", "yes"),
        ("<!-- no --><!--[if mso]>no<![endif]-->yes<!-->yes<!---->", "yesyes"),
        ("<img alt='Spring sale'>", "Spring sale"),
        ("<img alt='logo'>Hello", "Hello"),
        ("<textarea>no</textarea><iframe>no</iframe><svg><title>no</title></svg>yes", "yes"),
        ("ﬁne \N{MATHEMATICAL BOLD CAPITAL A}", "fine A"),
        ("<blockquote>a poem</blockquote>", "a poem"),
        ("<td>loose", "loose"),
        ("", ""),
    ],
)
def test_renders_what_is_seen(html: str, text: str) -> None:
    rendered = render_html(html)
    assert rendered.text == text
    assert rendered.hidden == 0
    assert rendered.complete


@pytest.mark.parametrize(
    "hiding",
    [
        '<div style="display:none">SECRET</div>',
        '<div style="DISPLAY : NONE !important; display:block">SECRET</div>',
        '<div style="d\\69splay:none">SECRET</div>',
        '<div style="/* x */display:/**/none">SECRET</div>',
        '<div style="visibility:hidden">SECRET</div>',
        '<div style="opacity:0">SECRET</div>',
        '<div style="opacity:0.01">SECRET</div>',
        '<div style="font-size:0">SECRET</div>',
        '<div style="font-size:1px">SECRET</div>',
        '<div style="font:0.5pt Arial">SECRET</div>',
        '<div style="font-size:0.01em"><p><b>SECRET</b></p></div>',
        '<div style="position:absolute;left:-9999px">SECRET</div>',
        '<div style="text-indent:-5000px">SECRET</div>',
        '<div style="max-height:0;overflow:hidden">SECRET</div>',
        '<div style="color:#fff">SECRET</div>',
        '<div style="color:#FEFEFE">SECRET</div>',
        '<div style="color:rgb(255, 255, 255)">SECRET</div>',
        '<font color="white">SECRET</font>',
        '<div style="background:#123456"><span style="color:#123457">SECRET</span></div>',
        '<table bgcolor="black"><tr><td>SECRET</td></tr></table>',
        "<div hidden>SECRET</div>",
        '<div style="display:none"><div style="display:block">SECRET</div></div>',
        '<style>.x{display:none}</style><div class="y x">SECRET</div>',
        '<style>td.x, #pre{font-size:0px}</style><div id="pre">SECRET</div>',
        "<img style='display:none' alt='SECRET'><div hidden>SECRET</div>",
    ],
)
def test_drops_and_counts_what_is_hidden(hiding: str) -> None:
    rendered = render_html(f"<p>Seen before</p>{hiding}<p>Seen after</p>")
    assert rendered.text == "Seen before\n\nSeen after"
    assert rendered.hidden == len("SECRET")


@pytest.mark.parametrize(
    "honest",
    [
        '<div style="background:#000"><span style="color:#fff">seen</span></div>',
        '<td bgcolor="#336699" style="color:white">seen</td>',
        '<div style="background-image:url(https://example.org/a.png)"><b style="color:#fff">seen</b></div>',
        '<style>.button{background:#06c}</style><a class="button" style="color:#fff">seen</a>',
        '<style>@media (max-width:600px){.x{display:none}}</style><div class="x">seen</div>',
        '<div style="font-size:0"><span style="font-size:14px">seen</span></div>',
        '<div style="visibility:hidden"><span style="visibility:visible">seen</span></div>',
        '<div style="height:0">seen</div>',
        '<div style="color:#fefefe;background:#ddd">seen</div>',
        '<div style="display:none;display:block">seen</div>',
        '<p style="display:none"></p><p>seen</p>',
        '<div style="margin-left:-5px;opacity:.8;font:12px/1.5 Arial">seen</div>',
    ],
)
def test_keeps_what_is_seen(honest: str) -> None:
    rendered = render_html(honest)
    assert (rendered.text, rendered.hidden) == ("seen", 0)


def test_removes_the_padding_behind_a_preheader() -> None:
    rendered = render_html("Big news" + "&zwnj;&nbsp;&#847;&shy; " * 80 + "<p>Dear reader</p>")
    assert rendered.text == "Big news\n\nDear reader"
    assert rendered.hidden > 100


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote">On Monday Ada wrote:<blockquote class="gmail_quote">old</blockquote></div>',
        '<blockquote type="cite">old</blockquote>',
        '<div class="moz-cite-prefix">Am Montag schrieb Ada:</div><blockquote type="cite">old</blockquote>',
        '<div class="yahoo_quoted"><p>old</p></div>',
    ],
)
def test_marks_quoted_history(quote: str) -> None:
    lines = render_html(f"<div>New words</div>{quote}").text.split("\n")
    assert lines[0] == "New words"
    assert all(line.startswith("> ") for line in lines[1:] if line)
    assert lines[-1] == "> old"


def test_what_is_forwarded_within_a_quote_element_is_not_quoted() -> None:
    html = '<div>See below</div><div class="gmail_quote"><div>---------- Forwarded message ---------</div>Pay!</div>'
    assert render_html(html).text == "See below\n---------- Forwarded message ---------\nPay!"


def test_sets_a_signature_apart() -> None:
    assert render_html('Bye<div class="gmail_signature">Ada</div>').text == "Bye\n--\nAda"


def test_lists_the_targets_of_seen_links() -> None:
    html = '<a href="https://a.example">x</a><a href=" https://b.example ">y</a><a href="#top">z</a>'
    assert render_html(html + '<p hidden><a href="https://c.example">n</a></p>').links == (
        "https://a.example",
        "https://b.example",
    )


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<p>" + "".join(f"<b id={number}>" for number in range(40_000)) + "</p>" + "<p>x</p>" * 40_000,
        "<div " + " ".join(f"a{number}=1" for number in range(150_000)) + ">",
        "<div class=gmail_quote>" * 50_000,
        "<!--" * 300_000,
        "<a b='>" * 200_000,
        "<style>" + "a{" * 50_000,
        "<style>" + "/*" * 50_000,
        "<" * 500_000,
    ],
    ids=["nesting", "formatting", "attributes", "quotes", "comments", "open quotes", "braces", "css comments", "tags"],
)
def test_hostile_html_takes_bounded_time(html: str) -> None:
    start = time.process_time()
    rendered = render_html(f"<p>first</p>{html}")
    assert time.process_time() - start < 5
    assert rendered.text.startswith("first")


def test_html_within_the_bounds_is_complete() -> None:
    assert bound_html("<div>x</div>" * (MAX_TAGS // 2)).complete
    assert not bound_html("<div>x</div>" * MAX_TAGS).complete


@pytest.mark.parametrize(
    ("html", "markup"),
    [
        ('<A HREF="x" onclick="y">t</A >', '<a href="x">t</a>'),
        ("<a href='a\"b'>", '<a href="a&quot;b">'),
        ("<a href=x/y>", '<a href="x/y">'),
        ("<p/id=1 id=2>", '<p id="1">'),
        ("a<b", "a"),
        ("1 < 2 <3", "1 &lt; 2 &lt;3"),
        ("<p title='>'>x", "<p>x"),
        ("<?php ?>x</>y</ z>", "xy"),
        ("<style>a<b</style>x", "x"),
    ],
)
def test_rewrites_tags_as_a_browser_reads_them(html: str, markup: str) -> None:
    assert bound_html(html).markup == markup
