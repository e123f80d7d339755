"""Whose mail a pattern is about: an address, or a list together with the domain that its mail comes from."""

import re
from dataclasses import dataclass
from typing import Final

from app.db.models import Message
from app.triage.plain import one_line
from app.triage.voice.keeping import SHARED_DOMAINS

MAX_LIST_ID: Final = 200
"""As the index over it cuts it."""
SHOWN: Final = 100
_IDENTIFIER: Final = re.compile(
    r"(?:^|<)\s*([a-z0-9][a-z0-9_-]{0,60}(?:\.[a-z0-9_-]{1,60}){1,6})\s*>?\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sender:
    """What stands in From and List-Id; only mail that the receiving server vouches for is ever measured by it."""

    sender: str
    list_id: str = ""

    @property
    def name(self) -> str:
        """For the eye: the list's own identifier where it is one, and no other word of whoever wrote the header."""
        if not self.list_id:
            return one_line(self.sender, SHOWN)
        found = _IDENTIFIER.search(self.list_id)
        return one_line(f"the list {found[1]} from {self.sender}" if found else f"a list from {self.sender}", 2 * SHOWN)


def sender_of(message: Message) -> Sender | None:
    """None where there is nobody to name. The same list from another domain is another sender."""
    address = message.sender_address
    if "@" not in address:
        return None
    list_id = next(iter(message.headers.get("list-id", ())), "")[:MAX_LIST_ID]
    if not list_id:
        return Sender(address)
    domain = address.rpartition("@")[2]
    # People who share a provider share no list because of it.
    return Sender(address if domain in SHARED_DOMAINS else domain, list_id)
