"""One sync of one mailbox in a process of its own, which its test kills."""

import asyncio
import importlib
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts.vault import Vault
from app.db.models import Mailbox, utc_now
from app.db.session import Database
from app.jobs import Job
from app.mail import sync
from app.mail.gmail import GmailMailbox, gmail_client
from app.mail.grant import Grant
from app.mail.polling import PRESCRIBED
from app.mail.repository import MailboxRef
from app.settings import Settings
from tests.budgets import endless_budget


async def main(given: dict[str, Any]) -> None:
    async def nowhere(jobs: Sequence[Job]) -> None:
        """The test asks what is stored; what is to be done next does not matter to it."""

    for name, value in given["bounds"].items():
        module, _, bound = name.rpartition(".")
        setattr(importlib.import_module(f"app.mail.{module}"), bound, value)
    database, ref = Database(given["database_url"], nowhere), MailboxRef(UUID(given["user"]), UUID(given["mailbox"]))
    now = datetime.fromisoformat(given["now"])
    async with database.transaction(ref.user_id) as session:
        mailbox = await session.get_one(Mailbox, ref.mailbox_id)
    async with gmail_client() as http:
        grant = Grant(
            ref.user_id,
            ref.mailbox_id,
            database=database,
            vault=Vault(given["keys"]),
            http=http,
            settings=Settings.model_validate(given["settings"]),
            clock=utc_now,
        )
        budget = endless_budget(database, mailbox, lambda: now)
        gmail = GmailMailbox(http=http, api_url=given["url"], grant=grant, budget=budget, clock=lambda: now)
        await sync.sync_mailbox(
            ref,
            database=database,
            provider=gmail,
            clock=lambda: now,
            is_own_mail=lambda _: False,
            take_spent=budget.take_spent,
            polling=PRESCRIBED,
        )
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
