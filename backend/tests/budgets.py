"""Quotas for tests: one that never runs out, and keys that need no look into the database."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from typing_extensions import override

from app.db.models import Mailbox
from app.db.session import Database
from app.mail.ledger import Ledger
from app.mail.quota import Budget, Limits, Priority, Quota, Time
from app.mail.quota_repository import LockedWindow
from app.mail.quota_window import Allowance

ENDLESS: Final = Limits(Allowance(1_000_000_000), Allowance(1_000_000_000), 1_000_000_000_000)


class JumpingQuota(Quota):
    """Follows the clock of its test, which jumps, instead of the database's, which does not."""

    def __init__(self, database: Database, limits: Limits, timing: Time) -> None:
        super().__init__(database, limits, timing)
        self.ledger = Ledger(database, write_after=timedelta(days=1))  # not when this test's database is gone

    @override
    def moment_of(self, window: LockedWindow) -> datetime:
        return self._time.clock()


def endless_budget(database: Database, mailbox: Mailbox, clock: Callable[[], datetime]) -> Budget:
    """As a new process would have it: nothing booked."""
    return JumpingQuota(database, ENDLESS, Time(clock)).budget(mailbox.id, str(mailbox.id), Priority.SYNC)
