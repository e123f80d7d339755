"""What an action has left at the provider, found by the header that every mail of ours bears."""

from collections.abc import Sequence
from typing import Final

import structlog

from app.actions.claims import Claimed
from app.actions.drafts import is_edited
from app.actions.kinds import UnsubscribePayload
from app.errors import RetryableError
from app.mail.provider import (
    MailProvider,
    MessageGoneError,
    NeedsReconnectError,
    ProviderRefusedError,
    ThreadHeader,
)

log = structlog.get_logger(__name__)

ACTION_HEADER: Final = "x-getanswers-action"
DRAFT_LABEL: Final = "DRAFT"
TROUBLE: Final = (RetryableError, MessageGoneError, NeedsReconnectError, ProviderRefusedError)


async def ours_at_provider(provider: MailProvider, claimed: Claimed) -> Sequence[ThreadHeader]:
    """Return the messages that this action made, the sent ones before the drafts."""
    wanted = str(claimed.action_id)
    found = [
        each
        for thread_id in await _threads(provider, claimed)
        for each in await provider.thread_headers(thread_id)
        if each.headers.get(ACTION_HEADER, "").strip() == wanted
    ]
    return sorted(found, key=lambda each: DRAFT_LABEL in each.label_ids)


async def _threads(provider: MailProvider, claimed: Claimed) -> Sequence[str]:
    match claimed.payload:
        case UnsubscribePayload(to=(address,)):  # to a list's software, in no conversation that we know
            return await provider.threads_to(address)
        case _:
            return (claimed.thread_id,)


async def drop_unless_only(provider: MailProvider, claimed: Claimed, draft_id: str, written: bytes) -> None:
    """Take back the draft of an attempt that came too late; the only one stays, for whoever took over may send it."""
    try:
        if len(await ours_at_provider(provider, claimed)) > 1:
            await _delete(provider, draft_id, written)
    except TROUBLE:
        _left(claimed)


async def drop_other_drafts(provider: MailProvider, claimed: Claimed, draft_id: str, written: bytes) -> None:
    """Remove what a late attempt stored between our look and our own draft, unless the person wrote in it."""
    try:
        for each in await ours_at_provider(provider, claimed):
            other = await provider.draft_of(each.id) if DRAFT_LABEL in each.label_ids else None
            if other not in {None, draft_id}:
                await _delete(provider, str(other), written)
    except TROUBLE:
        _left(claimed)


async def _delete(provider: MailProvider, draft_id: str, written: bytes) -> None:
    if not await is_edited(provider, draft_id, written):
        await provider.delete_draft(draft_id)


def _left(claimed: Claimed) -> None:
    # A draft left behind sends nothing by itself, and the person sees it.
    log.warning("action.draft_left", action_id=str(claimed.action_id))
