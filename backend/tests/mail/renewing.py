"""Some workers of one process that all need an access token at the same moment; prints what each got."""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx

from app.accounts.vault import Vault
from app.db.models import utc_now
from app.db.session import Database
from app.jobs import Job
from app.mail.grant import Grant
from app.settings import Settings


async def main(given: dict[str, Any]) -> list[str]:
    async def nowhere(jobs: Sequence[Job]) -> None:
        raise AssertionError(jobs)

    database, vault = Database(given["database_url"], nowhere), Vault(given["keys"])
    settings = Settings.model_validate(given["settings"])
    async with httpx.AsyncClient() as http:
        grants = [
            Grant(
                UUID(given["user_id"]),
                UUID(given["mailbox_id"]),
                database=database,
                vault=vault,
                http=http,
                settings=settings,
                clock=utc_now,
            )
            for _ in range(given["workers"])
        ]
        tokens = await asyncio.gather(*(grant.access_token() for grant in grants))
    await database.close()
    return tokens


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(json.loads(sys.argv[1])))) + "\n")
