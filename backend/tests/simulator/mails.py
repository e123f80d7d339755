"""Mails the simulator's tests are written with."""

import base64


def a_mail(
    subject: str = "Lunch",
    *,
    sender: str = "Bob <bob@example.com>",
    to: str = "alice@example.org",
    message_id: str = "",
    answers: str = "",
    date: str = "Mon, 02 Nov 2026 10:00:00 +0000",
    body: str = "Shall we have lunch?",
    more: str = "",
) -> bytes:
    headers = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Message-ID": message_id,
        "In-Reply-To": answers,
        "Date": date,
    }
    lines = [f"{name}: {value}" for name, value in headers.items() if value]
    return ("\r\n".join([*lines, *filter(None, [more])]) + f"\r\n\r\n{body}\r\n").encode()


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


MIXED_MAIL = (
    b"From: Bob <bob@example.com>\r\n"
    b"To: alice@example.org\r\n"
    b"Subject: =?iso-8859-1?q?Gr=FC=DFe?=\r\n"
    b"X-Long: one\r\n two\r\n"
    b"Message-ID: <mixed@example.com>\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="outer"\r\n'
    b"\r\n"
    b"preamble\r\n"
    b"--outer\r\n"
    b"Content-Type: multipart/alternative; boundary=inner\r\n"
    b"\r\n"
    b"--inner\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n"
    b"\r\n"
    b"Viele Gr=FC=DFe & so on\r\n"
    b"--inner\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n"
    b"\r\n"
    b"<p>Viele Gr\xc3\xbc\xc3\x9fe</p>\r\n"
    b"--inner--\r\n"
    b"--outer\r\n"
    b"Content-Type: application/pdf\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''Rechnung%20N%C2%B0%201.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b"\r\n"
    b"JVBERi0x\r\nLjQ=\r\n"
    b"--outer--\r\n"
)
