"""What a person can ask for on a message, so that no form is offered that could only fail."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from app.accounts.sessions import SignedIn
from app.actions.requesting import FARTHEST
from app.mail.identities import own_addresses
from app.mail.invitations import invitation_for
from app.mail.list_unsubscribe import by_mail, one_click_url
from app.review.repository import WholeMessage
from app.web.text import zone_of

MORNING: Final = time(8)


@dataclass(frozen=True, slots=True)
class Possible:
    answering: bool
    leaving: bool
    earliest: str
    """Local times, as a form's field takes them."""
    usual: str
    latest: str


def possible_with(whole: WholeMessage, me: SignedIn, now: datetime) -> Possible:
    message, mailbox = whole.message, whole.mailbox
    own = own_addresses(mailbox, me.email)
    here = now.astimezone(zone_of(me.timezone))
    invitation = invitation_for(message.calendar, own)
    return Possible(
        answering=invitation is not None and not invitation[0].is_over(now),
        leaving=bool(one_click_url(message.headers, sender=message.sender_address) or by_mail(message.headers)),
        earliest=_written(here),
        usual=_written(datetime.combine(here.date() + timedelta(days=1), MORNING)),
        latest=_written(here + FARTHEST),
    )


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"
