"""A reply that waits in a conversation of several, in a mailbox with two identities."""

from typing import Final

from app.db.models import Action, Mailbox
from app.db.session import SYSTEM
from tests.doors.house import ANA, House

BO: Final = "bo@example.net"
CIA: Final = "cia@example.net"
SALES: Final = "sales@example.org"
IDENTITIES: Final = [
    {"address": ANA, "name": "Ana", "signature": "Ana Lindqvist"},
    {"address": SALES, "name": "The shop", "signature": "The shop, open from nine"},
]


async def reply_among_several(house: House) -> Action:
    action = await house.waiting_reply(to=[ANA, BO], cc=[CIA, SALES])
    async with house.database.transaction(SYSTEM) as session:
        mailbox = await session.get_one(Mailbox, action.mailbox_id)
        mailbox.send_as, mailbox.aliases = IDENTITIES, [SALES]
    return action
