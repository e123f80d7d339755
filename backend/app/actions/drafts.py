"""What a stored draft of ours says, so that one the person has changed is never sent, overwritten or removed."""

from app.mail.draft_print import draft_print
from app.mail.provider import MailProvider


async def is_edited(provider: MailProvider, draft_id: str, stored_hash: bytes | None) -> bool:
    """Compare the draft at the provider with what we stored. Raises MessageGoneError when it is no longer there."""
    # Without a hash nobody can tell; then it counts as theirs.
    return stored_hash is None or draft_print(await provider.draft_raw(draft_id)) != stored_hash
