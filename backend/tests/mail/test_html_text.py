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
        '<div style="color:transparent">SECRET</div>',
        '<div style="color:rgba(0,0,0,.01)">SECRET</div>',
        '<div style="color:rgb(0 0 0 / 0%)">SECRET</div>',
        '<div style="color:#00000000"><b>SECRET</b></div>',
        '<div style="color:#fff0">SECRET</div>',
        '<div style="color:hsl(0,0%,100%)">SECRET</div>',
        '<div style="color:#f5f5f5">SECRET</div>',
        '<div style="color:azure">SECRET</div>',
        '<div style="width:0;overflow:hidden">SECRET</div>',
        '<div style="max-width:0;overflow:hidden;white-space:nowrap">SECRET</div>',
        '<div style="transform:scale(0)">SECRET</div>',
        '<div style="transform:translateX(-9999px)">SECRET</div>',
        '<div style="transform:translate(0, -9999px)">SECRET</div>',
        '<div style="position:absolute;clip-path:inset(50%)">SECRET</div>',
        '<div style="clip-path:circle(0)">SECRET</div>',
        '<div style="position:absolute;clip:rect(1px,1px,1px,1px)">SECRET</div>',
        '<div style="position:relative;left:-9999px">SECRET</div>',
        '<div style="position:fixed;right:-9999px">SECRET</div>',
        '<div style="margin-top:-9999px">SECRET</div>',
        '<div style="letter-spacing:-1000px">SECRET</div>',
        '<div style="filter:opacity(0)">SECRET</div>',
        '<div style="content-visibility:hidden">SECRET</div>',
        '<style>div .x{display:none}</style><div><p class="x">SECRET</p></div>',
        '<style>body > div > p.x{display:none}</style><div><p class="x">SECRET</p></div>',
        '<style>.a .b *{display:none}</style><div class="a"><ul class="b"><li>SECRET</ul></div>',
        '<style>p[class="x"]{display:none}</style><p class="x">SECRET</p>',
        '<style>p.x:not(.y){display:none}</style><p class="x">SECRET</p>',
        '<style>@media only screen{.x{display:none}}</style><p class="x">SECRET</p>',
        '<style>@media all{.y{color:red}.x{display:none}}</style><p class="x">SECRET</p>',
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
        '<style>.a .x{display:none}</style><div class="b"><p class="x">seen</p></div>',
        '<style>u + .body .x{display:none}</style><div class="body"><p class="x">seen</p></div>',
        '<style>@media screen{.y{color:red}}.x{color:blue}@media print{.x{display:none}}</style><p class="x">seen</p>',
        '<div style="color:transparent"><b style="color:#333">seen</b></div>',
        '<div style="color:rgba(0,0,0,.6)">seen</div>',
        '<div style="color:#0000ffcc">seen</div>',
        '<div style="background:rgba(0,0,0,0)">seen</div>',
        '<div style="background:hsl(210, 50%, 40%);color:#fff">seen</div>',
        '<div style="color:#999">seen</div>',
        '<div style="transform:scale(1.2) translate(-50%, -50%)">seen</div>',
        '<div style="clip-path:inset(5%);filter:opacity(90%);letter-spacing:-1px">seen</div>',
        '<div style="width:0">seen</div>',
        '<div style="margin-top:-120px;position:relative;top:-10px">seen</div>',
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
        "<style>" + "*{color:red}" * 200 + "</style>" + "<p class=x>" * 15_000,
        "<style>" + "b b b b .x{color:red}" * 200 + "</style>" + "<div class=x>" * 15_000,
        "<style>" + "b[class=" * 10_000 + ":not(" * 10_000 + "{color:red}</style>",
    ],
    ids=[
        "nesting",
        "formatting",
        "attributes",
        "quotes",
        "comments",
        "open quotes",
        "braces",
        "css comments",
        "tags",
        "rules",
        "descendants",
        "selectors",
    ],
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
