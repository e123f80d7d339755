"""Mails in all shapes and charsets, whole and damaged, each with what its reader should find in it."""

import base64

from tests.mail.client_mails import OLD, ON_TUESDAY, OWN, ClientMail, alternative, file, leaf, mail, multipart, plain

SHAPES = {
    "nested": ClientMail(
        mail(
            multipart(
                "mixed",
                multipart("related", alternative(OWN, f"<p>{OWN}</p>"), file("logo.png", "image/png")),
                file("offer.pdf", "application/pdf"),
            )
        ),
        quoted=(),
        attachments=("logo.png", "offer.pdf"),
    ),
    "a mail attached": ClientMail(
        mail(
            multipart(
                "mixed",
                leaf(OWN),
                b'Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename="old.eml"\r\n\r\n'
                + mail(leaf("Words of somebody else")),
            )
        ),
        quoted=(),
        attachments=("old.eml",),
    ),
    "a bounce": ClientMail(
        mail(
            multipart(
                "report",
                leaf(OWN),
                leaf("Status: 5.1.1\r\n", "message/delivery-status", charset=""),
                leaf(
                    "Subject: Meeting\r\n",
                    "text/rfc822-headers",
                    charset="",
                    more="Content-Disposition: attachment\r\n",
                ),
            ),
            "X-Failed-Recipients: ada@example.net",
        ),
        quoted=(),
        attachments=("", ""),
        headers={"x-failed-recipients": "ada@example.net"},
    ),
    "signed": ClientMail(
        mail(multipart("signed", leaf(OWN), file("smime.p7s", "application/pkcs7-signature"))),
        quoted=(),
        attachments=("smime.p7s",),
    ),
    "winmail.dat": ClientMail(
        mail(multipart("mixed", leaf(OWN), file("winmail.dat", "application/ms-tnef"))),
        quoted=(),
        attachments=("winmail.dat",),
    ),
    "a visiting card and rich text": ClientMail(
        mail(
            multipart(
                "mixed",
                multipart("alternative", leaf(OWN), leaf("{\\rtf1 hi}", "text/rtf")),
                leaf("BEGIN:VCARD\r\nEND:VCARD\r\n", "text/x-vcard", more="Content-Disposition: inline\r\n"),
            )
        ),
        quoted=(),
        attachments=("", ""),
    ),
    "signed in the text": ClientMail(
        plain(f"{OWN}\n-----BEGIN PGP SIGNATURE-----\n\niQEz{'A' * 60}\n=abcd\n-----END PGP SIGNATURE-----\n"),
        quoted=("iQEz",),
    ),
    "an invitation": ClientMail(
        mail(multipart("alternative", leaf(OWN), leaf(f"<p>{OWN}</p>", "text/html"), leaf("BEGIN:", "text/calendar"))),
        quoted=(),
    ),
    "another boundary": ClientMail(
        mail(
            b"Content-Type: multipart/mixed; boundary=one\r\n\r\n--two\r\nContent-Type: text/plain; charset=utf-8\r\n"
            b"\r\n" + OWN.encode() + b"\r\n--two--\r\n"
        ),
        quoted=(),
    ),
    "no words": ClientMail(mail(leaf("")), text="", quoted=()),
    "only a file": ClientMail(mail(file("scan.pdf", "application/pdf")), text="", quoted=(), attachments=("scan.pdf",)),
    "only a quote": ClientMail(plain(f"{ON_TUESDAY}\n> {OLD}"), text=f"{ON_TUESDAY}\n> {OLD}", quoted=()),
}

RUSSIAN, JAPANESE, CHINESE = "Да, конечно. В десять?", "はい、喜んで。10時でいいですか?", "好的,十点可以吗?"
WESTERN = "Gärna – “kl. tio”? Det kostar 20 € på Café Ö."
LATIN = "Ça va à dix heures ? Über Öland, señor."

CHARSETS = {
    "koi8-r": ClientMail(plain(RUSSIAN, charset="koi8-r"), text=RUSSIAN, quoted=()),
    "windows-1251": ClientMail(plain(RUSSIAN, charset="windows-1251", encoding="base64"), text=RUSSIAN, quoted=()),
    "iso-2022-jp": ClientMail(plain(JAPANESE, charset="iso-2022-jp", encoding="7bit"), text=JAPANESE, quoted=()),
    "iso-2022-jp, not said": ClientMail(
        plain(JAPANESE, charset="/iso-2022-jp", encoding="7bit"), text=JAPANESE, quoted=()
    ),
    "shift_jis": ClientMail(plain(JAPANESE, charset="shift_jis", encoding="base64"), text=JAPANESE, quoted=()),
    "gb18030": ClientMail(plain(CHINESE, charset="gb18030"), text=CHINESE, quoted=()),
    "gb2312 that is gb18030": ClientMail(
        plain(CHINESE + "㐀", charset="gb2312/gb18030"), text=CHINESE + "㐀", quoted=()
    ),
    "latin-1": ClientMail(plain(LATIN, charset="iso-8859-1", encoding="quoted-printable"), text=LATIN, quoted=()),
    "cp1252": ClientMail(plain(WESTERN, charset="windows-1252"), text=WESTERN, quoted=()),
    "latin-1 that is cp1252": ClientMail(plain(WESTERN, charset="iso-8859-1/cp1252"), text=WESTERN, quoted=()),
    "cp1252, not said": ClientMail(plain(WESTERN, charset="/cp1252"), text=WESTERN, quoted=()),
    "ascii that is utf-8": ClientMail(plain(WESTERN, charset="us-ascii/utf-8"), text=WESTERN, quoted=()),
    "utf-8 that is cp1252": ClientMail(plain(WESTERN, charset="utf-8/cp1252"), text=WESTERN, quoted=()),
    "said in the html alone": ClientMail(
        mail(
            leaf(
                f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"></head>{RUSSIAN}',
                "text/html",
                charset="/koi8-r",
            )
        ),
        text=RUSSIAN,
        quoted=(),
    ),
    "a byte order mark": ClientMail(plain(f"\ufeff{WESTERN}"), text=WESTERN, quoted=()),
    "big5": ClientMail(plain("好的,十點可以嗎?", charset="big5"), text="好的,十點可以嗎?", quoted=()),
    "euc-kr": ClientMail(plain("네, 좋아요. 열 시?", charset="ks_c_5601-1987"), text="네, 좋아요. 열 시?", quoted=()),
    "unknown that is utf-8": ClientMail(plain(WESTERN, charset="x-nothing/utf-8"), text=WESTERN, quoted=()),
    "utf-16": ClientMail(plain(WESTERN, charset="utf-16", encoding="base64"), text=WESTERN, quoted=()),
    "broken base64": ClientMail(
        mail(
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.b64encode(OWN.encode()).rstrip(b"=").replace(b"e", b"*e ", 1)
        ),
        quoted=(),
    ),
    "broken quoted-printable": ClientMail(
        mail(
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            b"At 100=ZZ =E2=82=AC? Yes =\r\nplease="
        ),
        text="At 100=ZZ €? Yes please",
        quoted=(),
    ),
}
