"""One person with the simulated mailbox, seen as a worker sees it."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from app.cli.users import connect_mailbox, ensure_user
from app.db.models import Autonomy
from app.mail import sync
from app.mail.repository import MailboxRef
from app.resources import Resources
from app.simulator.sample_mail import USER_ADDRESS, USER_ALIASES


@dataclass(frozen=True, slots=True)
class Account:
    ctx: Resources
    ref: MailboxRef
    refresh_token: str

    async def sync(self) -> None:
        """Exactly what the task does for one person."""
        await sync.sync_user(
            self.ref.user_id,
            database=self.ctx.database,
            open_mailbox=self.ctx.open_mailbox,
            clock=self.ctx.clock,
            is_own_mail=self.ctx.is_own_mail,
        )

    async def authorization(self) -> dict[str, str]:
        """What a bare client has to send along."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.refresh_token,
            "client_id": "",
            "client_secret": "",
        }
        answer = await self.ctx.http.post(self.ctx.settings.google_token_url, data=form)
        return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}

    def url(self, path: str) -> str:
        return f"{self.ctx.settings.gmail_api_url}/gmail/v1/users/me{path}"

    async def units_used(self) -> int:
        """As the simulated Gmail has counted them since the last time this was asked."""
        url = f"{self.ctx.settings.gmail_api_url}/_simulator/usage"
        usage = cast("dict[str, Any]", (await self.ctx.http.get(url)).raise_for_status().json())
        await self.ctx.http.delete(url)
        return sum(int(used["units_total"]) for used in usage["mailboxes"].values())


async def connect(ctx: Resources, refresh_token: str) -> Account:
    user = await ensure_user(
        ctx.database,
        f"{uuid4().hex}@example.org",
        name="Ana Lindqvist",
        timezone="Europe/Stockholm",
        autonomy=Autonomy.MEDIUM.value,
    )
    mailbox = await connect_mailbox(
        ctx.database,
        ctx.vault,
        user,
        address=USER_ADDRESS,
        aliases=USER_ALIASES,
        refresh_token=refresh_token,
        window_days=None,
    )
    return Account(ctx, MailboxRef(user.id, mailbox.id), refresh_token)
