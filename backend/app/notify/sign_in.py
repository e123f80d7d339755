"""The mail with a sign-in link."""

from app.notify.render import Link, render
from app.notify.senders import OutgoingNotice


def sign_in_mail(*, to: str, url: str, minutes: int, message_id: str) -> OutgoingNotice:
    body = render("sign_in", {"url": Link(url), "minutes": minutes})
    return OutgoingNotice(
        to=to, subject="Your sign-in link for GetAnswers", text=body.text, html=body.html, message_id=message_id
    )
