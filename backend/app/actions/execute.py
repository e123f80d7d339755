"""Does what was approved: claims it, calls the provider with no transaction open, and writes what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from app.actions import claims
from app.actions.building import text_letter
from app.actions.changing import change_labels
from app.actions.claims import Claimed, ClaimLostError, Outcome
from app.actions.forwarding import ForwardedChangedError
from app.actions.kinds import AnyPayload, DraftPayload, LetterPayload, RemindPayload, UnsubscribePayload
from app.actions.putting_back import put_back
from app.actions.reminding import remind
from app.actions.sending import save_draft, send_letter
from app.actions.transitions import FINAL
from app.actions.unsubscribing import unsubscribe
from app.db.models import ActionState
from app.db.session import Database
from app.mail.compose import UnsafeHeaderError
from app.mail.one_click import NotSentError, OneClick
from app.mail.provider import (
    MailboxOpener,
    MessageGoneError,
    NeedsReconnectError,
    ProviderBusyError,
    ProviderRefusedError,
    ProviderUnavailableError,
)

log = structlog.get_logger(__name__)

LOOK_AGAIN_AFTER: Final = timedelta(seconds=60)
"""What was under way at Gmail when its answer got lost shows by then."""
LONGEST_WAIT: Final = timedelta(hours=1)
TIME_SLICE: Final = timedelta(minutes=2)
"""After this a task hands the rest of its lane to another one, well before its own time limit."""

FAILURES: Final = (
    NeedsReconnectError,
    ProviderRefusedError,
    MessageGoneError,
    UnsafeHeaderError,
    ForwardedChangedError,
)
ONE_CLICK: Final = OneClick()


@dataclass(frozen=True, slots=True)
class Tools:
    """What an attempt works with."""

    database: Database
    open_mailbox: MailboxOpener
    open_unasked: MailboxOpener
    """For what nobody waits for."""
    clock: Callable[[], datetime]
    one_click: OneClick


async def execute_action(
    *,
    database: Database,
    open_mailbox: MailboxOpener,
    clock: Callable[[], datetime],
    user_id: UUID,
    action_id: UUID,
    one_click: OneClick = ONE_CLICK,
    open_unasked: MailboxOpener | None = None,
) -> None:
    """Do what is due in the lane of an action, the oldest first, each once.

    What happens unasked opens its mailbox by `open_unasked`, so that it takes no quota from what a person waits for.
    What fails for the moment waits in its row, where the sweeper finds it. Does nothing when all is done, under way,
    not yet due or no longer approved. Raises NotFoundError.
    """
    lane = await claims.lane_of(database, user_id, action_id)
    tools, began = Tools(database, open_mailbox, open_unasked or open_mailbox, clock, one_click), clock()
    while claimed := await claims.claim(database, lane, now=clock()):
        outcome = await _carried_out(claimed, tools)
        # Where Gmail is in trouble the next action would only meet the same; each has its own time to come back.
        if outcome is None or outcome.state not in FINAL:
            return
        if clock() - began > TIME_SLICE:
            await claims.hand_over_rest(database, lane, now=clock())
            return


async def _carried_out(claimed: Claimed, tools: Tools) -> Outcome | None:
    """Return what came of the attempt; None when somebody else has taken over."""
    try:
        outcome = await _attempt(claimed, tools)
        await claims.record(tools.database, claimed, outcome, tools.clock())
    except ClaimLostError:
        log.warning("action.claim_lost", action_id=str(claimed.action_id), attempt=claimed.attempt)
        return None
    log.info("action.attempted", action_id=str(claimed.action_id), state=outcome.state, attempt=claimed.attempt)
    return outcome


async def _attempt(claimed: Claimed, tools: Tools) -> Outcome:
    try:
        return await _effect(claimed, tools)
    except ProviderBusyError as error:
        return _later(claimed, str(error), tools.clock(), error.not_before)
    except (ProviderUnavailableError, NotSentError) as error:
        return _later(claimed, str(error), tools.clock(), None)
    except FAILURES as error:
        return _failed(claimed, _in_words(error))


async def _effect(claimed: Claimed, tools: Tools) -> Outcome:
    opener = tools.open_unasked if claimed.automatic and not claimed.undoing else tools.open_mailbox
    provider = await opener(claimed.user_id, claimed.mailbox_id)
    if claimed.undoing:
        return await put_back(provider, claimed)
    database, now = tools.database, tools.clock()
    match _as_letter(claimed.payload):
        case DraftPayload() as payload:
            return await save_draft(provider, claimed, payload, database=database, now=now)
        case LetterPayload() as payload:
            return await send_letter(provider, claimed, payload, database=database, now=now)
        case UnsubscribePayload(url=url):
            return await unsubscribe(provider, claimed, url, database=database, one_click=tools.one_click, now=now)
        case RemindPayload():
            return await remind(provider, claimed, database=database, now=now)
        case payload:
            return await change_labels(provider, claimed, payload, database=database, now=now)


def _as_letter(payload: AnyPayload) -> AnyPayload | LetterPayload:
    """A list that is left by mail gets a mail like any other."""
    if isinstance(payload, UnsubscribePayload) and not payload.url:
        return text_letter(payload)
    return payload


def _failed(claimed: Claimed, reason: str) -> Outcome:
    if claimed.undoing:
        return Outcome(ActionState.DONE, error=f"It could not be undone. {reason}")
    # Raised before anything was sent in this attempt; an earlier one that stored a draft may have sent it.
    state = ActionState.FAILED if claimed.draft_id is None else ActionState.UNKNOWN
    return Outcome(state, error=reason)


def _later(claimed: Claimed, reason: str, now: datetime, not_before: datetime | None) -> Outcome:
    pause = min(LOOK_AGAIN_AFTER * 2 ** (claimed.attempt - 1), LONGEST_WAIT)
    state = ActionState.UNDOING if claimed.undoing else ActionState.APPROVED
    return Outcome(state, error=reason, not_before=max(not_before or now, now + pause))


def _in_words(error: Exception) -> str:
    if isinstance(error, MessageGoneError):
        return "The mail is no longer in Gmail."
    return str(error) or str(error.__doc__)
