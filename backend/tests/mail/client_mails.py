"""Mails as the programs of this world write them, each with what its reader should find in it."""

import base64
import quopri
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

OWN = "Yes, gladly – at ten? It costs 20 €."
OLD = "Shall we meet on Friday?"
ADA = "Ada Novak <ada@example.net>"
ON_TUESDAY = f"On Tue, Oct 20, 2026 at 9:12 AM {ADA} wrote:"
ADA_HTML = "Ada Novak &lt;<a href='mailto:ada@example.net'>ada@example.net</a>&gt;"
OUTLOOK_HTML = (
    f"<b>From:</b> {ADA_HTML}<br><b>Sent:</b> Tuesday, October 20, 2026 9:12 AM<br>"
    "<b>To:</b> Ben &lt;ben@example.org&gt;<br><b>Subject:</b> Meeting"
)


@dataclass(frozen=True, slots=True)
class ClientMail:
    raw: bytes
    text: str = OWN
    quoted: tuple[str, ...] = (OLD,)
    """All of it is found in what was separated; nothing of it in the text."""
    attachments: tuple[str, ...] = ()
    hidden: int = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def leaf(
    content: str | bytes, kind: str = "text/plain", *, charset: str = "utf-8", encoding: str = "8bit", more: str = ""
) -> bytes:
    """A part. Charset `name/codec` declares one and uses the other; an empty name declares none."""
    declared, _, used = charset.partition("/")
    data = content if isinstance(content, bytes) else content.encode(used or declared or "ascii")
    if encoding == "base64":
        data = base64.encodebytes(data)
    elif encoding == "quoted-printable":
        data = quopri.encodestring(data)
    parameter = f"; charset={declared}" if declared else ""
    head = f"Content-Type: {kind}{parameter}\r\nContent-Transfer-Encoding: {encoding}\r\n{more}\r\n"
    return head.encode() + data


def file(name: str, kind: str) -> bytes:
    more = f'Content-Disposition: attachment; filename="{name}"\r\n'
    return leaf(b"\x00\x01content", kind, charset="", encoding="base64", more=more)


def multipart(subtype: str, *parts: bytes) -> bytes:
    mark = f"--=_{subtype}_{len(parts)}"
    head = f'Content-Type: multipart/{subtype}; boundary="{mark}"\r\n\r\nThis is a message of several parts.\r\n'
    pieces = b"".join(f"--{mark}\r\n".encode() + part + b"\r\n" for part in parts)
    return head.encode() + pieces + f"--{mark}--\r\n".encode()


def alternative(plain: str, html: str) -> bytes:
    return multipart("alternative", leaf(plain), leaf(html, "text/html", encoding="quoted-printable"))


def mail(body: bytes, *more: str, subject: str = "Re: Meeting") -> bytes:
    lines: Sequence[str] = (
        "From: Ben <ben@example.org>",
        "To: ada@example.net",
        f"Subject: {subject}",
        "Message-ID: <m2@example.org>",
        "In-Reply-To: <m1@example.net>",
        "MIME-Version: 1.0",
        *more,
    )
    return "\r\n".join((*lines, "")).encode() + body


def plain(text: str, **how: str) -> bytes:
    return mail(leaf(text, **how))


def page(html: str) -> bytes:
    return mail(leaf(f"<html><body>{html}</body></html>", "text/html", encoding="quoted-printable"))


GMAIL_BOX = (
    '<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
    f"On Tue, Oct 20, 2026 at 9:12 AM {ADA_HTML} wrote:<br></div>"
)
GMAIL_QUOTE = f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{OLD}</blockquote>'

PROGRAMS = {
    "gmail": ClientMail(
        mail(
            alternative(
                f"{OWN}\n\n{ON_TUESDAY}\n\n> {OLD}\n",
                f'<div dir="ltr">{OWN}</div>{GMAIL_BOX}{GMAIL_QUOTE}</div>',
            )
        )
    ),
    "gmail, only html": ClientMail(page(f'<div dir="ltr">{OWN}</div>{GMAIL_BOX}{GMAIL_QUOTE}</div>')),
    "gmail, only html, answers between": ClientMail(
        page(
            f"{GMAIL_BOX}{GMAIL_QUOTE}<div>{OWN}</div>{GMAIL_QUOTE.replace(OLD, 'And Cleo?')}<div>Cleo too.</div></div>"
        ),
        text=f"{OWN}\nCleo too.",
        quoted=(OLD, "And Cleo?", "Ada Novak"),
    ),
    "gmail, a signature": ClientMail(
        page(
            f'<div dir="ltr">{OWN}<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br>'
            '<div dir="ltr" class="gmail_signature">Ben Berg<br>+46 8 000 00 00</div></div>'
            f"{GMAIL_BOX}{GMAIL_QUOTE}</div>"
        ),
        quoted=(OLD, "Ben Berg"),
    ),
    "outlook for windows": ClientMail(
        page(
            f'<div class="WordSection1"><p class="MsoNormal">{OWN}<o:p></o:p></p>'
            '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
            '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in">'
            f'<p class="MsoNormal">{OUTLOOK_HTML}<o:p></o:p></p></div></div>'
            f'<p class="MsoNormal">{OLD}<o:p></o:p></p></div>'
        )
    ),
    "outlook, plain text": ClientMail(
        plain(f"{OWN}\n\n-----Original Message-----\nFrom: Novak, Ada\nSent: Tuesday\nTo: Ben\nSubject: x\n\n{OLD}")
    ),
    "outlook on the web": ClientMail(
        page(
            f'<div class="elementToProof">{OWN}</div><div id="appendonsend"></div>'
            f'<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font>'
            f"{OUTLOOK_HTML}</font><div>&nbsp;</div></div><div>{OLD}</div>"
        )
    ),
    "outlook for telephones": ClientMail(
        page(
            f"<div>{OWN}</div><div id='ms-outlook-mobile-signature'><div>Get <a href='https://x.example'>"
            f"Outlook for iOS</a></div></div><hr><div id='divRplyFwdMsg' dir='ltr'>{OUTLOOK_HTML}</div><div>{OLD}</div>"
        ),
        quoted=(OLD, "Outlook for iOS"),
    ),
    "apple mail": ClientMail(
        mail(
            alternative(
                f"{OWN}\n\n> On 20 Oct 2026, at 09:12, {ADA} wrote:\n> \n> {OLD}\n",
                f"{OWN}<br><div><br><blockquote type='cite'><div>On 20 Oct 2026, at 09:12, {ADA_HTML} wrote:</div>"
                f"<br class='Apple-interchange-newline'><div>{OLD}</div></blockquote></div>",
            )
        )
    ),
    "apple mail, only html": ClientMail(
        page(
            f"<div dir='ltr'>{OWN}</div><div dir='ltr'><br>Von meinem iPhone gesendet</div><div dir='ltr'><br>"
            f"<blockquote type='cite'>Am 20.10.2026 um 09:12 schrieb {ADA_HTML}:<br><br></blockquote></div>"
            f"<blockquote type='cite'><div dir='ltr'>{OLD}</div></blockquote>"
        ),
        quoted=(OLD, "iPhone"),
    ),
    "thunderbird": ClientMail(
        plain(f"On 10/20/26 09:12, Ada Novak wrote:\n> {OLD}\n\n{OWN}\n\n-- \nBen Berg\nExample Ltd", charset="utf-8"),
        quoted=(OLD, "Example Ltd", "wrote"),
    ),
    "thunderbird, only html": ClientMail(
        page(
            f'<p>{OWN}</p><div class="moz-cite-prefix">Am 20.10.26 um 09:12 schrieb Ada Novak:<br></div>'
            f'<blockquote type="cite" cite="mid:m1@example.net"><p>{OLD}</p></blockquote>'
            '<pre class="moz-signature">Ben</pre>'
        ),
        quoted=(OLD, "Ben", "schrieb"),
    ),
    "yahoo": ClientMail(
        page(
            f'<div class="yahoo-style-wrap"><div dir="ltr">{OWN}</div></div>'
            '<div id="ydp1yahoo_quoted_1" class="yahoo_quoted">'
            f"<div>On Tuesday, October 20, 2026 at 09:12:11 AM GMT+2, {ADA_HTML} wrote:</div><div>{OLD}</div></div>"
        )
    ),
    "yahoo, plain text": ClientMail(
        plain(f" {OWN}\n\n    On Tuesday, October 20, 2026 at 09:12:11 AM GMT+2, {ADA} wrote:  \n \n {OLD}\n  ")
    ),
    "proton": ClientMail(
        page(
            f"<div>{OWN}</div>"
            '<div class="protonmail_signature_block"><div>Sent with Proton Mail secure email.</div></div>'
            f'<div class="protonmail_quote">On Tuesday, October 20th, 2026 at 9:12 AM, {ADA_HTML} wrote:<br>'
            f'<blockquote class="protonmail_quote" type="cite">{OLD}</blockquote></div>'
        ),
        quoted=(OLD, "Proton"),
    ),
    "gmx": ClientMail(
        page(
            f'<div>{OWN}</div><div name="quote" style="margin:10px 5px"><div>'
            "<b>Gesendet:</b> Dienstag, 20. Oktober 2026 "
            f"um 09:12 Uhr<br><b>Von:</b> {ADA_HTML}<br><b>An:</b> ben@example.org<br><b>Betreff:</b> Treffen</div>"
            f'<div name="quoted-content">{OLD}</div></div>'
        )
    ),
    "samsung": ClientMail(
        plain(f"{OWN}\n\nVon meinem Galaxy gesendet\n\n-------- Ursprüngliche Nachricht --------\nVon: Ada\n\n{OLD}"),
        quoted=(OLD, "Galaxy"),
    ),
    "a mailing list": ClientMail(
        mail(
            multipart(
                "mixed",
                leaf(f"On 20 Oct 2026, Ada Novak wrote:\n> {OLD}\n\n{OWN}\n-- \nBen\n"),
                leaf(
                    "_______________________________________________\nClub mailing list -- club@lists.example.org\n"
                    "To unsubscribe send an email to club-leave@lists.example.org\n",
                    charset="us-ascii",
                ),
            ),
            "List-Id: Club <club.lists.example.org>",
            "List-Unsubscribe: <mailto:club-leave@lists.example.org>",
            "Precedence: list",
        ),
        quoted=(OLD, "unsubscribe", "Ben"),
        headers={
            "list-id": "Club <club.lists.example.org>",
            "list-unsubscribe": "<mailto:club-leave@lists.example.org>",
            "precedence": "list",
        },
    ),
    "an answer to a ticket": ClientMail(
        page(f"<p>{OWN}</p><p>##- Please type your reply above this line -##</p><p>{OLD}</p>")
    ),
    "a ticket": ClientMail(
        page(f"<p style='color:#b5b5b5'>##- Please type your reply above this line -##</p><p>{OWN}</p>"),
        text=f"##- Please type your reply above this line -##\n\n{OWN}",
        quoted=(),
    ),
    "a newsletter": ClientMail(
        mail(
            leaf(
                '<div style="display:none;max-height:0">Secret words</div><table><tr><td style="font-size:0">x</td><td>'
                f'{OWN}</td></tr></table><img src="https://x.example/1.gif" width="1" height="1" alt="">',
                "text/html",
            ),
            "Feedback-ID: a:b:c",
            "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=example.net",
            "Auto-Submitted: auto-generated",
        ),
        quoted=(),
        hidden=len("Secretwordsx"),
        headers={
            "feedback-id": "a:b:c",
            "authentication-results": "mx.example.org; spf=pass smtp.mailfrom=example.net",
            "auto-submitted": "auto-generated",
        },
    ),
}

FORWARDED = "Please pay 20 € until Friday."
SHOP = "From: Shop <shop@example.com>\nDate: Mon, Oct 19, 2026 at 9:12 AM\nSubject: Bill\nTo: Ben <ben@example.org>"
SHOP_HTML = SHOP.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
FORWARD_LINE = "---------- Forwarded message ---------"

FORWARDS = {
    "gmail": ClientMail(
        page(
            f'<div dir="ltr">{OWN}</div><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{FORWARD_LINE}<br>'
            f"{SHOP_HTML}<br></div><br><br>{FORWARDED}</div>"
        ),
        text=f"{OWN}\n{FORWARD_LINE}\n{SHOP}\n\n{FORWARDED}",
        quoted=(),
    ),
    "apple mail": ClientMail(
        page(
            f"<div>{OWN}</div><div><br><blockquote type='cite'><div>Begin forwarded message:</div><br><div>{SHOP_HTML}"
            f"</div><br><div>{FORWARDED}</div></blockquote></div>"
        ),
        text=f"{OWN}\n\nBegin forwarded message:\n\n{SHOP}\n\n{FORWARDED}",
        quoted=(),
    ),
    "thunderbird": ClientMail(
        page(
            f"<p>{OWN}</p><div class='moz-forward-container'>-------- Weitergeleitete Nachricht --------<table class="
            f"'moz-email-headers-table'><tr><th>Betreff:</th><td>Bill</td></tr></table>{FORWARDED}</div>"
        ),
        text=f"{OWN}\n\n-------- Weitergeleitete Nachricht --------\nBetreff: Bill\n{FORWARDED}",
        quoted=(),
    ),
    "outlook": ClientMail(
        mail(leaf(f"{OWN}\n\n________________________________\n{SHOP}\n\n{FORWARDED}\n"), subject="FW: Bill"),
        text=f"{OWN}\n\n________________________________\n{SHOP}\n\n{FORWARDED}",
        quoted=(),
    ),
    "outlook, answered below": ClientMail(
        plain(f"Antworten siehe unten.\n\nVon: {ADA}\nGesendet: Dienstag\nAn: Ben\nBetreff: x\n\n{OLD}\n{OWN}"),
        text=f"Antworten siehe unten.\n\nVon: {ADA}\nGesendet: Dienstag\nAn: Ben\nBetreff: x\n\n{OLD}\n{OWN}",
        quoted=(),
    ),
}
