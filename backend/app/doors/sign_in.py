"""Mailing a sign-in link, after the answer has gone out: what is answered tells nobody who has an account."""

from typing import Final
from urllib.parse import quote

import structlog

from app.accounts import magic_links
from app.notify.senders import DeliveryError
from app.notify.sign_in import sign_in_mail
from app.resources import Resources

log = structlog.get_logger(__name__)

LINK_PATH: Final = "/sign-in/link"
SAME_FOR_ALL: Final = (
    "If there is an account with this address, a sign-in link is on its way. It works for ten minutes, and only in "
    "this browser."
)


def link_url(base_url: str, token: str) -> str:
    return f"{base_url.rstrip('/')}{LINK_PATH}?token={quote(token)}"


async def mail_link(ctx: Resources, *, email: str, browser_token: str) -> None:
    """Runs behind the answer, so that neither its words nor its time depend on the address."""
    invitation = await magic_links.invite(ctx.database, email=email, browser_token=browser_token, clock=ctx.clock)
    if invitation is None:
        log.info("sign_in.not_invited")
        return
    mail = sign_in_mail(
        to=invitation.to,
        url=link_url(ctx.settings.base_url, invitation.token),
        minutes=int(magic_links.LIFETIME.total_seconds() // 60),
        message_id=ctx.new_message_id(),
    )
    try:
        await ctx.sender.send(mail)
    except DeliveryError:
        log.exception("sign_in.not_sent")
