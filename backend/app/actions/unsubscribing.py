"""Takes the person off a list by the one click they asked for; whether it was asked is written down before."""

from datetime import datetime
from typing import Final

from app.actions import claims
from app.actions.claims import Claimed, Outcome
from app.actions.kinds import UNSUBSCRIBED_LABEL
from app.db.models import ActionState
from app.db.session import Database
from app.mail.one_click import NoAnswerError, NotSentError, OneClick, RefusedByListError
from app.mail.provider import MailProvider, MessageGoneError, NeedsReconnectError, ProviderRefusedError

ASKED: Final = "asked"
PERHAPS: Final = "perhaps"
YES: Final = "yes"
NOT_KNOWN: Final = "Whether you are off the list shows by its next mail. GetAnswers does not ask again by itself."
WITHOUT_LABEL: Final = "You are off the list. Gmail did not take the label that says so."


async def unsubscribe(
    provider: MailProvider, claimed: Claimed, url: str, *, database: Database, one_click: OneClick, now: datetime
) -> Outcome:
    """Ask the list once. Raises NotSentError when nothing was asked, so that it may be tried later."""
    asked = claimed.undo.get(ASKED)
    if asked == PERHAPS:  # an attempt died between asking and writing down the answer
        await claims.keep_undo(database, claimed, {}, now)  # a person may settle it, and have it tried anew
        return Outcome(ActionState.UNKNOWN, error=NOT_KNOWN)
    if asked is None:
        refused = await _asked_refused(claimed, url, database=database, one_click=one_click, now=now)
        if refused is not None:
            return refused
    return await _labelled(provider, claimed)


async def _asked_refused(
    claimed: Claimed, url: str, *, database: Database, one_click: OneClick, now: datetime
) -> Outcome | None:
    """Ask, and return what ends it; None when the list said yes."""
    await claims.keep_undo(database, claimed, {ASKED: PERHAPS}, now)
    try:
        await one_click.post(url)
    except NotSentError:
        await claims.keep_undo(database, claimed, {}, now)
        raise
    except RefusedByListError as error:
        await claims.keep_undo(database, claimed, {}, now)
        return Outcome(ActionState.FAILED, error=str(error))
    except NoAnswerError as error:
        await claims.keep_undo(database, claimed, {}, now)
        return Outcome(ActionState.UNKNOWN, error=f"{error} {NOT_KNOWN}")
    await claims.keep_undo(database, claimed, {ASKED: YES}, now)
    return None


async def _labelled(provider: MailProvider, claimed: Claimed) -> Outcome:
    try:
        label = await provider.ensure_label(UNSUBSCRIBED_LABEL)
        await provider.modify(claimed.provider_message_id, add=[label], remove=())
    except (MessageGoneError, NeedsReconnectError, ProviderRefusedError):
        return Outcome(ActionState.DONE, error=WITHOUT_LABEL)
    return Outcome(ActionState.DONE)
